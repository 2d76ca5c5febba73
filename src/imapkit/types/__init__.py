"""The values that everything else passes around: flags, UID sets, folders, URLs, results, credentials.

All of them are immutable, hashable and picklable, none does I/O, and importing one costs little. There is one
module per concern and nothing is re-exported here; the public names live in `imapkit` itself.
"""
