from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from imapkit import errors
from imapkit.errors import (
    AuthenticationError,
    CommandError,
    FolderExists,
    FolderNotFound,
    ImapError,
    InvalidArgument,
    NotSupported,
    OverQuota,
    PermissionDenied,
    ServerBye,
    ServerUnavailable,
    TokenRejected,
    command_error,
)

CLASSES: dict[str, type[ImapError]] = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, ImapError) and value.__module__ == errors.__name__
}


def make(kind: type[ImapError]) -> ImapError:
    if issubclass(kind, CommandError):
        return kind("FETCH", "NO", "SERVERBUG", "the words", {1: "partial"})
    return NotSupported("MOVE") if kind is NotSupported else kind("the words")


def test_all_names_are_exported() -> None:
    assert set(errors.__all__) == {*CLASSES, "command_error"}


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """Each line of it: indented below its first base, the built-in base in parentheses."""
    ancestors: list[tuple[int, type[ImapError]]] = []
    drawn: set[str] = set()
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([ |]*)(?:\+- )?([A-Z]\w+)(?: +\((\w+)\))?", line)
        if found is None or found[2] not in CLASSES or not line.startswith("    "):
            continue
        depth, kind = line.index(found[2]), CLASSES[found[2]]
        while ancestors and ancestors[-1][0] >= depth:
            ancestors.pop()
        bases = [ancestors[-1][1] if ancestors else Exception]
        if found[3]:
            bases.append(getattr(__builtins__, found[3]) if inspect.ismodule(__builtins__) else __builtins__[found[3]])
        assert list(kind.__bases__) == bases, line
        ancestors.append((depth, kind))
        drawn.add(found[2])
    assert drawn == set(CLASSES)


@pytest.mark.parametrize("kind", CLASSES.values())
class TestEach:
    def test_it_is_raised_and_caught_as_what_it_is(self, kind: type[ImapError]) -> None:
        for base in kind.__mro__[:-1]:
            with pytest.raises(base):
                raise make(kind)

    def test_it_says_what_happened(self, kind: type[ImapError]) -> None:
        said = str(make(kind))
        assert "the words" in said or kind is NotSupported

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_it_can_be_pickled_and_copied(self, kind: type[ImapError], protocol: int) -> None:
        error = make(kind)
        error.extra = "set later"  # type: ignore[attr-defined]
        for again in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
            assert type(again) is kind
            assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))


class TestCommandError:
    def test_what_it_carries(self) -> None:
        error = CommandError("FETCH", "NO", "EXPUNGEISSUED", "Some are gone", [1, 2])
        assert (error.command, error.status, error.code, error.text, error.partial, error.args) == (
            *("FETCH", "NO", "EXPUNGEISSUED", "Some are gone", [1, 2], ("Some are gone",)),
        )
        assert error.response_code is None

    @pytest.mark.parametrize(
        ("code", "text", "said"),
        [
            ("CANNOT", "No.", "CREATE: NO [CANNOT] No."),
            (None, "No.", "CREATE: NO No."),
            (None, "", "CREATE: NO"),
            ("CANNOT", "", "CREATE: NO [CANNOT]"),
        ],
    )
    def test_what_it_says(self, code: str | None, text: str, said: str) -> None:
        assert str(CommandError("CREATE", "NO", code, text)) == said

    def test_the_built_in_base_of_permission_denied_does_not_interfere(self) -> None:
        """OSError takes two arguments for a number and its meaning."""
        error = PermissionDenied("SELECT", "NO", "NOPERM", "Not yours")
        assert (error.errno, error.strerror, error.filename) == (None, None, None)
        assert str(error) == "SELECT: NO [NOPERM] Not yours"

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("ALREADYEXISTS", FolderExists),
            ("AUTHENTICATIONFAILED", AuthenticationError),
            ("AUTHORIZATIONFAILED", AuthenticationError),
            ("EXPIRED", AuthenticationError),
            ("NONEXISTENT", FolderNotFound),
            ("TRYCREATE", FolderNotFound),
            ("NOPERM", PermissionDenied),
            ("OVERQUOTA", OverQuota),
            ("UNAVAILABLE", ServerUnavailable),
            ("INUSE", ServerUnavailable),
            ("LIMIT", ServerUnavailable),
            ("CANNOT", CommandError),
            ("X-UNKNOWN", CommandError),
            (None, CommandError),
        ],
    )
    def test_it_is_chosen_by_the_response_code(self, code: str | None, kind: type[CommandError]) -> None:
        error = command_error("X", "NO", code, "words", "partial")
        assert type(error) is kind
        assert (error.command, error.status, error.code, error.text, error.partial) == (
            *("X", "NO", code, "words", "partial"),
        )

    @pytest.mark.parametrize(
        ("status", "code", "text", "retry_after"),
        [
            ("BAD", None, "Request is throttled. Suggested Backoff Time: 92415 milliseconds", 92.415),
            ("BAD", None, "Request is throttled.", None),
            ("NO", "ALERT", "Too many simultaneous connections. (Failure)", None),
            ("NO", "UNAVAILABLE", "Down for a while", None),
        ],
    )
    def test_words_that_ask_to_wait(self, status: str, code: str | None, text: str, retry_after: float | None) -> None:
        error = command_error("SEARCH", "NO" if status == "NO" else "BAD", code, text)
        assert isinstance(error, ServerUnavailable)
        assert error.retry_after == retry_after
        assert pickle.loads(pickle.dumps(error)).retry_after == retry_after

    def test_words_that_need_a_hint(self) -> None:
        error = command_error("SELECT", "BAD", None, "User is authenticated but not connected.")
        assert type(error) is AuthenticationError
        assert str(error).startswith("SELECT: BAD User is authenticated but not connected. (the login opens no mailbox")
        assert pickle.loads(pickle.dumps(error)).hint == error.hint

    def test_a_code_counts_more_than_words(self) -> None:
        assert type(command_error("X", "NO", "NOPERM", "is throttled")) is PermissionDenied

    def test_a_refused_token_is_a_refused_login(self) -> None:
        assert issubclass(TokenRejected, AuthenticationError)


def test_not_supported_names_the_capability() -> None:
    assert (NotSupported("MOVE").capability, str(NotSupported("MOVE"))) == ("MOVE", "the server does not offer MOVE")
    assert str(NotSupported("MOVE", "no moving here")) == "no moving here"


def test_a_bye_may_carry_a_code() -> None:
    assert ServerBye("going down").response_code is None


def test_an_invalid_argument_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"^no$"):
        raise InvalidArgument("no")
