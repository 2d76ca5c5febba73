"""The sans-IO core: bytes in, values out.

Nothing below this package opens a socket, sleeps or looks at a clock; the same code serves blocking sockets,
asyncio, a subprocess's pipes and a test that feeds it byte by byte.
"""
