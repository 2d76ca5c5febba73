"""Whoever takes part: each is a process that is told what to do line by line (see `worker`)."""
