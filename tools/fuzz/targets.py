"""The targets by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tools.fuzz import connection, encoder, mime, names_urls, responses, server

__all__ = ["TARGETS", "Target"]


class Target(NamedTuple):
    """What takes an input, and what to begin with."""

    check: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]


#: Each is a module of its own, which says what must hold.
TARGETS: Mapping[str, Target] = {
    module.__name__.rpartition(".")[2]: Target(module.check, module.seeds)
    for module in (responses, connection, mime, names_urls, server, encoder)
}
