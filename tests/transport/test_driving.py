"""The clocks of an operation, with the time told by the test."""

from __future__ import annotations

from imapkit.protocol.flows.base import Flow, Signal, Wait
from imapkit.transport.driving import Operation


class TestTheFlowsOwnClock:
    def test_the_same_wait_goes_on_counting_whatever_else_was_waited_for(self) -> None:
        def flow() -> Flow[None]:
            patience = Wait(60)
            yield patience
            yield Wait()
            yield Wait()
            yield patience

        operation = Operation(flow(), None, 0)
        for moment in (100, 110, 120, 130):
            operation.resume(Signal.PROGRESS, moment)
        assert operation.wait.timeout == 60
        assert operation.counted_since == 100

    def test_another_wait_counts_anew_though_it_is_equal(self) -> None:
        def flow() -> Flow[None]:
            yield Wait(60)
            yield Wait(60)

        operation = Operation(flow(), None, 0)
        operation.resume(Signal.PROGRESS, 100)
        operation.resume(Signal.PROGRESS, 110)
        assert operation.counted_since == 110

    def test_when_it_has_run_out_the_same_one_counts_anew(self) -> None:
        def flow() -> Flow[None]:
            patience = Wait(60)
            yield patience
            yield patience

        operation = Operation(flow(), None, 0)
        operation.resume(Signal.PROGRESS, 100)
        operation.resume(Signal.TIMEOUT, 160)
        assert operation.counted_since == 160
