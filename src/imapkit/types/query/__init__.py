"""What to search for: made with `Q` and `where()`, sent to a server, or evaluated here.

`builder` makes the values of `tree`; `keys` says which search keys there are, and `arguments` checks what they are
given; `rewriting` tells what a server can be asked of a query from what is left for the client; `matching` evaluates
a key on a message, which is also how the in-process server searches.
"""

from __future__ import annotations

from imapkit.types.query.builder import Q, QueryArgs, QueryBuilder, where
from imapkit.types.query.keys import KEYS, SEQUENCE_SET, ArgKind, KeySpec, kinds_of
from imapkit.types.query.matching import Searchable
from imapkit.types.query.rewriting import (
    coarse,
    is_ascii,
    needs_filter,
    remainder,
    required_capabilities,
    uses_sequence_numbers,
)
from imapkit.types.query.tree import (
    NOTHING,
    All,
    And,
    Arg,
    Key,
    Not,
    Or,
    Query,
    ReceivedAfter,
    ReceivedBefore,
    all_of,
    any_of,
)

__all__ = [
    "KEYS",
    "NOTHING",
    "SEQUENCE_SET",
    "All",
    "And",
    "Arg",
    "ArgKind",
    "Key",
    "KeySpec",
    "Not",
    "Or",
    "Q",
    "Query",
    "QueryArgs",
    "QueryBuilder",
    "ReceivedAfter",
    "ReceivedBefore",
    "Searchable",
    "all_of",
    "any_of",
    "coarse",
    "is_ascii",
    "kinds_of",
    "needs_filter",
    "remainder",
    "required_capabilities",
    "uses_sequence_numbers",
    "where",
]
