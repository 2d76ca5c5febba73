"""The certificate of the test server, and the authority that signed it.

.. warning::

    The server's private key lies beside this file, for everybody to read: it protects nothing.  Nothing trusts this
    authority unless it is asked to, with `client_context`; do not ask a system, or a program that talks to real
    servers.  The authority's own key was thrown away, so there will be no other certificate of it.

`tools/make_test_certificates.py` makes both anew.  The certificate is for ``localhost``, ``127.0.0.1``, ``::1``,
and ``imap.example.org``, the host of all examples.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

__all__ = ["client_context", "server_context"]


def client_context() -> ssl.SSLContext:
    """A client's TLS context that trusts this authority, and no other."""
    import ssl

    return ssl.create_default_context(cadata=(resources.files(__name__) / "authority.pem").read_text("ascii"))


def server_context() -> ssl.SSLContext:
    """The test server's TLS context."""
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # OpenSSL reads files only, and a package may lie in an archive.
    with resources.as_file(resources.files(__name__) / "localhost.pem") as path:
        context.load_cert_chain(path)
    return context
