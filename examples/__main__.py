"""``python3 examples``: set up what the tour needs, once, and run it; arguments go to the tour."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE.parent)

from tools import bootstrap  # noqa: E402

if __name__ == "__main__":
    bootstrap.enter("runtime", HERE)
    sys.path[0] = str(HERE)  # the examples find each other there, as they do when they are started one by one
    runpy.run_path(str(HERE / "tour.py"), run_name="__main__")
