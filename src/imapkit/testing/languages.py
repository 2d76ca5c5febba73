"""What the server says in which language (RFC 5255)."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["I_DEFAULT", "LANGUAGES", "Language"]


class Language(NamedTuple):
    """A language: `completed` is said of a command, `unknown` of a language that there is not.

    `other_users` is what the namespace of other users is called, where that has a name of its own.
    """

    tag: str
    completed: str
    unknown: str
    other_users: str = ""


I_DEFAULT: Final = Language("i-default", "{} completed.", "None of these languages is spoken here.")
"""What is spoken until the client asks for something else (RFC 5255, 3.1)."""

LANGUAGES: Final = {
    language.tag: language
    for language in (
        I_DEFAULT._replace(tag="en"),
        Language("de", "{} ausgeführt.", "Keine dieser Sprachen wird hier gesprochen.", "Andere Benutzer/"),
        Language("fr", "{} terminé.", "Aucune de ces langues n'est parlée ici.", "Autres utilisateurs/"),
        I_DEFAULT,
    )
}
