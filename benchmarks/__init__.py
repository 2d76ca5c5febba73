"""How fast imapkit is, beside others: `python benchmarks/parse.py` prints the table of docs/performance.md."""
