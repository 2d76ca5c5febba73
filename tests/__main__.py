"""``python3 tests``: set up what the tests need, once, and run them; arguments go to pytest.

Without arguments all tests run, on all processors.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# In place of this directory: its `types` and `email` must not stand where the standard library's are looked for.
sys.path[0] = str(HERE.parent)

from tools import bootstrap  # noqa: E402


def main() -> int:
    """Run pytest in the prepared environment and give its exit status."""
    bootstrap.enter("test", HERE)
    import pytest

    from tests.servers import describe

    print(describe(), flush=True)
    os.chdir(bootstrap.ROOT)
    return pytest.main(sys.argv[1:] or ["--numprocesses=auto"])


if __name__ == "__main__":
    sys.exit(main())
