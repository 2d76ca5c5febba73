"""A value that may have to be awaited: the one place where the two worlds take different arguments."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, TypeVar, cast

from imapkit.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["settle", "settle_async"]

T = TypeVar("T")


async def settle_async(make: Callable[[], T | Awaitable[T]]) -> T:
    """Call a plain or an async function."""
    value = make()
    return await cast("Awaitable[T]", value) if inspect.isawaitable(value) else value


def settle(make: Callable[[], T | Awaitable[T]]) -> T:
    """Call a plain function; an async one is refused, since nobody here could await it."""
    value = make()
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise InvalidArgument("an async function needs an event loop: use connect_async(), or pass a plain function")
    return value
