"""The TLS context of who brings none."""

from __future__ import annotations

import ssl
import subprocess
import sys

import certifi

from imapkit.transport.trust import default_context


def test_it_verifies() -> None:
    context = default_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_it_trusts_what_certifi_trusts() -> None:
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    alone.load_verify_locations(certifi.where())
    known = set(default_context().get_ca_certs(binary_form=True))
    assert set(alone.get_ca_certs(binary_form=True)) <= known


def test_it_is_made_once() -> None:
    assert default_context() is default_context()


def test_importing_it_imports_neither_ssl_nor_certifi() -> None:
    program = "import sys, imapkit.transport.trust; print({'ssl', 'certifi'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
