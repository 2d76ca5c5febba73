"""What the server reads in a message: its parts, their headers, and what FETCH and SEARCH make of them.

The client's parsers are not used here, so that each side's mistakes show on the other.
"""
