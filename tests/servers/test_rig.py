"""The rig itself: what the fixtures promise, checked with Python's own imaplib."""

from __future__ import annotations

import contextlib
import imaplib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import servers
from tests.servers import RealServer, rig
from tests.servers import dovecot as dovecot_recipe
from tests.servers.speaking import offered


def verifying(server: RealServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.cafile)


def lead_a_life(connection: imaplib.IMAP4, server: RealServer) -> None:
    """Log in as somebody new, put a message there, look at it."""
    assert connection.login(server.new_user(), server.password)[0] == "OK"
    assert connection.append("INBOX", "(\\Seen)", "", b"Subject: grass\r\n\r\nGreen.\r\n")[0] == "OK"
    assert connection.select("INBOX") == ("OK", [b"1"])
    status, data = connection.fetch("1", "(BODY.PEEK[TEXT])")
    assert status == "OK"
    assert isinstance(data[0], tuple)
    assert data[0][1] == b"Green.\r\n"
    connection.logout()


class TestEveryServer:
    @pytest.fixture(autouse=True)
    def _speaks_as_imaplib_does(self, real_server: RealServer) -> None:
        if "IMAP4REV1" not in offered(real_server):
            pytest.skip("imaplib speaks IMAP4rev1, and this server IMAP4rev2 alone")

    def test_plaintext(self, real_server: RealServer) -> None:
        connection = imaplib.IMAP4(real_server.host, real_server.port, timeout=20)
        if "LOGINDISABLED" in connection.capabilities:
            assert "STARTTLS" in connection.capabilities
            connection.logout()
        else:
            lead_a_life(connection, real_server)

    def test_starttls(self, real_server: RealServer) -> None:
        connection = imaplib.IMAP4(real_server.host, real_server.port, timeout=20)
        connection.starttls(verifying(real_server))
        lead_a_life(connection, real_server)

    def test_implicit_tls(self, real_server: RealServer) -> None:
        connection = imaplib.IMAP4_SSL(
            real_server.host, real_server.tls_port, ssl_context=verifying(real_server), timeout=20
        )
        lead_a_life(connection, real_server)

    def test_a_new_user_is_new(self, real_server: RealServer) -> None:
        assert real_server.new_user() != real_server.new_user()

    def test_an_untrusted_authority_is_noticed(self, real_server: RealServer) -> None:
        with pytest.raises(ssl.SSLCertVerificationError):
            imaplib.IMAP4_SSL(
                real_server.host, real_server.tls_port, ssl_context=ssl.create_default_context(), timeout=20
            )

    def test_its_version_is_known(self, real_server: RealServer) -> None:
        assert re.search(r"\d\.\d", real_server.version)


class TestDovecot:
    @pytest.mark.parametrize(
        ("kind", "complaint"),
        [("expired", "expired"), ("wrong_host", "127.0.0.3"), ("self_signed", "self.signed")],
    )
    def test_bad_certificates(self, dovecot: RealServer, kind: str, complaint: str) -> None:
        host = dovecot.bad_certificate_hosts[kind]
        with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
            imaplib.IMAP4_SSL(host, dovecot.tls_port, ssl_context=verifying(dovecot), timeout=20)

    def test_a_client_certificate_logs_in(self, dovecot: RealServer) -> None:
        context = verifying(dovecot)
        context.load_cert_chain(dovecot.certificates.client.certificate, dovecot.certificates.client.key)
        with imaplib.IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=context, timeout=20) as connection:
            assert connection.authenticate("EXTERNAL", lambda _: b"")[0] == "OK"

    def test_mechanisms(self, dovecot: RealServer) -> None:
        with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=20) as connection:
            offered = {name.removeprefix("AUTH=") for name in connection.capabilities if name.startswith("AUTH=")}
            assert offered >= {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "EXTERNAL", "XOAUTH2"}
            assert offered >= {"OAUTHBEARER", "ANONYMOUS"}

    @pytest.mark.parametrize(
        ("user", "password"), [("юзер", "пароль☃"), ('we"ird\\user', 'pa"ss\\w ord')], ids=["utf-8", "quoting"]
    )
    def test_awkward_credentials(self, dovecot: RealServer, user: str, password: str) -> None:
        with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=20) as connection:
            answer = connection.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
            assert answer[0] == "OK"

    def test_a_master_logs_in_for_another(self, dovecot: RealServer) -> None:
        with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=20) as connection:
            assert connection.authenticate("PLAIN", lambda _: b"other\0master\0masterpass")[0] == "OK"

    def test_cram_md5_of_a_new_user(self, dovecot: RealServer) -> None:
        with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=20) as connection:
            assert connection.login_cram_md5(dovecot.new_user(), dovecot.password)[0] == "OK"

    def test_a_token_logs_in_until_it_expires(self, dovecot: RealServer) -> None:
        user = dovecot.new_user()

        def attempt(token: str) -> str:
            with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=20) as connection:
                return connection.authenticate(
                    "XOAUTH2", lambda _: f"user={user}\1auth=Bearer {token}\1\1".encode() if not _ else b""
                )[0]

        assert attempt(dovecot_recipe.token(user)) == "OK"
        with pytest.raises(imaplib.IMAP4.error):
            attempt(dovecot_recipe.token(user, lifetime=-60))

    def test_a_full_account_refuses(self, dovecot: RealServer) -> None:
        with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=20) as connection:
            connection.login("quota", dovecot.password)
            status, data = connection.append("INBOX", "", "", b"Subject: big\r\n\r\n" + b"x" * 100_000)
            assert (status, b"[OVERQUOTA]" in data[0]) == ("NO", True)

    def test_settings_come_last(self) -> None:
        if reason := dovecot_recipe.missing():
            pytest.skip(reason)
        with dovecot_recipe.serve("disable_plaintext_auth = yes\n") as server:
            # Dovecot takes plaintext for safe when both ends have one address, and these have not.
            connection = imaplib.IMAP4("127.0.0.2", server.port, timeout=20)
            assert "LOGINDISABLED" in connection.capabilities
            connection.logout()
        assert not server.directory.exists()


class TestPreauth:
    def test_a_session_over_pipes(self, dovecot_over_pipes: list[str]) -> None:
        connection = imaplib.IMAP4_stream(" ".join(dovecot_over_pipes))
        assert connection.state == "AUTH"
        assert connection.select("INBOX") == ("OK", [b"0"])
        connection.logout()


class TestPresence:
    def test_one_line_says_what_is_tested(self) -> None:
        line = servers.describe()
        assert "\n" not in line
        for name, recipe in servers.RECIPES.items():
            reason = recipe.missing()
            assert (reason or recipe.title) in line, name

    def test_required_servers_are_named_with_commas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IMAPKIT_REQUIRE_SERVERS", "dovecot, cyrus")
        assert servers.required() == {"dovecot", "cyrus"}
        monkeypatch.delenv("IMAPKIT_REQUIRE_SERVERS")
        assert servers.required() == frozenset()

    @pytest.mark.parametrize(("wanted", "outcome"), [("dovecot", "error"), ("", "skipped")])
    def test_absence(self, tmp_path: Path, wanted: str, outcome: str) -> None:
        (tmp_path / "conftest.py").write_text(
            "from tests.servers import dovecot as recipe, fixtures, rig, RECIPES\n"
            "RECIPES['dovecot'] = rig.Recipe('dovecot', 'Dovecot', lambda: 'it is not there', recipe.serve)\n"
            "dovecot, start_server = fixtures.dovecot, fixtures.start_server\n"
        )
        (tmp_path / "test_it.py").write_text("def test_it(dovecot): pass")
        environment = {**os.environ, "IMAPKIT_REQUIRE_SERVERS": wanted, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "."],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert f"1 {outcome}" in done.stdout
        assert "it is not there" in done.stdout


class TestRunning:
    def test_a_server_that_dies_at_once_is_reported_with_its_log(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        argv = [sys.executable, "-c", "print('no such option'); raise SystemExit(3)"]
        with (
            pytest.raises(rig.ServerFailed, match=r"(?s)status 3.*no such option"),
            rig.running(argv, log=log, ports=[1]),
        ):
            pytest.fail("it never ran")

    def test_nothing_outlives_the_block(self, tmp_path: Path) -> None:
        port = rig.free_ports(1)[0]
        program = (
            "import socket, time\n"
            f"with socket.create_server(('127.0.0.1', {port})) as listener:\n"
            "    while True:\n"
            "        with listener.accept()[0] as client: client.sendall(b'* OK hello\\r\\n')\n"
        )
        with rig.running([sys.executable, "-c", program], log=tmp_path / "log", ports=[port]) as process:
            assert process.poll() is None
        assert process.poll() is not None

    @pytest.mark.skipif(sys.platform != "linux", reason="setpriv --pdeathsig is Linux's")
    @pytest.mark.parametrize("name", [name for name in servers.RECIPES if not name.startswith("ours")])
    def test_a_killed_test_run_takes_its_server_along(self, name: str) -> None:
        if reason := servers.RECIPES[name].missing():
            pytest.skip(reason)
        program = (
            "import os, signal\n"
            f"from tests.servers import {name}\n"
            f"with {name}.serve() as server:\n"
            "    print(server.port, server.directory, flush=True)\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        root = Path(__file__).parents[2]
        done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
        port, directory = done.stdout.split()
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                # To connect would not do: whom Cyrus' master is asked to let in, when it ends, keeps it busy for ever.
                with contextlib.suppress(OSError), socket.create_server((rig.HOST, int(port))):
                    break
                time.sleep(0.05)
            else:
                pytest.fail(f"{name} lives on")
        finally:
            shutil.rmtree(directory, ignore_errors=True)
