"""Dovecot 2.3 as Debian 12 packages it (`apt-get install dovecot-imapd`), with everything on that is installed.

Accounts (password `testpass` unless said otherwise):

* `testuser`, and any `fresh-N` as `RealServer.new_user` gives them;
* `юзер` with `пароль☃`: UTF-8 credentials, for SASL only;
* `we"ird\\user` with `pa"ss\\w ord`: what LOGIN has to quote;
* `master` with `masterpass`: may log in for others (authorization identity `other`, authentication identity `master`);
* `quota`: 64 KiB, so APPEND is refused with OVERQUOTA;
* `refer`: LOGIN is refused with REFERRAL;
* `expired` and `tempfail`: refused with EXPIRED and UNAVAILABLE (when dovecot-auth-lua is installed).

Addresses other than 127.0.0.1 present the bad certificates (`RealServer.bad_certificate_hosts`).  Tokens for XOAUTH2
and OAUTHBEARER come from `token`, which Dovecot validates locally.
"""

from __future__ import annotations

import base64
import contextlib
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Certificates, Pair
from tests.servers.rig import HOST, PASSWORD, USER, RealServer, Recipe, premises, running

BINARY = Path("/usr/sbin/dovecot")
IMAP_BINARY = Path("/usr/lib/dovecot/imap")
MODULES = Path("/usr/lib/dovecot/modules")
BAD_HOSTS = {"expired": "127.0.0.2", "wrong_host": "127.0.0.3", "self_signed": "127.0.0.4"}
TOKEN_KEY = b"imapkit-test-secret-0123456789abcdef"

USERS = rf"""
{USER}:{{PLAIN}}{PASSWORD}::::::
other:{{PLAIN}}{PASSWORD}::::::
юзер:{{PLAIN}}пароль☃::::::
we\"ird\\user:{{PLAIN}}pa"ss\w ord::::::
quota:{{PLAIN}}{PASSWORD}::::::userdb_quota_rule=*:storage=64K
refer:{{PLAIN}}{PASSWORD}::::::nologin=y host=imap2.example.org reason=Moved
""".lstrip()

REFUSALS = """
local results = {
  expired = dovecot.auth.PASSDB_RESULT_PASS_EXPIRED,
  tempfail = dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE,
}
function auth_password_verify(request, password)
  return results[request.user] or dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, ""
end
function auth_passdb_lookup(request)
  return results[request.user] or dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, ""
end
"""


def missing() -> str | None:
    """Why Dovecot cannot run here, or None."""
    if not BINARY.exists() or not IMAP_BINARY.exists():
        return "Dovecot is not installed (Debian: apt-get install dovecot-imapd)"
    return None


@contextlib.contextmanager
def serve(settings: str = "") -> Generator[RealServer]:
    """Run Dovecot until the block ends; `settings` is configuration text that comes last and so wins."""
    with premises("dovecot") as here:
        configuration = _write_files(here.directory, here.certificates, here.port, here.tls_port, settings)
        with running([str(BINARY), "-F", "-c", str(configuration)], log=here.log, ports=here.ports):
            yield here.server(bad_certificate_hosts=BAD_HOSTS, token=token, takes_certificates=True)


RECIPE = Recipe("dovecot", "Dovecot", missing, serve)


def preauth_command(directory: Path, user: str = USER) -> list[str]:
    """The command of an IMAP session on stdin and stdout, already authenticated as `user`: no daemon, no port, no TLS.

    `directory` holds the mail and must be reachable by an unprivileged user when root asks (see `server_directory`):
    Dovecot refuses to touch mail as root, so the command drops to nobody first.
    """
    identity = Identity.mail()
    home = directory / "home" / user
    for needed in (home, directory / "run"):
        needed.mkdir(parents=True, exist_ok=True)
    log = directory / "preauth.log"
    log.touch()
    for owned in (directory / "home", home, directory / "run", log):
        os.chown(owned, identity.uid, identity.gid)
    configuration = directory / "preauth.conf"
    configuration.write_text(
        f"""
base_dir = {directory}/run
log_path = {log}
default_internal_user = {identity.user}
default_internal_group = {identity.group}
default_login_user = {identity.user}
first_valid_uid = 1
first_valid_gid = 1
ssl = no
mail_uid = {identity.uid}
mail_gid = {identity.gid}
mail_home = {directory}/home/%u
mail_location = sdbox:~/mail
# Without this the absent statistics daemon is complained about on stderr.
stats_writer_socket_path =
{FOLDERS}
{_metadata()}
""",
        "utf-8",
    )
    drop = ["setpriv", f"--reuid={identity.uid}", f"--regid={identity.gid}", "--clear-groups", "--"]
    environment = ["env", f"HOME={home}", f"USER={user}", f"--chdir={home}"]
    return [*environment, *(drop if os.getuid() == 0 else []), str(IMAP_BINARY), "-c", str(configuration)]


def token(user: str, *, lifetime: float = 3600) -> str:
    """An OAuth 2 bearer token (an HS256 JWT) that this Dovecot accepts for `user`; a negative lifetime: expired."""
    now = int(time.time())
    claims = {
        "sub": user,
        "iat": now - 5,
        "nbf": now - 5,
        "exp": int(now + lifetime),
        "scope": "mail",
        "iss": "imapkit",
    }
    signed = b".".join(_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    return (signed + b"." + _base64url(hmac.new(TOKEN_KEY, signed, hashlib.sha256).digest())).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


# Whom Dovecot's processes run as --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and a group of this machine."""

    uid: int
    gid: int

    @classmethod
    def mail(cls) -> Identity:
        """Who owns the mail: nobody when root runs the tests, else whoever runs them."""
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            return cls(nobody.pw_uid, nobody.pw_gid)
        return cls(os.getuid(), os.getgid())

    @property
    def user(self) -> str:
        """The user's name."""
        return pwd.getpwuid(self.uid).pw_name

    @property
    def group(self) -> str:
        """The group's name."""
        return grp.getgrgid(self.gid).gr_name


# Files ----------------------------------------------------------------------------------------------------------------


def _write_files(directory: Path, made: Certificates, port: int, tls_port: int, settings: str) -> Path:
    identity = Identity.mail()
    for name in ("run", "state", "home", "shared", "public", "virtual/All", "virtual/Flagged", "keys/default/HS256"):
        (directory / name).mkdir(parents=True)
    (directory / "users").write_text(USERS, "utf-8")
    (directory / "masters").write_text("master:{PLAIN}masterpass::::::\n", "utf-8")
    (directory / "refusals.lua").write_text(REFUSALS, "utf-8")
    (directory / "keys/default/HS256/default").write_bytes(base64.b64encode(TOKEN_KEY))
    (directory / "oauth2.conf").write_text(
        f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={directory}/keys/\n"
        "username_attribute = sub\nscope = mail\n",
        "utf-8",
    )
    (directory / "virtual/All/dovecot-virtual").write_text("*\n-Trash\n  all\n", "utf-8")
    (directory / "virtual/Flagged/dovecot-virtual").write_text("*\n  flagged\n", "utf-8")
    for path in directory.iterdir():
        if path.name in {"home", "shared", "public", "virtual"}:
            for owned in (path, *path.rglob("*")):
                shutil.chown(owned, identity.uid, identity.gid)
    configuration = directory / "dovecot.conf"
    configuration.write_text(
        "\n".join(
            [
                _general(directory, identity),
                _tls(made),
                _authentication(directory, identity),
                _mail(directory),
                _services(port, tls_port, identity),
                settings,
            ]
        ),
        "utf-8",
    )
    return configuration


def _general(directory: Path, identity: Identity) -> str:
    login, internal, group = (
        ("dovenull", "dovecot", "dovecot") if os.getuid() == 0 else (identity.user, identity.user, identity.group)
    )
    return f"""
base_dir = {directory}/run
state_dir = {directory}/state
instance_name = {directory.name}
protocols = imap
listen = {HOST}, {", ".join(BAD_HOSTS.values())}
log_path = {directory}/dovecot.log
login_greeting = ready.
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
# The default asks the hard limit of files for more than a container may allow.
default_client_limit = 1000
mail_max_userip_connections = 1000
mail_max_keyword_length = 250
imap_id_send = "name" * "version" *
imap_idle_notify_interval = 2 mins
imap_max_line_length = 1M
# inotify instances are few (128 a user), and Dovecot then polls, every 30 s unless told.
mailbox_idle_check_interval = 1 secs
mailbox_list_index = yes
# No mail here has to outlive the machine.
mail_fsync = never
"""


def _tls(made: Certificates) -> str:
    def pair(name: str) -> str:
        one: Pair = getattr(made, name)
        return f"ssl_cert = <{one.certificate}\nssl_key = <{one.key}"

    bad = "\n".join(f"local {address} {{\n{pair(name)}\n}}" for name, address in BAD_HOSTS.items())
    return f"""
ssl = yes
{pair("server")}
ssl_ca = <{made.cafile}
ssl_verify_client_cert = yes
ssl_require_crl = no
ssl_min_protocol = TLSv1.2
{bad}
"""


def _authentication(directory: Path, identity: Identity) -> str:
    lua = ""
    if (MODULES / "auth/libauthdb_lua.so").exists():
        lua = f"""
passdb {{
  driver = lua
  mechanisms = plain login
  args = file={directory}/refusals.lua blocking=no
  result_internalfail = return-fail
}}"""
    owner = f"uid={identity.uid} gid={identity.gid} home={directory}/home/%u"
    return f"""
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 external oauthbearer xoauth2 anonymous
auth_username_chars =
auth_master_user_separator = *
auth_failure_delay = 0
auth_ssl_username_from_cert = yes
auth_anonymous_username = anonymous
{lua}
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {directory}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = external
  args = nopassword=y
}}
passdb {{
  driver = passwd-file
  master = yes
  mechanisms = plain login
  args = username_format=%u {directory}/masters
  result_success = continue
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
  args = username_format=%u {directory}/users
}}
passdb {{
  driver = static
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
  username_filter = fresh-*
  args = password={PASSWORD}
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {directory}/users
  default_fields = {owner}
  result_internalfail = continue
}}
userdb {{
  driver = static
  args = {owner} allow_all_users=yes
}}
"""


FOLDERS = """
namespace inbox {
  inbox = yes
  separator = /
  mailbox Drafts {
    auto = subscribe
    special_use = \\Drafts
  }
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Junk {
    auto = subscribe
    special_use = \\Junk
  }
  mailbox Trash {
    auto = subscribe
    special_use = \\Trash
  }
  mailbox Archive {
    auto = create
    special_use = \\Archive
  }
}
"""


def _metadata() -> str:
    return "imap_metadata = yes\nmail_attribute_dict = file:%h/dovecot-attributes"


def _mail(directory: Path) -> str:
    general = _installed("quota", "acl", "zlib", "virtual", "notify", "fts", "fts_xapian")
    imap = _installed("imap_quota", "imap_acl", "imap_zlib", "imap_sieve", "imap_filter_sieve")
    virtual = f"""
namespace virtual {{
  prefix = Virtual/
  separator = /
  location = virtual:{directory}/virtual:INDEX=~/virtual:CONTROL=~/virtual
  list = children
  subscriptions = no
  hidden = no
  mailbox All {{
    special_use = \\All
  }}
  mailbox Flagged {{
    special_use = \\Flagged
  }}
}}
"""
    return f"""
mail_location = sdbox:~/mail:CONTROL=~/control
mail_home = {directory}/home/%u
mail_plugins = {general}
mail_server_admin = mailto:postmaster@example.org
mail_server_comment = imapkit tests
{_metadata()}
protocol imap {{
  mail_plugins = {general} {imap}
}}
{FOLDERS}
{virtual if "virtual" in general.split() else ""}
namespace shared {{
  type = shared
  separator = /
  prefix = Shared/%%u/
  location = sdbox:%%h/mail:CONTROL=%%h/control:INDEXPVT=~/shared/%%u
  subscriptions = no
  list = children
}}
namespace public {{
  type = public
  separator = /
  prefix = Public/
  location = maildir:{directory}/public:INDEXPVT=~/public
  subscriptions = no
}}
plugin {{
  acl = vfile:{directory}/acls:cache_secs=1
  acl_shared_dict = file:{directory}/shared/mailboxes
  acl_anyone = allow
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=1G:messages=100000
  fts = xapian
  fts_xapian = partial=3 full=20
  fts_autoindex = no
  fts_enforced = no
  imapsieve_url = sieve://localhost:4190
  sieve = file:~/sieve;active=~/.dovecot.sieve
}}
"""


def _installed(*plugins: str) -> str:
    """Those of the plugins whose Debian packages are installed."""
    return " ".join(plugin for plugin in plugins if list(MODULES.glob(f"lib??_{plugin}_plugin.so")))


def _services(port: int, tls_port: int, identity: Identity) -> str:
    return f"""
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  client_limit = 1000
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service imap-urlauth-login {{
  chroot =
}}
service anvil {{
  chroot =
  # Else each refused login makes the next one from this address wait longer: 2, 4, 8, 15 s.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap {{
  process_limit = 500
}}
service indexer-worker {{
  user = {identity.user}
}}
"""
