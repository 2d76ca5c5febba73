"""IDLE: DONE is said once, and only to a server that idles."""

from __future__ import annotations

from imapkit.protocol.extensions.idle import Idle


def test_the_usual_course() -> None:
    collector = Idle().collector()
    assert not collector.idling
    assert collector.respond(b"idling") is None
    assert collector.idling
    assert collector.respond(b"still idling") is None
    assert collector.end() == b"DONE"
    assert collector.end() is None


def test_ended_before_it_began() -> None:
    collector = Idle().collector()
    assert collector.end() is None
    assert collector.respond(b"idling") == b"DONE"
    assert collector.respond(b"idling") is None
