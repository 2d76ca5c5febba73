"""What mail programs and providers call the folders for drafts, sent mail, trash, junk and the archive.

One row a language: the names that Outlook and Exchange, Thunderbird, Apple Mail, Roundcube, Gmail, Zimbra and the
larger providers create there. They are compared without regard to case, to the composition of accents, and to spaces,
hyphens, underscores and the like. A name that means two of the five somewhere is left out: no role is better than
mail sent to the wrong folder.
"""

# ruff: noqa: RUF001 - letters of many scripts are the point of this file.

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal, TypeAlias

__all__ = ["NAMES", "role_named"]

RoleName: TypeAlias = Literal["drafts", "sent", "trash", "junk", "archive"]

NAMES: dict[str, dict[RoleName, str]] = {
    "en": {
        "drafts": "Drafts|Draft|Draft Messages|Draft Mail|Unsent Messages",
        "sent": "Sent|Sent Items|Sent Mail|Sent Messages|Sent Objects|Sent Emails|Sent-Mail",
        "trash": "Trash|Deleted|Deleted Items|Deleted Messages|Deleted Objects|Bin|Trash Can|Wastebasket|Rubbish",
        "junk": "Junk|Junk Mail|Junk E-mail|Spam|Bulk|Bulk Mail|Spam Mail",
        "archive": "Archive|Archives|Archived|Archived Mail",
    },
    "ar": {
        "drafts": "المسودات|مسودات",
        "sent": "المرسل|المرسلة|البريد المرسل|العناصر المرسلة|الرسائل المرسلة",
        "trash": "المهملات|سلة المهملات|المحذوفات|العناصر المحذوفة|البريد المحذوف",
        "junk": "البريد المزعج|البريد غير الهام|غير المرغوب|البريد غير المرغوب فيه|الرسائل غير المرغوب فيها",
        "archive": "الأرشيف|أرشيف",
    },
    "be": {
        "drafts": "Чарнавікі",
        "sent": "Адпраўленыя|Дасланыя",
        "trash": "Сметніца|Выдаленыя",
        "junk": "Спам",
        "archive": "Архіў",
    },
    "bg": {
        "drafts": "Чернови",
        "sent": "Изпратени|Изпратена поща|Изпратени елементи|Изпратени писма",
        "trash": "Кошче|Изтрити|Изтрити елементи|Изтрита поща",
        "junk": "Спам|Нежелана поща",
        "archive": "Архив|Архиви",
    },
    "ca": {
        "drafts": "Esborranys",
        "sent": "Enviats|Elements enviats|Missatges enviats|Correu enviat",
        "trash": "Paperera|Elements suprimits|Suprimits",
        "junk": "Correu brossa|Correu no desitjat",
        "archive": "Arxiu|Arxius|Arxivats",
    },
    "cs": {
        "drafts": "Koncepty|Rozepsané|Rozepsané zprávy",
        "sent": "Odeslané|Odeslaná pošta|Odeslané zprávy|Odeslané položky",
        "trash": "Koš|Odstraněná pošta|Odstraněné položky|Odstraněné|Smazané",
        "junk": "Nevyžádaná pošta|Nevyžádané|Nevyžádané zprávy",
        "archive": "Archiv|Archivy",
    },
    "da": {
        "drafts": "Kladder|Udkast",
        "sent": "Sendt|Sendt post|Sendte elementer|Sendte beskeder|Sendte mails|Sendte",
        "trash": "Papirkurv|Slettet post|Slettede elementer|Slettet|Slettede beskeder",
        "junk": "Uønsket mail|Uønsket post|Uønsket e-mail|Uønsket",
        "archive": "Arkiv|Arkiver|Arkiveret",
    },
    "de": {
        "drafts": "Entwürfe|Entwurf|Entwuerfe",
        "sent": "Gesendet|Gesendete Elemente|Gesendete Objekte|Gesendete Nachrichten|Gesendete Mails|Gesendete E-Mails"
        "|Gesendete|Versendet",
        "trash": "Papierkorb|Gelöscht|Gelöschte Elemente|Gelöschte Objekte|Gelöschte Nachrichten|Geloescht|Mülleimer",
        "junk": "Junk-E-Mail|Unerwünscht|Unerwünschte Werbung|Spamverdacht|Unerwünschte E-Mails",
        "archive": "Archiv|Archive|Archiviert",
    },
    "el": {
        "drafts": "Πρόχειρα",
        "sent": "Απεσταλμένα|Σταλμένα|Απεσταλμένα στοιχεία",
        "trash": "Κάδος|Κάδος απορριμμάτων|Διαγραμμένα|Διαγραμμένα στοιχεία|Απορρίμματα",
        "junk": "Ανεπιθύμητα|Ανεπιθύμητη αλληλογραφία|Ανεπιθύμητη",
        "archive": "Αρχείο|Αρχειοθήκη",
    },
    "es": {
        "drafts": "Borradores|Borrador",
        "sent": "Enviados|Elementos enviados|Mensajes enviados|Correo enviado|Correos enviados|Enviado",
        "trash": "Papelera|Elementos eliminados|Eliminados|Mensajes eliminados|Papelera de reciclaje",
        "junk": "Correo no deseado|Correo basura|No deseado|No deseados|Correo electrónico no deseado",
        "archive": "Archivo|Archivados|Archivos|Archivado",
    },
    "et": {
        "drafts": "Mustandid|Mustand",
        "sent": "Saadetud|Saadetud kirjad|Saadetud üksused",
        "trash": "Prügikast|Prügi|Kustutatud|Kustutatud üksused",
        "junk": "Rämpspost|Rämps",
        "archive": "Arhiiv|Arhiivid",
    },
    "eu": {
        "drafts": "Zirriborroak",
        "sent": "Bidalitakoak|Bidaliak",
        "trash": "Zakarrontzia|Zaborra|Ezabatutakoak",
        "junk": "Zabor-posta",
        "archive": "Artxiboa|Artxiboak",
    },
    "fa": {
        "drafts": "پیش‌نویس‌ها|پیش‌نویس",
        "sent": "فرستاده شده|ارسال شده|ارسالی|فرستاده‌شده",
        "trash": "زباله|زباله‌دان|سطل زباله|حذف شده",
        "junk": "هرزنامه|هرزنامه‌ها",
        "archive": "بایگانی|آرشیو",
    },
    "fi": {
        "drafts": "Luonnokset|Luonnos",
        "sent": "Lähetetyt|Lähetetyt viestit|Lähetetty|Lähetetyt kohteet",
        "trash": "Roskakori|Poistetut|Poistetut viestit|Poistetut kohteet",
        "junk": "Roskaposti|Roskapostit|Roskapostiviestit",
        "archive": "Arkisto|Arkistot|Arkistoitu",
    },
    "fr": {
        "drafts": "Brouillons|Brouillon",
        "sent": "Envoyés|Éléments envoyés|Messages envoyés|Objets envoyés|Courrier envoyé|Courriers envoyés|Envoyé",
        "trash": "Corbeille|Éléments supprimés|Messages supprimés|Supprimés|Objets supprimés|Poubelle",
        "junk": "Courrier indésirable|Indésirables|Indésirable|Pourriel|Pourriels|Messages indésirables",
        "archive": "Archives|Archivés|Archivé",
    },
    "gl": {
        "drafts": "Borradores|Rascuños",
        "sent": "Enviados|Correo enviado",
        "trash": "Lixo|Papeleira",
        "junk": "Correo lixo|Correo non desexado",
        "archive": "Arquivo|Arquivos",
    },
    "he": {
        "drafts": "טיוטות",
        "sent": "נשלחו|דואר שנשלח|פריטים שנשלחו|דואר יוצא שנשלח",
        "trash": "אשפה|פח אשפה|פריטים שנמחקו|נמחקו",
        "junk": "דואר זבל|ספאם|דואר זבל אלקטרוני",
        "archive": "ארכיון|ארכיונים",
    },
    "hi": {
        "drafts": "ड्राफ़्ट|मसौदे",
        "sent": "भेजे गए|भेजा गया|भेजे गए आइटम",
        "trash": "कूड़ेदान|ट्रैश|हटाए गए आइटम",
        "junk": "स्पैम|जंक|जंक मेल",
        "archive": "संग्रह|पुरालेख",
    },
    "hr": {
        "drafts": "Skice|Nacrti",
        "sent": "Poslano|Poslane stavke|Poslana pošta|Poslane poruke",
        "trash": "Smeće|Izbrisano|Izbrisane stavke|Kanta za smeće",
        "junk": "Neželjena pošta|Bezvrijedna pošta|Neželjena e-pošta",
        "archive": "Arhiva|Arhiv",
    },
    "hu": {
        "drafts": "Piszkozatok|Vázlatok|Piszkozat",
        "sent": "Elküldött|Elküldött elemek|Elküldött üzenetek|Elküldött levelek|Elküldöttek",
        "trash": "Kuka|Törölt elemek|Törölt|Lomtár|Törölt üzenetek",
        "junk": "Levélszemét|Kéretlen|Kéretlen levelek",
        "archive": "Archívum|Archív|Archiválva",
    },
    "id": {
        "drafts": "Draf|Konsep",
        "sent": "Terkirim|Item Terkirim|Pesan Terkirim|Surat Terkirim",
        "trash": "Sampah|Tempat Sampah|Item yang Dihapus|Terhapus",
        "junk": "Email Sampah|Surat Sampah",
        "archive": "Arsip",
    },
    "is": {
        "drafts": "Drög|Uppköst",
        "sent": "Sent|Sendur póstur|Sendir hlutir",
        "trash": "Rusl|Ruslafata|Eyddir hlutir",
        "junk": "Ruslpóstur",
        "archive": "Safn|Safnmappa",
    },
    "it": {
        "drafts": "Bozze|Bozza",
        "sent": "Inviata|Posta inviata|Inviati|Elementi inviati|Messaggi inviati|Inviate",
        "trash": "Cestino|Posta eliminata|Eliminati|Elementi eliminati|Messaggi eliminati|Eliminata",
        "junk": "Posta indesiderata|Indesiderata|Indesiderati|Posta spazzatura",
        "archive": "Archivio|Archiviati|Archivi|Archiviata",
    },
    "ja": {
        "drafts": "下書き|下書",
        "sent": "送信済み|送信済みアイテム|送信済みメール|送信済みトレイ|送信済|送信控え",
        "trash": "ゴミ箱|ごみ箱|削除済みアイテム|削除済みメール|削除済み",
        "junk": "迷惑メール|迷惑メールフォルダ|スパム",
        "archive": "アーカイブ|保管",
    },
    "ko": {
        "drafts": "임시 보관함|임시보관함|임시 보관 메일|초안",
        "sent": "보낸 편지함|보낸편지함|보낸 메일함|보낸메일함|보낸 항목",
        "trash": "휴지통|지운 편지함|지운편지함|삭제된 항목|지운 항목|삭제된 메시지",
        "junk": "스팸|스팸 메일함|스팸메일함|정크 메일|정크|스팸함|정크 메일함",
        "archive": "보관함|보존함|보관|아카이브",
    },
    "lt": {
        "drafts": "Juodraščiai",
        "sent": "Išsiųsta|Išsiųsti|Išsiųsti laiškai|Išsiųstieji|Išsiųsti elementai",
        "trash": "Šiukšlinė|Šiukšliadėžė|Ištrinti|Panaikinti elementai|Šiukšlės",
        "junk": "Brukalas|Šlamštas|Nepageidaujami|Nepageidaujami laiškai",
        "archive": "Archyvas|Archyvai",
    },
    "lv": {
        "drafts": "Melnraksti|Uzmetumi",
        "sent": "Nosūtītie|Nosūtīts|Nosūtītās vēstules|Nosūtītie vienumi",
        "trash": "Atkritne|Miskaste|Dzēstie|Izdzēstie vienumi|Dzēstās vēstules",
        "junk": "Mēstules|Surogātpasts|Nevēlamas vēstules",
        "archive": "Arhīvs|Arhīvi",
    },
    "ms": {
        "drafts": "Deraf",
        "sent": "Dihantar|Item Dihantar|Mel Dihantar",
        "trash": "Item Dipadam|Tong Sampah",
        "junk": "E-mel Remeh|Mel Sarap",
        "archive": "Arkib",
    },
    "nb": {
        "drafts": "Utkast|Kladder",
        "sent": "Sendt|Sendte elementer|Sendt e-post|Sendte meldinger|Sendte",
        "trash": "Papirkurv|Slettede elementer|Slettet|Søppelbøtte|Slettede meldinger",
        "junk": "Søppelpost|Uønsket e-post|Nettsøppel",
        "archive": "Arkiv|Arkivert",
    },
    "nl": {
        "drafts": "Concepten",
        "sent": "Verzonden|Verzonden items|Verzonden berichten|Verstuurd|Verzonden objecten|Verzonden e-mail",
        "trash": "Prullenbak|Prullenmand|Verwijderd|Verwijderde items|Verwijderde berichten|Verwijderde objecten",
        "junk": "Ongewenste e-mail|Ongewenst|Ongewenste berichten|Ongewenste reclame",
        "archive": "Archief|Archieven|Gearchiveerd",
    },
    "pl": {
        "drafts": "Szkice|Kopie robocze|Wersje robocze|Robocze|Szkic",
        "sent": "Wysłane|Elementy wysłane|Wysłane elementy|Wiadomości wysłane|Poczta wysłana",
        "trash": "Kosz|Elementy usunięte|Usunięte|Usunięte elementy|Śmietnik",
        "junk": "Wiadomości-śmieci|Niechciane|Niechciana poczta|Wiadomości śmieci|Poczta-śmieci",
        "archive": "Archiwum|Archiwa|Zarchiwizowane",
    },
    "pt": {
        "drafts": "Rascunhos|Rascunho",
        "sent": "Enviados|Itens enviados|Enviadas|Mensagens enviadas|E-mails enviados|Correio enviado|Enviado",
        "trash": "Lixeira|Lixo|Reciclagem|Itens eliminados|Itens excluídos|Eliminados|Excluídos|Excluídas",
        "junk": "Lixo eletrônico|Lixo eletrónico|Correio não solicitado|Lixo electrónico|Não solicitado",
        "archive": "Arquivo|Arquivos|Arquivo morto|Arquivados|Arquivadas",
    },
    "ro": {
        "drafts": "Ciorne|Schițe|Mesaje nefinalizate",
        "sent": "Trimise|Mesaje trimise|Elemente trimise|Trimis",
        "trash": "Coș de gunoi|Gunoi|Șterse|Elemente șterse|Coș|Mesaje șterse",
        "junk": "Mesaje nedorite|Nedorite|E-mail nedorit|Poștă nedorită",
        "archive": "Arhivă|Arhive|Arhiva",
    },
    "ru": {
        "drafts": "Черновики|Черновик",
        "sent": "Отправленные|Отправлено|Отправленные письма|Отправленные элементы",
        "trash": "Корзина|Удаленные|Удалённые|Удаленные элементы|Удалённые элементы|Удалено",
        "junk": "Спам|Нежелательная почта|Нежелательные",
        "archive": "Архив|Архивы",
    },
    "sk": {
        "drafts": "Koncepty|Rozpísané|Rozpísané správy",
        "sent": "Odoslané|Odoslaná pošta|Odoslané správy|Odoslané položky",
        "trash": "Kôš|Odstránené|Odstránená pošta|Odstránené položky|Vymazané",
        "junk": "Nevyžiadaná pošta|Nevyžiadané|Nevyžiadané správy",
        "archive": "Archív|Archívy",
    },
    "sl": {
        "drafts": "Osnutki",
        "sent": "Poslano|Poslana pošta|Poslani elementi|Poslana sporočila",
        "trash": "Koš|Smeti|Izbrisano|Izbrisani elementi",
        "junk": "Neželena pošta|Vsiljena pošta|Nezaželena pošta|Neželeno",
        "archive": "Arhiv|Arhivi",
    },
    "sq": {
        "drafts": "Skica",
        "sent": "Dërguar|Të dërguarat|Të dërguara",
        "trash": "Hedhurina|Të fshira",
        "junk": "Të pavlera|Të padëshiruara",
        "archive": "Arkivi|Arkiva",
    },
    "sr": {
        "drafts": "Нацрти|Nacrti",
        "sent": "Послато|Послате ставке|Poslato|Poslate stavke|Послате поруке",
        "trash": "Смеће|Отпад|Избрисане ставке|Izbrisane stavke|Otpad",
        "junk": "Нежељена пошта|Непожељна пошта|Neželjena pošta",
        "archive": "Архива|Архиве|Arhiva",
    },
    "sv": {
        "drafts": "Utkast",
        "sent": "Skickat|Skickade|Skickade objekt|Skickade meddelanden|Skickad e-post|Skickad post",
        "trash": "Papperskorgen|Papperskorg|Borttaget|Borttagna objekt|Borttagna|Raderat|Raderade",
        "junk": "Skräppost|Skräppostmapp",
        "archive": "Arkiv|Arkiverat|Arkiverade",
    },
    "th": {
        "drafts": "ฉบับร่าง|ร่างจดหมาย|แบบร่าง",
        "sent": "ส่งแล้ว|จดหมายที่ส่งแล้ว|รายการที่ถูกส่ง|รายการที่ส่ง",
        "trash": "ถังขยะ|รายการที่ถูกลบ|รายการที่ลบ",
        "junk": "จดหมายขยะ|อีเมลขยะ|สแปม",
        "archive": "ที่เก็บถาวร|คลังเก็บ|เก็บถาวร",
    },
    "tr": {
        "drafts": "Taslaklar|Taslak",
        "sent": "Gönderilmiş|Gönderilmiş Öğeler|Gönderilenler|Gönderilmiş Postalar|Gönderilen",
        "trash": "Çöp|Çöp Kutusu|Silinmiş Öğeler|Silinmiş|Silinenler",
        "junk": "Gereksiz|Önemsiz|Önemsiz E-posta|Gereksiz E-posta|İstenmeyen|İstenmeyen Posta|Istenmeyen",
        "archive": "Arşiv|Arşivler",
    },
    "uk": {
        "drafts": "Чернетки|Чернетка",
        "sent": "Надіслані|Відправлені|Надіслано|Надіслані листи|Надіслані елементи|Відправлено",
        "trash": "Кошик|Видалені|Видалено|Видалені елементи|Смітник",
        "junk": "Спам|Небажана пошта|Небажані",
        "archive": "Архів|Архіви",
    },
    "vi": {
        "drafts": "Thư nháp|Bản nháp|Nháp",
        "sent": "Đã gửi|Thư đã gửi|Mục đã gửi|Tin nhắn đã gửi",
        "trash": "Thùng rác|Mục đã xóa|Đã xóa|Thư đã xóa",
        "junk": "Thư rác|Email rác",
        "archive": "Lưu trữ|Kho lưu trữ",
    },
    "zh": {
        "drafts": "草稿|草稿箱|草稿匣|草稿夹|草稿夾",
        "sent": "已发送|已发送邮件|已发邮件|已傳送|寄件備份|已寄出|寄件匣備份|寄件備份匣|已傳送的郵件"
        "|已發送|已傳送郵件|傳送的郵件|已寄出郵件",
        "trash": "垃圾桶|已删除|已删除邮件|已刪除|刪除的郵件|已刪除的郵件|废件箱|已刪除郵件|垃圾筒|回收站|資源回收筒",
        "junk": "垃圾邮件|垃圾郵件|垃圾邮件箱|廣告信件|垃圾信件|廣告郵件匣|垃圾電郵",
        "archive": "存档|归档|封存|已归档|典藏|归档邮件|存檔|已封存",
    },
}
"""Names by language (ISO 639-1) and role, several separated by ``|``."""

_INSIGNIFICANT = re.compile(r"[\W_]+")


def role_named(name: str) -> RoleName | None:
    r"""Say which role a folder called `name` (one component of a path, decoded) probably has.

    >>> role_named("SENT-MAIL"), role_named("Gelo\u0308schte Elemente"), role_named("Invoices")
    ('sent', 'trash', None)
    """
    return _roles_by_name().get(_folded(name))


def _folded(name: str) -> str:
    # NFKC joins what macOS leaves decomposed (NFD). Spaces, hyphens, underscores and ZWNJ are used at will; the vowel
    # signs that go with them are no loss. Twice, since casefold() takes some letters apart again.
    return _INSIGNIFICANT.sub("", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()))


@cache
def _roles_by_name() -> dict[str, RoleName]:
    return {
        _folded(name): role
        for names in NAMES.values()
        for role, several in names.items()
        for name in several.split("|")
    }
