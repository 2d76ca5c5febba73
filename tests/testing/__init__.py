"""The server of `imapkit.testing`, tested with exact bytes, with imaplib, and (in tests/servers) against Dovecot."""
