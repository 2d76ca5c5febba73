"""What real servers do wrong: tests that must fail on them, and why.

The keys are the server's name and the test's (or `test[variant]`, with what else its parameters are).  A test that
passes in spite of its entry fails the run, so that nothing is held against a server any longer than it is true.
docs/servers.md lists the entries.  What a server does not offer has no place here: the tests find that out from its
capabilities.

An entry that begins with NO_ANSWER is not even tried: the test would wait for an answer that never comes.
"""

from __future__ import annotations

NO_ANSWER = "no answer: "

_CYRUS_PLUS = "offers the -PLUS forms of SCRAM, and binds by tls-unique alone, which TLS 1.3 has not (3.6.1)"
_MAILUTILS_PLUS = "offers the -PLUS forms of SCRAM, and refuses every attempt (3.15)"
_MAILUTILS_FLAGS = "drops the flags of APPEND where mail is kept as Maildir (3.15)"
_MAILUTILS_DATE = "takes the Date field for the internal date where mail is kept as Maildir (3.15)"
_MAILUTILS_DAYS = "finds messages of the day after, too, with ON and SENTON (3.15)"
_MAILUTILS_IDLE = "tells a session that idles nothing, and afterwards neither removals nor flags (3.15)"
_PYMAP_PARTS = "counts the CRLF before a boundary to the part (0.36.7)"
_TWISTED_SEARCH = "fails at all search keys with strings or dates: it mixes up str and bytes (26.10)"
_TWISTED_ASCII = "cannot put what is not ASCII into an ENVELOPE, and stops answering (26.10)"
_TWISTED_NESTED = "fails at the BODYSTRUCTURE of a message in a message, and stops answering (26.10)"
_WILDDUCK_MIME = "rebuilds messages from its tree of parts: preambles, epilogues and empty lines get lost (1.46.1)"
_WILDDUCK_SEARCH = "compares search strings in UTF-8 with octets that it takes for Latin-1 (1.46.1)"
_HOODIECROW_NAMES = "takes a name in LIST for a regular expression, and does not escape quotation marks (2.1.0)"

KNOWN: dict[tuple[str, str], str] = {
    # Cyrus
    ("cyrus", "test_mechanism[SCRAM-SHA-1-PLUS]"): _CYRUS_PLUS,
    ("cyrus", "test_mechanism[SCRAM-SHA-256-PLUS]"): _CYRUS_PLUS,
    ("cyrus", "test_mechanism[SCRAM-SHA-512-PLUS]"): _CYRUS_PLUS,
    ("cyrus", "test_nobody"): "ends the session of somebody anonymous at NAMESPACE: an assertion fails (3.6.1)",
    # Courier
    ("courier", "test_octets[no line end]"): "adds a CRLF to a message that does not end in one (5.0.13)",
    ("courier", "test_attachments[nested]"): "counts the CR before a boundary to a message in a message (5.0.13)",
    # GNU Mailutils
    ("mailutils", "test_mechanism[SCRAM-SHA-1-PLUS]"): _MAILUTILS_PLUS,
    ("mailutils", "test_mechanism[SCRAM-SHA-256-PLUS]"): _MAILUTILS_PLUS,
    ("mailutils", "test_nobody"): "offers ANONYMOUS, and refuses it (3.15)",
    ("mailutils", "test_changes_are_refused"): _MAILUTILS_FLAGS,
    ("mailutils", "test_counts"): _MAILUTILS_FLAGS,
    ("mailutils", "TestAppend.test_flags"): _MAILUTILS_FLAGS,
    ("mailutils", "test_date[0]"): _MAILUTILS_DATE,
    ("mailutils", "test_date[-8.5]"): _MAILUTILS_DATE,
    ("mailutils", "test_date[13]"): "refuses time zones east of +1200 (3.15)",
    ("mailutils", "test_days"): _MAILUTILS_DAYS,
    ("mailutils", "test_days_of_sending"): _MAILUTILS_DAYS,
    ("mailutils", "test_a_selected_folder_shows_it"): "never shows a session what came since SELECT (3.15)",
    ("mailutils", "test_many"): "never shows a session what came since SELECT (3.15)",
    ("mailutils", "test_envelope[8-bit header]"): "leaves out addresses with octets that are not ASCII (3.15)",
    ("mailutils", "test_envelope[long header]"): "unfolds lines by an additional space (3.15)",
    ("mailutils", "test_a_watch_sees_flags"): _MAILUTILS_IDLE,
    ("mailutils", "test_a_watch_sees_a_removal"): _MAILUTILS_IDLE,
    # pymap
    ("pymap", "test_attachments[attachments]"): _PYMAP_PARTS,
    ("pymap", "test_attachments[nested]"): _PYMAP_PARTS,
    ("pymap", "test_envelope[8-bit header]"): "replaces octets that are not ASCII by question marks (0.36.7)",
    # hoodiecrow
    ("hoodiecrow", "test_words_not_ascii"): "finds nothing by a subject that is not ASCII (2.1.0)",
    ("hoodiecrow", "test_days_of_sending"): "finds nothing with SENTSINCE (2.1.0)",
    ("hoodiecrow", "test_odd_name[quotation marks]"): _HOODIECROW_NAMES,
    ("hoodiecrow", "test_odd_name[braces]"): _HOODIECROW_NAMES,
    ("hoodiecrow", "test_attachments[nested]"): "leaves out the header of a message in a message (2.1.0)",
    ("hoodiecrow", "test_mod_sequences_of_a_flag"): "offers CONDSTORE, and knows no search key MODSEQ (2.1.0)",
    ("hoodiecrow", "test_a_watch_sees_flags"): "tells other sessions of no changes of flags (2.1.0)",
    # WildDuck
    ("wildduck", "test_octets[text and html]"): _WILDDUCK_MIME,
    ("wildduck", "test_octets[nested]"): _WILDDUCK_MIME,
    ("wildduck", "test_octets[no body]"): _WILDDUCK_MIME,
    ("wildduck", "test_envelope[8-bit header]"): "replaces characters that are not ASCII by U+FFFD (1.46.1)",
    ("wildduck", "test_words_not_ascii"): "does not decode header fields before it searches them (1.46.1)",
    ("wildduck", "test_words_in_the_body_not_ascii"): _WILDDUCK_SEARCH,
    ("wildduck", "test_odd_name[braces]"): "takes a name in LIST for a regular expression (1.46.1)",
    ("wildduck", "test_roots_and_limits"): "offers QUOTA, which its in-memory back end has not (1.46.1)",
    # Twisted
    ("twisted", "test_no_flags"): "fails at APPEND without a list of flags (26.10)",
    ("twisted", "test_words"): _TWISTED_SEARCH,
    ("twisted", "test_words_not_ascii"): _TWISTED_SEARCH,
    ("twisted", "test_words_in_the_body_not_ascii"): _TWISTED_SEARCH,
    ("twisted", "test_header"): _TWISTED_SEARCH,
    ("twisted", "TestSearch.test_days"): _TWISTED_SEARCH,
    ("twisted", "test_days_of_sending"): _TWISTED_SEARCH,
    ("twisted", "test_moments"): _TWISTED_SEARCH,
    ("twisted", "test_keywords"): "finds nothing with KEYWORD (26.10)",
    ("twisted", "test_odd_name[quotation marks]"): "takes an escaped quotation mark for the end of the name (26.10)",
    ("twisted", "test_odd_name[backslash]"): "does not take the escape before a backslash off a name (26.10)",
    ("twisted", "test_a_watch_sees_a_removal"): "tells other sessions of no removals (26.10)",
    **{
        ("twisted", f"test_{test}[{sample}]"): NO_ANSWER + reason
        for test in ("octets", "envelope", "headers", "text", "attachments")
        for sample, reason in (("8-bit header", _TWISTED_ASCII), ("nested", _TWISTED_NESTED))
    },
}
