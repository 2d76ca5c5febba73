"""Courier-IMAP as Debian packages it, unpacked by `tools/install_servers.py courier`.

Its programs have their paths built in (/etc/courier, /run/courier, /usr/lib/courier), so it runs where mounts are its
own affair: as root, or where users may have namespaces.  Accounts are `testuser` and those of `RealServer.new_user`,
with `testpass`; all folders are below "INBOX.", and "." is the delimiter.
"""

from __future__ import annotations

import contextlib
import os
import pwd
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


def missing() -> str | None:
    """Why Courier cannot run here, or None."""
    if reason := not_installed("courier"):
        return reason
    reason = no_namespace(_mounts())
    return f"Courier needs a file system of its own, and {reason}" if reason else None


@contextlib.contextmanager
def serve() -> Generator[RealServer]:
    """Run Courier until the block ends."""
    with premises("courier") as here:
        script = _write_files(here.directory, here.certificates, here.port, here.tls_port)
        uid, gid = _owner()

        def create_user(name: str) -> None:
            maildir = here.directory / "home" / name / "Maildir"
            for folder in ("", ".Drafts", ".Sent", ".Trash"):
                for kind in ("cur", "new", "tmp"):
                    (maildir / folder / kind).mkdir(parents=True)
                if folder:
                    (maildir / folder / "maildirfolder").touch()
            for path in (maildir.parent, maildir, *maildir.rglob("*")):
                shutil.chown(path, uid, gid)

        create_user(USER)
        with running_in_namespace(script, log=here.log, ports=here.ports):
            yield here.server(create_user=create_user)


RECIPE = Recipe("courier", "Courier-IMAP", missing, serve)


def _mounts() -> str:
    """Shell commands that put Courier's files where it looks for them, without a directory being made for that."""
    libraries = place("courier") / "usr/lib"
    return f"""
mount -t overlay -o lowerdir={libraries}:/usr/lib overlay /usr/lib
mount -t tmpfs tmpfs /run
mkdir /run/courier
"""


def _owner() -> tuple[int, int]:
    """Who owns the mail: nobody when root runs the tests; otherwise whoever runs them, who is root in there."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _write_files(directory: Path, made: Certificates, port: int, tls_port: int) -> Path:
    prefix = place("courier")
    uid, gid = _owner() if os.getuid() == 0 else (0, 0)
    settings = directory / "etc"
    for name in ("etc/shared", "run/authdaemon", "home"):
        (directory / name).mkdir(parents=True)
    for path in (directory / "run", directory / "run/authdaemon"):
        shutil.chown(path, *_owner())
    (settings / "shared/index").touch()
    (settings / "userdb").touch(mode=0o600)
    (settings / "userdb").write_text(_userdb(directory, prefix, uid, gid), "utf-8")
    (settings / "authdaemonrc").write_text(
        'authmodulelist="authuserdb"\nauthmodulelistorig="authuserdb"\ndaemons=5\n'
        'authdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\nDEFAULTOPTIONS=""\nLOGGEROPTS=""\n',
        "utf-8",
    )
    pair = directory / "server-with-key.pem"
    pair.write_bytes(made.server.key.read_bytes() + made.server.certificate.read_bytes())
    shutil.chown(pair, *_owner())
    account = f"courier:x:{uid}:{gid}::/nonexistent:/bin/false\n"  # whom couriertls becomes
    etc = private_etc(directory, passwd=account, group=f"courier:x:{gid}:\n")
    (etc / "courier").mkdir()
    script = directory / "run.sh"
    script.write_text(_script(directory, prefix, etc, pair, port, tls_port), "utf-8")
    return script


def _userdb(directory: Path, prefix: Path, uid: int, gid: int) -> str:
    def hashed(*options: str) -> str:
        argv = [str(prefix / "usr/sbin/userdbpw"), *options]
        libraries = {**os.environ, "LD_LIBRARY_PATH": str(prefix / "usr/lib")}
        twice = f"{PASSWORD}\n{PASSWORD}\n"
        done = subprocess.run(argv, input=twice, env=libraries, text=True, capture_output=True, check=True)
        return done.stdout.strip()

    secrets = [("imappw", hashed())]
    secrets += [(f"hmac-{hash_}pw", hashed(f"-hmac-{hash_}")) for hash_ in ("md5", "sha1", "sha256")]
    shared = "|".join([f"uid={uid}", f"gid={gid}", *(f"{name}={secret}" for name, secret in secrets)])
    names = [USER, *(f"fresh-{number}" for number in range(1, MOST_USERS + 1))]
    homes = ((name, directory / "home" / name) for name in names)
    return "".join(f"{name}\thome={home}|mail={home}/Maildir|{shared}\n" for name, home in homes)


CAPABILITIES = (
    "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE "
    "AUTH=CRAM-MD5 AUTH=CRAM-SHA1 AUTH=CRAM-SHA256 AUTH=PLAIN"
)


def _script(directory: Path, prefix: Path, etc: Path, pair: Path, port: int, tls_port: int) -> str:
    common = f"-address={HOST} -maxprocs=1000 -maxperip=1000 -nodnslookup -noidentlookup"
    login = f"{prefix}/usr/lib/courier/courier/imaplogin {prefix}/usr/bin/imapd Maildir"
    return f"""
{_mounts()}
mount --bind {directory}/run /run/courier
mount --bind {etc} /etc
mount --bind {directory}/etc /etc/courier
export LD_LIBRARY_PATH={prefix}/usr/lib
export PATH=/usr/bin:/bin:/usr/sbin:/sbin
{prefix}/usr/sbin/makeuserdb
{prefix}/usr/lib/courier/courier-authlib/authdaemond &
export IMAP_CAPABILITY="{CAPABILITIES}" IMAP_CAPABILITY_TLS="{CAPABILITIES}"
export IMAP_KEYWORDS=1 IMAP_ACL=1 IMAP_IDLE_TIMEOUT=1 IMAP_MAILBOX_SANITY_CHECK=1 IMAP_DISABLETHREADSORT=0
export IMAP_CHECK_ALL_FOLDERS=1 IMAP_OBSOLETE_CLIENT=0 IMAP_USELOCKS=1 IMAP_ENHANCEDIDLE=0
export IMAP_SHAREDINDEXFILE=/etc/courier/shared/index IMAP_TRASHFOLDERNAME=Trash IMAP_EMPTYTRASH=
export IMAP_MOVE_EXPUNGE_TO_TRASH=0 SENDMAIL=/bin/false HEADERFROM=X-IMAP-Sender MAILDIRPATH=Maildir
export COURIERTLS={prefix}/usr/bin/couriertls TLS_CERTFILE={pair} TLS_VERIFYPEER=NONE TLS_PRIORITY=NORMAL
IMAP_TLS=1 {prefix}/usr/sbin/couriertcpd {common} {tls_port} {prefix}/usr/bin/couriertls -server -tcpd {login} &
export IMAP_STARTTLS=YES
{prefix}/usr/sbin/couriertcpd {common} {port} {login} &
"""
