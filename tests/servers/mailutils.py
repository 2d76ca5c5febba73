"""GNU Mailutils' imap4d as Debian packages it, unpacked by `tools/install_servers.py mailutils`.

It lets in the system's users, so it runs where /etc is its own affair: as root, or where users may have namespaces.
Accounts are `testuser` and those of `RealServer.new_user`, with `testpass`.  Mail is kept as Maildir: in mbox, the
default, imap4d adds header fields and announces literals of another length than it sends.  Folders other than INBOX
lie below "mail" in the home directory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

from tests.certificates import Certificates
from tests.servers.rig import (
    HOST,
    MOST_USERS,
    PASSWORD,
    USER,
    RealServer,
    Recipe,
    no_namespace,
    not_installed,
    place,
    premises,
    private_etc,
    running_in_namespace,
)

#: Whom the accounts belong to.  In a namespace of users, root is the only one there is.
UID, GID = (60001, 60001) if os.getuid() == 0 else (0, 0)


def missing() -> str | None:
    """Why imap4d cannot run here, or None."""
    if reason := not_installed("mailutils"):
        return reason
    if shutil.which("openssl") is None:
        return "imap4d's rig hashes a password with openssl, which is not installed"
    reason = no_namespace()
    return f"imap4d needs users of its own, and {reason}" if reason else None


@contextlib.contextmanager
def serve() -> Generator[RealServer]:
    """Run imap4d until the block ends."""
    with premises("mailutils") as here:
        script = _write_files(here.directory, here.certificates, here.port, here.tls_port)

        def create_user(name: str) -> None:
            home, spool = here.directory / "home" / name, here.directory / "spool" / name
            (home / "mail").mkdir(parents=True)
            spool.mkdir()
            if os.getuid() == 0:
                for path in (home, home / "mail", spool):
                    os.chown(path, UID, GID)

        create_user(USER)
        with running_in_namespace(script, log=here.log, ports=here.ports):
            yield here.server(create_user=create_user)


RECIPE = Recipe("mailutils", "GNU Mailutils imap4d", missing, serve)


def _write_files(directory: Path, made: Certificates, port: int, tls_port: int) -> Path:
    (directory / "home").mkdir()
    (directory / "spool").mkdir()
    (directory / "spool").chmod(0o1777)
    names = [USER, *(f"fresh-{number}" for number in range(1, MOST_USERS + 1))]
    argv = ["openssl", "passwd", "-6", "-stdin"]
    secret = subprocess.run(argv, input=PASSWORD, text=True, capture_output=True, check=True).stdout.strip()
    etc = private_etc(
        directory,
        passwd="".join(f"{name}:x:{UID}:{GID}::{directory}/home/{name}:/bin/sh\n" for name in names),
        shadow="".join(f"{name}:{secret}:19000:0:99999:7:::\n" for name in names),
    )
    secrets = directory / "secrets"  # for CRAM-MD5 and SCRAM
    secrets.write_text("".join(f"{name}\t{PASSWORD}\n" for name in names), "utf-8")
    secrets.chmod(0o600)
    configuration = directory / "imap4d.conf"
    tls = f"ssl-certificate-file {made.server.certificate}; ssl-key-file {made.server.key}; ssl-ca-file {made.cafile};"
    configuration.write_text(
        f"""
mode daemon;
foreground yes;
pidfile {directory}/imap4d.pid;
max-children 1000;
timeout 1800;
transcript no;
logging {{ syslog no; print-severity yes; severity info; session-id yes; }};
auth {{ authentication clear; authentication generic:system; authorization clear; authorization system; }};
gsasl {{ enable yes; cram-passwd {secrets}; service imap; realm localhost; hostname localhost; }};
tls-file-checks {{ key-file none; cert-file none; ca-file none; }};
tcp-wrappers {{ enable no; }};
mailbox {{ mail-spool {directory}/spool; mailbox-type maildir; folder mail; }};
create-home-dir yes;
id-fields (name, version);
server {HOST}:{port} {{ tls-mode ondemand; tls {{ {tls} }}; }};
server {HOST}:{tls_port} {{ tls-mode connection; tls {{ {tls} }}; }};
""",
        "utf-8",
    )
    script = directory / "run.sh"
    program = place("mailutils") / "usr/sbin/imap4d"
    script.write_text(f"mount --bind {etc} /etc\n{program} --config-file={configuration} &\n", "utf-8")
    return script
