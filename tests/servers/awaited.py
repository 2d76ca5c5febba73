"""The asyncio half of imapkit, used as its twin for threads is: a test is written once and runs in both worlds.

An `Awaited` stands for an object of `imapkit._async`.  What its methods would have one await, it awaits by a runner;
asynchronous iterators become plain ones; and what comes back is such an object again, or a value.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, cast

from imapkit import Mailbox
from imapkit._async import AsyncMailbox
from imapkit.types.results import Arrived, FlagsChanged

ASYNC = "imapkit._async"


class Awaited:
    """One object of the asyncio half."""

    def __init__(self, runner: asyncio.Runner, target: Any) -> None:
        self._runner = runner
        self.target = target

    def __getattr__(self, name: str) -> object:
        return self._wrap(getattr(self.target, name))

    def _wrap(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            return self._wrap(self._runner.run(value))
        if inspect.isasyncgen(value):
            return self._generate(value)
        if inspect.ismethod(value) or inspect.isfunction(value):
            return self._calling(value)
        if type(value).__module__.startswith(ASYNC):
            return Awaited(self._runner, value)
        if isinstance(value, Arrived | FlagsChanged):
            return replace(cast("Arrived[Any]", value), message=self._wrap(cast("Arrived[Any]", value).message))
        if type(cast(object, value)) is tuple:
            return tuple(map(self._wrap, cast("tuple[object, ...]", value)))
        return value

    def _calling(self, function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            return self._wrap(function(*map(_target, args), **kwargs))

        return call

    def _generate(self, iterator: Any) -> Iterator[object]:
        async def step() -> object:
            return await anext(iterator)

        try:
            while True:
                try:
                    value = self._runner.run(step())
                except StopAsyncIteration:
                    return
                yield self._wrap(value)
        finally:
            self._runner.run(iterator.aclose())

    def __iter__(self) -> Iterator[object]:
        if hasattr(self.target, "__aiter__"):
            return self._generate(aiter(self.target))
        return map(self._wrap, iter(self.target))

    def __getitem__(self, key: object) -> object:
        return self._wrap(self.target[key])

    def __contains__(self, key: object) -> bool:
        return key in self.target

    def __len__(self) -> int:
        return len(self.target)

    def __truediv__(self, other: object) -> object:
        return self._wrap(self.target / other)

    def __str__(self) -> str:
        return str(self.target)

    def __repr__(self) -> str:
        return f"Awaited({self.target!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if isinstance(self.target, AsyncMailbox):
            self._runner.run(self.target.close())


def _target(value: object) -> object:
    return value.target if isinstance(value, Awaited) else value


def as_blocking(runner: asyncio.Runner, mailbox: AsyncMailbox) -> Mailbox:
    """The mailbox, to be used as the one for threads is."""
    return cast(Mailbox, Awaited(runner, mailbox))
