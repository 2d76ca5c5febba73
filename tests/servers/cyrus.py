"""Cyrus IMAP as Debian packages it, unpacked by `tools/install_servers.py cyrus`: its package conflicts with Dovecot's.

Accounts are `testuser`, the administrator `cyrus`, and whatever `RealServer.new_user` makes, all with `testpass`;
folders use "/" and the personal namespace is empty.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

from tests.certificates import Certificates
from tests.servers.rig import (
    HOST,
    PASSWORD,
    USER,
    RealServer,
    Recipe,
    not_installed,
    place,
    premises,
    running,
)

ADMINISTRATOR = "cyrus"
SASLPASSWD = "/usr/sbin/saslpasswd2"


def missing() -> str | None:
    """Why Cyrus cannot run here, or None."""
    if reason := not_installed("cyrus"):
        return reason
    if not Path(SASLPASSWD).exists():
        return "Cyrus IMAP has no saslpasswd2 (Debian: apt-get install sasl2-bin)"
    return None


@contextlib.contextmanager
def serve(settings: str = "") -> Generator[RealServer]:
    """Run Cyrus until the block ends; `settings` is added to imapd.conf (an option given twice is fatal)."""
    binaries = place("cyrus") / "usr/lib/cyrus/bin"
    with premises("cyrus") as here:
        accounts = here.directory / "sasldb2"

        def create_user(name: str) -> None:
            argv = [SASLPASSWD, "-f", str(accounts), "-u", "localhost", "-c", "-p", name]
            subprocess.run(argv, input=PASSWORD.encode(), check=True)

        for name in (USER, ADMINISTRATOR):
            create_user(name)
        argv = _write_files(here.directory, binaries, here.certificates, here.port, here.tls_port, settings)
        libraries = {"LD_LIBRARY_PATH": ":".join(str(path) for path in binaries.parents[2].glob("lib/*-linux-gnu"))}
        with running(argv, log=here.log, ports=here.ports, environment=libraries, owner=_owner()):
            yield here.server(create_user=create_user, takes_certificates=True)


RECIPE = Recipe("cyrus", "Cyrus IMAP", missing, serve)


def _owner() -> tuple[int, int] | None:
    """Whom Cyrus runs as when root starts it."""
    nobody = pwd.getpwnam("nobody")
    return (nobody.pw_uid, nobody.pw_gid) if os.getuid() == 0 else None


def _write_files(
    directory: Path, binaries: Path, made: Certificates, port: int, tls_port: int, settings: str
) -> list[str]:
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    for name in ("conf/log", "conf/socket", "conf/proc", "conf/db", "conf/lock", "spool", "search", "sieve"):
        (directory / name).mkdir(parents=True)
    options = directory / "imapd.conf"
    options.write_text(
        f"""
configdirectory: {directory}/conf
defaultpartition: default
partition-default: {directory}/spool
cyrus_user: {owner.pw_name}
cyrus_group: {grp.getgrgid(owner.pw_gid).gr_name}
servername: localhost
admins: {ADMINISTRATOR}
{_authentication(directory)}
{_folders()}
{_features(directory)}
tls_server_cert: {made.server.certificate}
tls_server_key: {made.server.key}
tls_client_ca_file: {made.cafile}
tls_client_certs: optional
{settings}
""",
        "utf-8",
    )
    services = directory / "cyrus.conf"
    services.write_text(
        f"""
START {{
  recover cmd="{binaries}/ctl_cyrusdb -C {options} -r"
}}
SERVICES {{
  imap  cmd="{binaries}/imapd -C {options} -U 30" listen="{HOST}:{port}" prefork=1
  imaps cmd="{binaries}/imapd -C {options} -s -U 30" listen="{HOST}:{tls_port}" prefork=1
}}
DAEMON {{
  idled cmd="{binaries}/idled -C {options}"
}}
""",
        "utf-8",
    )
    for path in directory.rglob("*"):
        shutil.chown(path, owner.pw_uid, owner.pw_gid)
    return [f"{binaries}/master", "-C", str(options), "-M", str(services), "-p", f"{directory}/conf/pid", "-l", "512"]


def _authentication(directory: Path) -> str:
    mechanisms = "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 EXTERNAL ANONYMOUS"
    return f"""
allowplaintext: yes
failedloginpause: 0
allowanonymouslogin: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {directory}/sasldb2
sasl_mech_list: {mechanisms}
defaultdomain: localhost
loginrealms: localhost
proxyservers: {ADMINISTRATOR}
"""


def _folders() -> str:
    return """
virtdomains: off
unixhierarchysep: yes
altnamespace: yes
userprefix: Other Users
sharedprefix: Shared Folders
allowusermoves: yes
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: Drafts|Sent|Junk|Trash|Archive
autocreate_subscribe_folders: Drafts|Sent|Junk|Trash|Archive
autocreate_users: anyone
xlist-drafts: Drafts
xlist-sent: Sent
xlist-junk: Junk
xlist-trash: Trash
xlist-archive: Archive
specialuse_extra: \\Important
specialusealways: yes
delete_mode: immediate
"""


def _features(directory: Path) -> str:
    return f"""
conversations: yes
expunge_mode: delayed
quota_db: quotalegacy
annotation_allow_undefined: yes
search_engine: xapian
defaultsearchtier: t1
t1searchpartition-default: {directory}/search
imapidresponse: yes
imapidlepoll: 2
idlesocket: {directory}/conf/socket/idle
proc_path: {directory}/conf/proc
mboxname_lockpath: {directory}/conf/lock
timeout: 30
imapidletimeout: 0
maxmessagesize: 67108864
maxquoted: 1048576
maxword: 1048576
munge8bit: no
sievedir: {directory}/sieve
"""
