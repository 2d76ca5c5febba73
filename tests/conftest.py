"""Fixtures for every test."""

from __future__ import annotations

import pytest

from tests import certificates as _certificates
from tests.certificates import Certificates
from tests.servers.fixtures import cyrus, dovecot, dovecot_over_pipes, real_server, start_server

__all__ = ["certificates", "cyrus", "dovecot", "dovecot_over_pipes", "real_server", "start_server"]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A private authority's good certificate for loopback, and one of each bad kind."""
    return _certificates.make(tmp_path_factory.mktemp("certificates"))
