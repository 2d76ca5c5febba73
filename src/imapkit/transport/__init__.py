"""The only I/O of the library: blocking sockets, asyncio, a subprocess's pipes; host names and whom to trust."""
