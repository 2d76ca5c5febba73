"""Attachments: found, matched, decoded, saved."""

from __future__ import annotations

import stat
from email.message import EmailMessage
from pathlib import Path

import pytest

from imapkit import Progress
from tests.api.places import InMemory, Place, letter

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40


def parcel() -> bytes:
    """Pictures in the text, files with it, a mail with a file of its own."""
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("Inside.\n")
    inner.add_attachment(b"1;2\r\n", "text", "csv", filename="inner.csv")
    message = EmailMessage()
    message["Subject"] = "parcel"
    message["From"] = "bob@example.net"
    message.set_content("Plain.\n")
    message.add_alternative("<img src='cid:logo@example.net'>\n", subtype="html")
    [*_, page] = message.iter_parts()
    assert isinstance(page, EmailMessage)
    page.add_related(
        b"\x89PNG\r\n", "image", "png", cid="<logo@example.net>", filename="logo.png", disposition="inline"
    )
    message.add_attachment(PDF, "application", "pdf", filename="Größe & Maße – 請求書.pdf")
    message.add_attachment(b"a,b\r\n1,2\r\n", "text", "csv", filename="../../etc/pass wd.csv")
    message.add_attachment(inner)
    message.add_attachment(b"\0\1", "application", "octet-stream")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class TestFinding:
    async def test_all_but_the_text(self, place: Place) -> None:
        place.deliver(parcel())
        async with place.connect_async() as mail:
            found = (await mail.inbox.get(1)).attachments
            assert [(one.content_type, one.filename, one.inline) for one in found] == [
                ("image/png", "logo.png", True),
                ("application/pdf", "Größe & Maße – 請求書.pdf", False),
                ("text/csv", "../../etc/pass wd.csv", False),
                ("message/rfc822", None, False),
                ("application/octet-stream", None, False),
            ]
            assert [one.section for one in found] == ["1.2.2", "2", "3", "4", "5"]
            assert found[0].content_id == "logo@example.net"
            assert found[1].content_id is None
            assert found[1].size > len(PDF)
            assert repr(found[0]).startswith(f"<{type(found[0]).__name__} 'logo.png' image/png ")

    async def test_of_a_message_that_is_one(self, place: Place) -> None:
        place.deliver(letter(text="JVBERg==", Content_Type="application/pdf", Content_Transfer_Encoding="base64"))
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            [attachment] = message.attachments
            assert (attachment.section, await attachment.read()) == ("1", b"%PDF")
            assert await message.text() == ""

    @pytest.mark.parametrize(
        ("patterns", "sections"),
        [
            (["*.pdf"], ["2"]),
            (["*.PDF"], ["2"]),
            (["image/*"], ["1.2.2"]),
            (["*.csv", "message/rfc822"], ["3", "4"]),
            (["größe*"], ["2"]),
            (["*"], ["1.2.2", "2", "3", "4", "5"]),
            ([], []),
        ],
    )
    async def test_by_name_or_type(self, memory: InMemory, patterns: list[str], sections: list[str]) -> None:
        memory.deliver(parcel())
        async with memory.connect_async() as mail:
            attachments = (await mail.inbox.get(1)).attachments
            assert [one.section for one in attachments if one.matches(*patterns)] == sections


class TestReading:
    async def test_each_is_decoded(self, place: Place) -> None:
        place.deliver(parcel())
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            picture, pdf, csv, inner, rest = message.attachments
            assert await picture.read() == b"\x89PNG\r\n"
            assert await pdf.read() == PDF
            assert await csv.read() == b"a,b\r\n1,2\r\n"
            assert b"Subject: inner\r\n" in await inner.read()
            assert b"inner.csv" in await inner.read()
            assert await rest.read() == b"\0\1"
            assert not (await mail.inbox.get(1)).seen

    @pytest.mark.parametrize(
        ("encoding", "text", "decoded"),
        [
            ("quoted-printable", "a=3Db=\nc", b"a=bc\r\n"),
            ("base64", "JVB ER=i0\n!!", b"%PDF-"),
            ("8bit", "Größe", "Größe\r\n".encode()),
            ("x-uuencode", "begin 644 x\n#8V%T\n`\nend", b"cat"),
            ("nonsense", "as it is", b"as it is\r\n"),
        ],
    )
    async def test_whatever_the_encoding(self, memory: InMemory, encoding: str, text: str, decoded: bytes) -> None:
        kind = "application/octet-stream"
        memory.deliver(letter(text=text, Content_Type=kind, Content_Transfer_Encoding=encoding))
        async with memory.connect_async() as mail:
            [attachment] = (await mail.inbox.get(1)).attachments
            assert await attachment.read() == decoded

    async def test_from_a_message_that_was_fetched_whole(self, memory: InMemory) -> None:
        memory.deliver(parcel())
        async with memory.connect_async() as mail:
            message = await mail.inbox.messages.prefetch(body=True).first()
            assert message is not None
            alone = [await one.read() for one in (await mail.inbox.get(1)).attachments]
            before = memory.now
            assert [await one.read() for one in message.attachments] == alone
            assert (await message.text()).rstrip() == "Plain."
            assert await message.html() == "<img src='cid:logo@example.net'>\n"
            assert memory.now == before


class TestSaving:
    async def test_under_a_name_that_is_safe(self, place: Place, tmp_path: Path) -> None:
        place.deliver(parcel())
        async with place.connect_async() as mail:
            paths = [await one.save(tmp_path) for one in (await mail.inbox.get(1)).attachments]
        assert [path.name for path in paths] == [
            "logo.png",
            "Größe & Maße – 請求書.pdf",
            "pass wd.csv",
            "attachment-4",
            "attachment-5",
        ]
        assert {path.parent for path in paths} == {tmp_path}
        assert paths[1].read_bytes() == PDF
        assert sorted(tmp_path.iterdir()) == sorted(paths)

    async def test_a_name_that_is_taken_gets_a_number(self, place: Place, tmp_path: Path) -> None:
        place.deliver(parcel())
        async with place.connect_async() as mail:
            pdf = (await mail.inbox.get(1)).attachments[1]
            names = [(await pdf.save(tmp_path)).name for _ in range(3)]
        assert names == [f"Größe & Maße – 請求書{number}.pdf" for number in ("", " (2)", " (3)")]

    async def test_to_a_file(self, place: Place, tmp_path: Path) -> None:
        place.deliver(parcel())
        told: list[Progress] = []
        async with place.connect_async() as mail:
            pdf = (await mail.inbox.get(1)).attachments[1]
            path = await pdf.save(tmp_path / "my.pdf", progress=told.append)
            assert await pdf.save(tmp_path / "my.pdf") == path
            assert path.read_bytes() == PDF
            assert told[-1] == Progress(pdf.size, pdf.size, "bytes", "my.pdf")
        assert list(tmp_path.iterdir()) == [path]

    async def test_with_the_rights_that_files_have(self, memory: InMemory, tmp_path: Path) -> None:
        memory.deliver(parcel())
        plain = tmp_path / "plain"
        plain.write_bytes(b"")
        async with memory.connect_async() as mail:
            path = await (await mail.inbox.get(1)).attachments[1].save(tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)

    async def test_a_large_one_in_bounded_memory(self, place: Place, tmp_path: Path) -> None:
        message = EmailMessage()
        message.set_content("Large.\n")
        message.add_attachment(PDF * 400, "application", "pdf", filename="large.pdf")
        place.deliver(message.as_bytes().replace(b"\n", b"\r\n"))
        async with place.connect_async() as mail:
            pieces: list[int] = []
            [attachment] = (await mail.inbox.get(1)).attachments
            path = await attachment.save(tmp_path, progress=lambda progress: pieces.append(progress.done))
        assert path.read_bytes() == PDF * 400
        if place.name == "Dovecot":
            assert len(pieces) > 10
