"""pymap with its in-memory back end."""

from __future__ import annotations

import asyncio
import signal
import ssl
import sys
from argparse import Namespace

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Login
from pymap.imap import IMAPServer
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext


class Everybody(dict[str, UserMetadata]):
    """Accounts as they are asked for."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def get(self, name: str, default: object = None) -> UserMetadata:
        return UserMetadata(self._config, name, password=self._config.demo_password)


def make(certificate: str, key: str, password: str, context: ssl.SSLContext, *, starttls: bool) -> Config:
    """The settings; without a slow hash of the password, which is no secret."""
    arguments = Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None)
    return Config(
        arguments,
        host=None,
        port=0,
        demo_data=False,
        demo_user="",
        demo_password=password,
        hash_context=Cleartext(),
        ssl_context=context,
        tls_enabled=starttls,
        secure_auth=False,
        reject_dnsbl=False,
        invalid_user_sleep=0.0,
    )


async def main(port: str, tls_port: str, certificate: str, key: str, password: str) -> None:
    """Serve until SIGTERM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    accounts = None
    servers = []
    for number, implicit in ((port, None), (tls_port, context)):
        config = make(certificate, key, password, context, starttls=implicit is None)
        config.apply_context()
        accounts = config.set_cache = accounts if accounts is not None else config.set_cache
        login = Login(config)
        login.users_dict = Everybody(config)
        reader = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        callback = reader.get_callback(IMAPServer(login, config))
        servers.append(await asyncio.start_server(callback, "127.0.0.1", int(number), ssl=implicit))
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()


asyncio.run(main(*sys.argv[1:]))
