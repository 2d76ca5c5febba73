"""Real IMAP servers for the tests: installed ones are started on loopback, each by a recipe of its own.

A recipe is one module here (`dovecot.py`) with a `RECIPE`; ALL lists them, RECIPES those that are to be tested, and the
fixture `real_server` is each of these in turn.  `tools/install_servers.py` installs them.  A server that is not
installed skips its tests and says why, unless `IMAPKIT_REQUIRE_SERVERS=dovecot,...` names it: then its absence is a
failure.  A recipe runs its server as a child in the foreground (`rig.running`), so that nothing outlives the test run,
whichever way that ends.

What every server has to do is in test_matrix_*.py, what some offer beside that in test_*_extensions.py; what they do
wrong is in known.py.
"""

from __future__ import annotations

import os

from tests.servers import courier, cyrus, dovecot, hoodiecrow, mailutils, ours, pymap, twisted, wildduck
from tests.servers.rig import RealServer, Recipe, required

__all__ = ["ALL", "RECIPES", "RealServer", "Recipe", "describe", "required"]

ALL: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        *(module.RECIPE for module in (dovecot, cyrus, courier, mailutils, pymap, hoodiecrow, wildduck, twisted)),
        *ours.RECIPES,
    )
}

#: IMAPKIT_SERVERS names those that are tested, or says "all"; all of them take minutes, so some wait to be asked.
_WANTED = os.environ.get("IMAPKIT_SERVERS", "dovecot,cyrus,ours,ours-everything,ours-gmail").replace(",", " ").split()
RECIPES: dict[str, Recipe] = ALL if _WANTED == ["all"] else {name: ALL[name] for name in _WANTED}


def describe() -> str:
    """One line on which real servers the tests will meet."""
    missing = {name: reason for name, recipe in RECIPES.items() if (reason := recipe.missing())}
    present = [recipe.title for name, recipe in RECIPES.items() if name not in missing]
    tested = f"Real servers tested: {', '.join(present)}." if present else "No real server is tested."
    more = [] if len(RECIPES) == len(ALL) else ["IMAPKIT_SERVERS=all tests more."]
    return " ".join([tested, *(f"Skipped: {reason}." for reason in missing.values()), *more])
