"""Bytes and grammar: where responses end (framer), what is in them (cursor), how commands are written (encoder)."""
