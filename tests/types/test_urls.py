from __future__ import annotations

import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.types.urls import ImapUrl, MessageRef

# Everything but NUL, lone surrogates included: modified UTF-7 can bring them.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=()), min_size=1, max_size=20)
paths = st.one_of(texts, st.text("a./;%?&=", min_size=1, max_size=8))
numbers = st.integers(1, 2**32 - 1)
hosts = st.sampled_from(
    ["imap.example.org", "localhost", "127.0.0.1", "::1", "2001:db8::7", "fe80::1%eth0", "münchen.example"]
)
auths = st.sampled_from(["*", "GSSAPI", "SCRAM-SHA-256"])
lengths = st.none() | st.integers(1, 2**63 - 1)
tokens = st.sampled_from(
    ["anonymous", "authuser", "user+fred", "submit+a%40b:internal:" + "91354a473744909de610943775f92038"]
)


@st.composite
def urls(draw: st.DrawFn) -> ImapUrl:
    folder = draw(st.none() | paths)
    uid = draw(st.none() | numbers) if folder else None
    urlauth = draw(st.none() | tokens) if uid else None
    return ImapUrl(
        draw(hosts),
        port=draw(st.none() | st.integers(1, 65535)),
        user=draw(st.none() | texts),
        auth=draw(st.none() | auths),
        folder=folder,
        uidvalidity=draw(st.none() | numbers) if folder else None,
        uid=uid,
        section=draw(st.none() | paths) if uid else None,
        partial=draw(st.none() | st.tuples(st.integers(0, 2**63 - 1), lengths)) if uid else None,
        search=draw(st.none() | paths) if folder and not uid else None,
        scheme=draw(st.sampled_from(["imap", "imaps"])),
        expire="2011-08-05T20:02:00Z" if urlauth and draw(st.booleans()) else None,
        urlauth=urlauth,
    )


@given(urls())
def test_round_trip(url: ImapUrl) -> None:
    text = str(url)
    assert ImapUrl.parse(text) == url
    assert str(ImapUrl.parse(text)) == text
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text


@given(urls(), urls())
def test_an_absolute_path_resolves_to_itself_on_the_server_of_the_base(url: ImapUrl, base: ImapUrl) -> None:
    resolved = ImapUrl.join(base, url.relative)
    assert resolved.relative == url.relative
    assert (resolved.scheme, resolved.host, resolved.port) == (base.scheme, base.host, base.port)
    assert (resolved.user, resolved.auth) == (base.user, base.auth)
    assert ImapUrl.join(base, str(url)) == url
    assert ImapUrl.join(str(base), "") == base


@given(st.text(max_size=40))
@example("imap://h/%")
@example("imap://h/a;b")
@example("imap://[::1")
def test_any_text_is_a_url_or_refused(text: str) -> None:
    for candidate in (text, "imap://" + text, "imap://host/" + text):
        try:
            url = ImapUrl.parse(candidate)
        except InvalidArgument:
            continue
        assert ImapUrl.parse(str(url)) == url


@given(urls(), st.text("/.?;UIDSECTON=1a", max_size=20))
def test_any_reference_resolves_or_is_refused(base: ImapUrl, reference: str) -> None:
    try:
        url = ImapUrl.join(base, reference)
    except InvalidArgument:
        return
    assert ImapUrl.parse(str(url)) == url


# -- parsing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("imap://example.org", ImapUrl("example.org")),
        ("imap://example.org/", ImapUrl("example.org")),
        ("imap://example.org?", ImapUrl("example.org")),
        ("IMAP://example.org/INBOX", ImapUrl("example.org", folder="INBOX")),
        ("imaps://ann@example.org:1993", ImapUrl("example.org", port=1993, user="ann", scheme="imaps")),
        ("imap://example.org:", ImapUrl("example.org")),
        ("imap://@example.org", ImapUrl("example.org")),
        ("imap://ann%40example.org@h", ImapUrl("h", user="ann@example.org")),
        ("imap://;AUTH=scram%2Dsha-1@h", ImapUrl("h", auth="SCRAM-SHA-1")),
        ("imap://[::1]:143/a", ImapUrl("::1", port=143, folder="a")),
        ("imap://[fe80::1%25eth0]", ImapUrl("fe80::1%eth0")),
        ("imap://m%C3%BCnchen.example", ImapUrl("münchen.example")),
        ("imap://h/Sent Items", ImapUrl("h", folder="Sent Items")),
        ("imap://h/Entwürfe", ImapUrl("h", folder="Entwürfe")),
        ("imap://h/%2Fabs//x/", ImapUrl("h", folder="/abs//x/")),
        ("imap://h/a%3BUID=3", ImapUrl("h", folder="a;UID=3")),
        ("imap://h/a/;uid=20/;partial=3", ImapUrl("h", folder="a", uid=20, partial=(3, None))),
        ("imap://h/a//;UID=20", ImapUrl("h", folder="a/", uid=20)),
        ("imap://h/a?", ImapUrl("h", folder="a")),
        ("imap://h/a?SUBJECT x?y;z", ImapUrl("h", folder="a", search="SUBJECT x?y;z")),
        # dot segments
        ("imap://h/a/./b/../c", ImapUrl("h", folder="a/c")),
        ("imap://h/../../a", ImapUrl("h", folder="a")),
        ("imap://h/a/%2E%2E/b", ImapUrl("h", folder="a/../b")),
        # RFC 5092, section 9
        (
            "imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024",
            ImapUrl("minbari.example.org", folder="gray-council", uidvalidity=385759045, uid=20, partial=(0, 1024)),
        ),
        (
            "imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97",
            ImapUrl("psicorp.example.org", folder="~peter/日本語/台北"),
        ),
        (
            "imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;uid=20/;section=1.2",
            ImapUrl("minbari.example.org", auth="GSSAPI", folder="gray-council", uid=20, section="1.2"),
        ),
        (
            "imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows",
            ImapUrl("minbari.example.org", auth="*", folder="gray council", search="SUBJECT shadows"),
        ),
        (
            (
                "imap://john;AUTH=*@minbari.example.org/babylon5/personel?"
                "charset%20UTF-8%20SUBJECT%20%7B14+%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0"
            ),
            ImapUrl(
                "minbari.example.org",
                user="john",
                auth="*",
                folder="babylon5/personel",
                search="charset UTF-8 SUBJECT {14+}\r\n\u0418\u0432\u0430\u043d\u043e\u0432\u0430",
            ),
        ),
        # RFC 2221 and RFC 2193: referrals
        ("IMAP://user;AUTH=*@SERVER2/", ImapUrl("SERVER2", user="user", auth="*")),
        ("IMAP://user;AUTH=*@SERVER2/SHARED/FOO", ImapUrl("SERVER2", user="user", auth="*", folder="SHARED/FOO")),
        # RFC 4467, section 8
        (
            (
                "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:"
                "91354a473744909de610943775f92038"
            ),
            ImapUrl(
                "example.com",
                user="joe",
                folder="INBOX",
                uid=20,
                section="1.2",
                urlauth="submit+fred:internal:91354a473744909de610943775f92038",
            ),
        ),
        (
            "imap://joe@example.com/INBOX/;uid=20;expire=2005-08-05t20:02:00.25+01:30;urlauth=authuser",
            ImapUrl(
                "example.com",
                user="joe",
                folder="INBOX",
                uid=20,
                expire="2005-08-05t20:02:00.25+01:30",
                urlauth="authuser",
            ),
        ),
        (
            "imap://joe@example.com/INBOX/;uid=20;expire=2005-08-05T20:02:00Z;urlauth=anonymous",
            ImapUrl(
                "example.com", user="joe", folder="INBOX", uid=20, expire="2005-08-05T20:02:00Z", urlauth="anonymous"
            ),
        ),
    ],
)
def test_parse(text: str, url: ImapUrl) -> None:
    assert ImapUrl.parse(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INBOX",
        "http://example.org/",
        "imap:/example.org",
        "imap:///INBOX",
        "imap://",
        "imap://ann@/INBOX",
        "imap://h:0",
        "imap://h:65536",
        "imap://h:123456",
        "imap://h:x",
        "imap://h h",
        "imap://[::1",
        "imap://[::1]x",
        "imap://[zz::1]",
        "imap://[127.0.0.1]",
        "imap://[::1%2500%00]",
        "imap://a:b:c",
        "imap://h%2Fx",
        "imap://ann@eve@h",
        "imap://ann;PASS=x@h",
        "imap://ann;AUTH=@h",
        "imap://ann;AUTH=%2A@h",
        "imap://ann;AUTH=%2a@h",
        "imap://ann;AUTH=%@h",
        "imap://ann;AUTH=PL%41IN%20@h",
        "imap://h/a\r\nb",
        "imap://h/a\tb",
        "imap://h/a#b",
        "imap://h/%",
        "imap://h/%4",
        "imap://h/%zz",
        "imap://h/%ff",
        "imap://h/%00",
        "imap://%00@h/",
        "imap://h/?ALL",
        "imap://h?ALL",
        "imap://h/;UID=20",
        "imap://h/;UIDVALIDITY=20",
        "imap://h/a;UID=20",
        "imap://h/a/;UID=0",
        "imap://h/a/;UID=4294967296",
        "imap://h/a/;UID=x",
        "imap://h/a/;UID=",
        "imap://h/a;UIDVALIDITY=0",
        "imap://h/a/;UID=1;UIDVALIDITY=1",
        "imap://h/a/;SECTION=1",
        "imap://h/a/;PARTIAL=1",
        "imap://h/a/;UID=1/;SECTION=",
        "imap://h/a/;UID=1/;PARTIAL=1.0",
        "imap://h/a/;UID=1/;PARTIAL=9223372036854775808",
        "imap://h/a/;UID=1/;PARTIAL=1/;SECTION=1",
        "imap://h/a/;UID=1/",
        "imap://h/a/;UID=1?ALL",
        "imap://h/a/;UID=\u0661",
        "imap://h/a/;UID=1;URLAUTH=everyone",
        "imap://h/a/;UID=1;URLAUTH=user+",
        "imap://h/a/;UID=1;URLAUTH=anonymous:internal:beef",
        "imap://h/a/;UID=1;EXPIRE=2005-08-05T20:02:00Z",
        "imap://h/a/;UID=1;EXPIRE=today;URLAUTH=anonymous",
        "imap://h/a/;UID=1;EXPIRE=9999;URLAUTH=anonymous",
        "imap://h/a/;UID=1;EXPIRE=2005-08-05T20:02:00;URLAUTH=anonymous",
        "imap://h/a/;UID=1;EXPIRE=2005-13-05T20:02:00Z;URLAUTH=anonymous",
        "imap://h/a/;UID=1;EXPIRE=2005-08-05;URLAUTH=anonymous",
    ],
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(InvalidArgument):
        ImapUrl.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "imap://ann:hunter2@example.org/INBOX",
        "imaps://ann:hunter2;AUTH=PLAIN@example.org",
        "imap://:hunter2@example.org",
        "imap://ann:hun@ter2@example.org",
        "imap://ann:hunter2@",
        "imap://ann:hunter2@[bad",
        "imap://ann:hunter2@example.org/;UID=1",
        "imap://ann:hunter2#@example.org",
        "imap://ann:hunter2/x@example.org",
        "imap://ann:99999/x@example.org",
        "imap://ann;hunter2@example.org",
    ],
)
def test_a_password_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        ImapUrl.parse(text)
    assert "hun" not in str(caught.value)
    assert "99999" not in str(caught.value)


def test_the_refusal_of_a_password_says_what_to_do() -> None:
    with pytest.raises(InvalidArgument, match=r"holds no password .* auth=Password\(user"):
        ImapUrl.parse("imap://ann:hunter2@example.org/")


# -- writing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (ImapUrl("example.org"), "imap://example.org/"),
        (ImapUrl("::1", port=143), "imap://[::1]:143/"),
        (ImapUrl("fe80::1%eth 0"), "imap://[fe80::1%25eth%200]/"),
        (ImapUrl("münchen.example"), "imap://m%C3%BCnchen.example/"),
        (ImapUrl("h", user="a:b@c;d", auth="plain"), "imap://a%3Ab%40c%3Bd;AUTH=PLAIN@h/"),
        (ImapUrl("h", auth="*", scheme="imaps"), "imaps://;AUTH=*@h/"),
        (ImapUrl("h", folder="R&D/a b?;%#"), "imap://h/R&D/a%20b%3F%3B%25%23"),
        (ImapUrl("h", folder="/a"), "imap://h/%2Fa"),
        (ImapUrl("h", folder="./../..a/."), "imap://h/%2E/%2E%2E/..a/%2E"),
        (
            ImapUrl("h", folder="a", uid=1, section="HEADER.FIELDS (To)/"),
            "imap://h/a/;UID=1/;SECTION=HEADER.FIELDS%20(To)%2F",
        ),
        (ImapUrl("h", folder="a", uid=1, partial=(0, None)), "imap://h/a/;UID=1/;PARTIAL=0"),
        (ImapUrl("h", folder="a", search='SUBJECT "x"'), "imap://h/a?SUBJECT%20%22x%22"),
        (ImapUrl("h", folder="\ud83d"), "imap://h/%ED%A0%BD"),
    ],
)
def test_str(url: ImapUrl, text: str) -> None:
    assert str(url) == text
    assert ImapUrl.parse(text) == url


def test_relative() -> None:
    assert ImapUrl("h", user="ann", folder="a", uid=1).relative == "/a/;UID=1"
    assert ImapUrl("h").relative == "/"


def test_default_port() -> None:
    assert ImapUrl("h").default_port == 143
    assert ImapUrl.parse("imaps://h").default_port == 993


@pytest.mark.parametrize(
    "fields",
    [
        {"host": ""},
        {"host": "a b"},
        {"host": "a/b"},
        {"host": "a:b"},
        {"host": "::1/64"},
        {"host": "fe80::1%a\0"},
        {"port": 0},
        {"port": 65536},
        {"port": True},
        {"scheme": "http"},
        {"user": ""},
        {"user": "a\0"},
        {"auth": "a b"},
        {"auth": ""},
        {"folder": ""},
        {"folder": "a\0"},
        {"uid": 1},
        {"uidvalidity": 1},
        {"search": "ALL"},
        {"folder": "a", "uid": 0},
        {"folder": "a", "uid": True},
        {"folder": "a", "uid": 2**32},
        {"folder": "a", "uidvalidity": -1},
        {"folder": "a", "section": "1"},
        {"folder": "a", "partial": (0, 1)},
        {"folder": "a", "urlauth": "anonymous"},
        {"folder": "a", "uid": 1, "search": "ALL"},
        {"folder": "a", "search": ""},
        {"folder": "a", "uid": 1, "section": ""},
        {"folder": "a", "uid": 1, "partial": (-1, None)},
        {"folder": "a", "uid": 1, "partial": (0, 0)},
        {"folder": "a", "uid": 1, "urlauth": "me"},
        {"folder": "a", "uid": 1, "expire": "2005-08-05T20:02:00Z"},
        {"folder": "a", "uid": 1, "expire": "now", "urlauth": "anonymous"},
    ],
)
def test_what_no_url_can_say_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        ImapUrl(**{"host": "h", **fields})  # type: ignore[arg-type]


def test_is_a_value() -> None:
    url = ImapUrl.parse("imap://ann@h/a;UIDVALIDITY=7/;UID=20")
    assert pickle.loads(pickle.dumps(url)) == url
    assert len({url, ImapUrl.parse(str(url))}) == 1


# -- relative URLs -------------------------------------------------------------------------------------------------

BASE = "imap://ann;AUTH=GSSAPI@h:1143/a/b;UIDVALIDITY=7/;UID=20/;SECTION=1.2"
SERVER = "imap://ann;AUTH=GSSAPI@h:1143"


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        (BASE, "", BASE),
        (BASE, "/", f"{SERVER}/"),
        (BASE, "/c", f"{SERVER}/c"),
        (BASE, "/c/;UID=3", f"{SERVER}/c/;UID=3"),
        (BASE, "/c?ALL", f"{SERVER}/c?ALL"),
        (BASE, "//eve@other/c", "imap://eve@other/c"),
        (BASE, "imaps://other/c", "imaps://other/c"),
        (BASE.replace("imap:", "imaps:"), "//other", "imaps://other/"),
        (BASE, ";SECTION=1.4", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=20/;SECTION=1.4"),
        (BASE, ";section=1.4/;PARTIAL=0.10", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=20/;SECTION=1.4/;PARTIAL=0.10"),
        (BASE, ";PARTIAL=0.10", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=20/;PARTIAL=0.10"),
        (BASE + "/;PARTIAL=0.9", ";PARTIAL=9.9", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=20/;SECTION=1.2/;PARTIAL=9.9"),
        (BASE + "/;PARTIAL=0.9", ";SECTION=2", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=20/;SECTION=2"),
        (BASE, ";UID=3", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=3"),
        (BASE, "../;UID=3", f"{SERVER}/a/b;UIDVALIDITY=7/;UID=3"),
        (BASE, "../../c", f"{SERVER}/a/c"),
        # RFC 4469, section 3: the base is the selected mailbox
        ("imap://user@server/mailbox", ";UID=20/;SECTION=HEADER", "imap://user@server/mailbox/;UID=20/;SECTION=HEADER"),
        ("imap://user@server/", "/Drafts/;UID=20", "imap://user@server/Drafts/;UID=20"),
        # RFC 5092, section 9.1
        ("imap://h/x", "/foo/;UID=20/..", "imap://h/foo"),
        ("imap://h/x", "..;UIDVALIDITY=385759045/;UID=20", "imap://h/..;UIDVALIDITY=385759045/;UID=20"),
        ("imap://h/a/b", "c", "imap://h/a/c"),
        ("imap://h/a/b", ".", "imap://h/a"),
        ("imap://h/a?ALL", "", "imap://h/a?ALL"),
        ("imap://h/a?ALL", "?UNSEEN", "imap://h/a?UNSEEN"),
        ("imap://h/a?ALL", "?", "imap://h/a"),
        ("imap://h/a?ALL", "b", "imap://h/b"),
    ],
)
def test_join(base: str, reference: str, expected: str) -> None:
    assert ImapUrl.join(base, reference) == ImapUrl.parse(expected)
    assert ImapUrl.join(ImapUrl.parse(base), reference) == ImapUrl.parse(expected)


@pytest.mark.parametrize(
    ("base", "reference"),
    [
        ("imap://h/", ";UID=20"),
        ("imap://h/a", ";SECTION=1"),
        ("imap://h/a", ";PARTIAL=1"),
        ("imap://h/a", "http://h/"),
        ("imap://h/a", "mailto:ann@example.org"),
        ("imap://h/a", "//"),
        ("a", "b"),
    ],
)
def test_join_refuses(base: str, reference: str) -> None:
    with pytest.raises(InvalidArgument):
        ImapUrl.join(base, reference)


# -- MessageRef ----------------------------------------------------------------------------------------------------


@given(hosts, st.just("") | texts, paths, numbers, numbers)
def test_reference_round_trip(host: str, user: str, folder: str, uidvalidity: int, uid: int) -> None:
    ref = MessageRef(host, user, folder, uidvalidity, uid)
    assert MessageRef.parse(str(ref)) == ref
    assert ref.url.message == ref
    assert pickle.loads(pickle.dumps(ref)) == ref


def test_how_the_server_is_reached_is_no_part_of_a_reference() -> None:
    ref = MessageRef("h", "ann", "a", 7, 20)
    assert MessageRef.parse("imaps://ann;AUTH=*@h:1993/a;UIDVALIDITY=7/;UID=20") == ref
    assert len({ref, MessageRef.parse(str(ref))}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "imap://ann@h/",
        "imap://ann@h/a",
        "imap://ann@h/a;UIDVALIDITY=7",
        "imap://ann@h/a/;UID=20",
        "imap://ann@h/a;UIDVALIDITY=7/;UID=20/;SECTION=1",
        "imap://ann@h/a;UIDVALIDITY=7/;UID=20/;PARTIAL=1",
        "20",
    ],
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        MessageRef.parse(text)


@pytest.mark.parametrize(("uidvalidity", "uid"), [(0, 1), (1, 0), (2**32, 1), (1, True), ("1", 1)])
def test_reference_refuses_bad_numbers(uidvalidity: int, uid: int) -> None:
    with pytest.raises(InvalidArgument):
        MessageRef("h", "ann", "a", uidvalidity, uid)


def test_a_url_of_a_part_names_its_message() -> None:
    assert ImapUrl.parse(BASE).message == MessageRef("h", "ann", "a/b", 7, 20)
    assert ImapUrl.parse("imap://h/a;UIDVALIDITY=7").message is None
    assert ImapUrl.parse("imap://h/a/;UID=7").message is None
    assert ImapUrl.parse("imap://h").message is None
