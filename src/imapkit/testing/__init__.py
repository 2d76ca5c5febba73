"""For tests: an IMAP server in this process.

>>> from imapkit.testing import Server
>>> with Server() as server:
...     server.add_user("ann@example.org", "secret")
...     host, port = server.serve()
"""

from __future__ import annotations

from imapkit.testing.server import Server

__all__ = ["Server"]
