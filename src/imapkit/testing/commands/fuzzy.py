"""SEARCH=FUZZY (RFC 6203): what more or less matches, and how well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.features import Feature, ReturnOption, SearchKey
from imapkit.testing.fuzzy import Fuzzy
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.search_keys import SearchKeys
    from imapkit.testing.searching import Results
    from imapkit.types.query import Query

__all__ = ["FEATURE"]


# search-key =/ "FUZZY" SP search-key
def _fuzzy(keys: SearchKeys) -> Query:
    keys.arguments.sp()
    key = Fuzzy(keys.read())
    keys.fuzzy.append(key)
    return key


# search-return-data =/ "RELEVANCY" SP "(" [score *(SP score)] ")"
def _relevancy(results: Results) -> bytes | None:
    if not results.program.fuzzy:
        raise Refused("Only fuzzy searches know of relevancy", status="BAD")
    if not results.messages:
        return None
    return b"RELEVANCY (%s)" % b" ".join(b"%d" % results.relevancy(message) for message in results.messages)


_REQUIRES: Final = ("SEARCH=FUZZY",)

FEATURE = Feature(
    capabilities=_REQUIRES,
    search_keys={"FUZZY": SearchKey(_fuzzy, _REQUIRES)},
    return_options={"RELEVANCY": ReturnOption(lambda _session, _arguments: _relevancy, _REQUIRES)},
)
