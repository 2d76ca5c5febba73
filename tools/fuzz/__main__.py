"""``python3 tools/fuzz``: coverage-guided fuzzing with atheris (https://github.com/google/atheris).

    python3 tools/fuzz                          all targets in turn, a minute each
    python3 tools/fuzz responses --seconds 600  one of them, for longer
    python3 tools/fuzz responses --replay FILE  one input again, without atheris: what a finding leaves behind

It stops at the first finding: the input lies in the corpus directory then, named after its target.  What the fuzzer
has learned stays there, too, and the next run goes on from it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

if __name__ == "__main__":
    # In place of this directory; the package itself need not be installed.
    _ROOT = Path(__file__).resolve().parent.parent.parent
    sys.path[:1] = [str(_ROOT), str(_ROOT / "src")]

from tools import bootstrap
from tools.fuzz import seeds
from tools.fuzz.targets import TARGETS

MISSING = """atheris is missing.  It is the dependency group 'fuzz' of pyproject.toml, for an environment of its own:
    python3 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install -e . atheris && /tmp/fuzz/bin/python tools/fuzz
"""

LONGEST_INPUT = 4096  # octets
SLOWEST_INPUT = 10  # seconds; all is linear, so that this is hundreds of times what an input takes
MEMORY = 2048  # MiB


def main() -> int:
    """Run the targets that were asked for, until one finds something."""
    parser = argparse.ArgumentParser(prog="tools/fuzz", description="Fuzz imapkit, guided by coverage.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"any of: {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs (default: 60)")
    parser.add_argument("--corpus", type=Path, help="where what was learned is kept (default: a temporary directory)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run one target on this input, without atheris")
    options = parser.parse_args()
    wanted: list[str] = options.targets or list(TARGETS)
    if unknown := set(wanted) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))} (there are {', '.join(TARGETS)})")
    if options.replay is not None:
        if len(wanted) != 1:
            parser.error("an input is one target's: name it")
        TARGETS[wanted[0]].check(options.replay.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        parser.exit(2, MISSING)
    corpus: Path = options.corpus or Path(tempfile.gettempdir()) / "imapkit-fuzz"
    return next((status for target in wanted if (status := fuzz(target, options.seconds, corpus))), 0)


def fuzz(target: str, seconds: int, corpus: Path) -> int:
    """Fuzz one target in a process of its own (libFuzzer ends with it); its exit status, not 0 after a finding."""
    learned = corpus.absolute() / target
    learned.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        dictionary = Path(temporary) / "words.dict"
        dictionary.write_text(seeds.dictionary(), "ascii")
        begin = Path(temporary) / "seeds"
        begin.mkdir()
        for seed in TARGETS[target].seeds():
            (begin / sha256(seed).hexdigest()[:16]).write_bytes(seed)
        flags = (
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST_INPUT}",
            f"-timeout={SLOWEST_INPUT}",
            f"-rss_limit_mb={MEMORY}",
            f"-dict={dictionary}",
            f"-artifact_prefix={learned}-",
            "-print_final_stats=1",
        )
        print(f"== {target}: {seconds} s", flush=True)
        command = [sys.executable, "-m", "tools.fuzz.engine", target, *flags, str(learned), str(begin)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path[:2])}
        return subprocess.run(command, cwd=bootstrap.ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
