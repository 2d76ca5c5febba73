"""Coverage-guided fuzzing: what a stranger sends, and what must hold whatever it is.

Each module named in `tools.fuzz.targets` is one target: ``check(data)`` takes one input and fails with an
`AssertionError` (or with what should never have been raised) when a promise is broken; ``seeds()`` gives inputs to
begin with.  `tools.fuzz.engine` alone knows of atheris, so that the targets run, and are tested, without it.
"""
