from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire.dates import format_date, format_date_time, parse_date_time

UTC = dt.UTC


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            (b"17-Jul-1996 02:44:25 -0700", "1996-07-17T02:44:25-07:00"),
            (b" 1-Jan-2024 00:00:00 +0000", "2024-01-01T00:00:00+00:00"),
            (b"01-jan-2024 00:00:00 -0000", "2024-01-01T00:00:00+00:00"),
            (b"1-JAN-2024 00:00:00 +0530", "2024-01-01T00:00:00+05:30"),
            (b"29-Feb-2024  23:59:59  +1400 ", "2024-02-29T23:59:59+14:00"),
            (b"31-Dec-2016 23:59:60 +0000", "2017-01-01T00:00:00+00:00"),
            (b"31-Dec-9999 23:59:59 -2359", "9999-12-31T23:59:59-23:59"),
            (b"1-Jan-0001 00:00:00 +0000", "0001-01-01T00:00:00+00:00"),
        ],
    )
    def test_a_moment(self, text: bytes, moment: str) -> None:
        assert parse_date_time(text) == dt.datetime.fromisoformat(moment)

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"NIL",
            b"17-Jul-1996",
            b"17-Jul-96 02:44:25 -0700",
            b"17-Foo-1996 02:44:25 -0700",
            b"32-Jul-1996 02:44:25 -0700",
            b"30-Feb-1996 02:44:25 -0700",
            b"0-Jul-1996 02:44:25 -0700",
            b"17-Jul-0000 02:44:25 -0700",
            b"17-Jul-1996 24:44:25 -0700",
            b"17-Jul-1996 02:60:25 -0700",
            b"17-Jul-1996 02:44:61 -0700",
            b"17-Jul-1996 02:44:25 0700",
            b"17-Jul-1996 02:44:25 -2400",
            b"17-Jul-1996 02:44:25 +9999",
            b"17-Jul-1996 02:44:25 GMT",
            b"17-Jul-1996 02:44:25 -0700\n",
            b"31-Dec-9999 23:59:60 +0000",
            "\u0661\u0667-Jul-1996 02:44:25 -0700".encode(),
        ],
    )
    def test_none(self, text: bytes) -> None:
        assert parse_date_time(text) is None

    @given(st.binary())
    def test_anything_may_come(self, text: bytes) -> None:
        moment = parse_date_time(text)
        assert moment is None or moment.tzinfo is not None


class TestWriting:
    @pytest.mark.parametrize(
        ("day", "text"),
        [(dt.date(1994, 2, 1), "1-Feb-1994"), (dt.date(2024, 12, 31), "31-Dec-2024"), (dt.date(1, 1, 1), "1-Jan-0001")],
    )
    def test_a_day(self, day: dt.date, text: str) -> None:
        assert format_date(day) == text

    def test_a_moment_is_no_day(self) -> None:
        with pytest.raises(InvalidArgument, match=r"\.date\(\)"):
            format_date(dt.datetime(2024, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("moment", "text"),
        [
            (dt.datetime(1996, 7, 7, 2, 44, 25, tzinfo=UTC), " 7-Jul-1996 02:44:25 +0000"),
            (dt.datetime(1996, 7, 17, 2, 44, 25, 999_999, tzinfo=UTC), "17-Jul-1996 02:44:25 +0000"),
            (dt.datetime.fromisoformat("2024-01-02T03:04:05-03:30"), " 2-Jan-2024 03:04:05 -0330"),
            (dt.datetime.fromisoformat("2024-01-02T03:04:05+05:45"), " 2-Jan-2024 03:04:05 +0545"),
            (dt.datetime(1, 1, 1, tzinfo=UTC), " 1-Jan-0001 00:00:00 +0000"),
            (dt.datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("America/New_York")), " 1-Jul-2024 12:00:00 -0400"),
        ],
    )
    def test_a_moment(self, moment: dt.datetime, text: str) -> None:
        assert format_date_time(moment) == text

    def test_a_moment_without_a_zone(self) -> None:
        with pytest.raises(InvalidArgument, match="timezone"):
            format_date_time(dt.datetime(2024, 1, 1))

    @given(
        st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1)),
        st.timedeltas(dt.timedelta(hours=-23), dt.timedelta(hours=23)),
    )
    def test_the_same_moment_is_read_again(self, naive: dt.datetime, offset: dt.timedelta) -> None:
        """Also where the zone has seconds, as Amsterdam's had until 1937."""
        moment = naive.replace(microsecond=0, tzinfo=dt.timezone(offset - offset % dt.timedelta(seconds=1)))
        text = format_date_time(moment)
        assert len(text) == 26
        assert parse_date_time(text.encode()) == moment
