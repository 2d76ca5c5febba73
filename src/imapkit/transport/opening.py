"""What opening a connection has in common in both worlds: socket options, and what to say when it fails."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Final

from imapkit.errors import ConnectionLost, ImapError, ImapTimeout, InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

__all__ = ["command_ended", "command_failed", "command_name", "keep_alive", "last_words", "timed_out", "unreachable"]

# Routers forget silent connections, some after five minutes; IDLE is silent for longer.
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 120), ("TCP_KEEPALIVE", 120), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 4))
_CHECK: Final = "check the name and the port (993 for TLS, 143 for STARTTLS), and that no firewall is in between"
_LAST_WORDS: Final = 2000  # octets of a command's stderr


def keep_alive(sock: socket.socket) -> None:
    """Have the kernel look whether the other side is still there, and send small commands at once."""
    with contextlib.suppress(OSError):  # a connection that has broken since will say so itself
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE:  # each system has some of them
            option = getattr(socket, name, None)
            if option is not None:
                sock.setsockopt(socket.IPPROTO_TCP, option, value)


def unreachable(host: str, port: int, error: OSError, timeout: float | None) -> ImapError:
    """Why there is no connection, in words that say what to check."""
    if isinstance(error, TimeoutError):
        return timed_out(host, port, timeout)
    if isinstance(error, socket.gaierror):
        why = f"there is no address for the name ({error.strerror or error}); check its spelling and the network"
    elif isinstance(error, ConnectionRefusedError):
        why = "nothing listens there (connection refused); check the name and the port (993 for TLS, 143 for STARTTLS)"
    else:
        why = f"{error.strerror or error}; {_CHECK}"
    return ConnectionLost(f"cannot connect to {host}, port {port}: {why}")


def timed_out(host: str, port: int, timeout: float | None) -> ImapTimeout:
    """Nobody answered in time."""
    within = "in time" if timeout is None else f"within {timeout:g} seconds"
    return ImapTimeout(f"cannot connect to {host}, port {port}: no answer {within}; {_CHECK}")


def command_name(argv: Sequence[str]) -> str:
    """The name of a command; raises `InvalidArgument` for what is none."""
    if isinstance(argv, str) or not argv or not argv[0]:
        raise InvalidArgument(f"{argv!r} is no command: give a list, its name and then its arguments")
    if any("\0" in argument for argument in argv):
        raise InvalidArgument(f"an argument of the command {argv[0]!r} contains NUL")
    return argv[0]


def command_failed(command: str, error: OSError) -> ConnectionLost:
    """Why a command did not even start; the arguments are not shown, there may be secrets among them."""
    return ConnectionLost(f"cannot run {command!r}: {error.strerror or error}")


def command_ended(command: str, status: int | None, said: str) -> ConnectionLost | None:
    """Why a command has closed its output; None when there is nothing to say, because it ended well."""
    if not status:
        return None
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    return ConnectionLost(f"the command {command!r} {how}" + (f": {said}" if said else ""))


def last_words(stderr: IO[bytes]) -> str:
    """The end of what a command wrote to its standard error, a file."""
    end = stderr.seek(0, 2)
    stderr.seek(max(0, end - _LAST_WORDS))
    return " ".join(stderr.read().decode("utf-8", "replace").split())
