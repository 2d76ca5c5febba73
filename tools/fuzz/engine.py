"""The one part that needs atheris: ``python -m tools.fuzz.engine TARGET [libFuzzer's flags and directories]``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

__all__ = ["main"]

#: What the targets reach.  It is imported before they are, so that what is imported when needed is watched too.
_WATCHED = ("imapkit.types", "imapkit.mime", "imapkit.protocol", "imapkit.testing")


def main() -> None:
    """Fuzz one target in this process, which ends with it."""
    target, *flags = sys.argv[1:]
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["imapkit"]):
        for package in map(importlib.import_module, _WATCHED):
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                importlib.import_module(module.name)
    check = importlib.import_module(f"tools.fuzz.{target}").check
    atheris.Setup([sys.argv[0], *flags], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
