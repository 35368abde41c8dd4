"""The words around a printed date that are no news: what it is the date of, and the small words that join it.

In the languages that have many newspapers on the web, as their publishing systems print them.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from babel.localedata import locale_identifiers

from rag.text.timex.names import alternation, calendar_names

_LAST = (
    r"(?:(?:last|latest|most recently|zuletzt|letzte[rs]?|derni[èe]re|[úu]ltim[ao]|darrera|laatste?|senast|sist"
    r"|sidst|viimeksi"
    r"|viimati|ostatni[ao]|ostatnio|poslední|posledn[áaoyj]|naposledy|zadn(?:ja|je|ji)|zadnjič|utolsó|utoljára"
    r"|pēdējo reizi|pask"
    r"utinį kartą|последн(?:яя|ее|ий|а|о|е)|останн(?:є|я|ій)|востаннє|τελευταία|son|terakhir|lần cuối|آخر|最后|最後"
    r"|最終"
    r"|최종)\s*)?"
)
_UPDATED_WORDS = (
    rf"{_LAST}(?:updated?|modified|modification|edited|revised|changed|amended|reviewed|corrected)(?:\s+(?:time"
    rf"|date))?"
    rf"|{_LAST}(?:aktualisiert|geändert|bearbeitet|überarbeitet|ergänzt|update|aktualisierung|änderung|bearbeitung)"
    rf"|stand"
    rf"|{_LAST}(?:mis(?:e)? à jour|modifiée?|actualisée?|modification|révision)"
    rf"|{_LAST}(?:actualiza(?:do|da|ción)|modificad[oa]|modificación|atualiza(?:do|da|ção)(?: em)?|modificação"
    rf"|editad[oa]|alterad[oa])|última edi(?:ção em|ción el)"
    rf"|{_LAST}(?:aggiornat[oa]|aggiornamento|modificat[oa]|modifica)|{_LAST}(?:bijgewerkt|gewijzigd|aangepast"
    rf"|wijziging)"
    rf"|{_LAST}(?:更新(?:时间|時間|于|於|日時?)?|修改(?:时间|時間|于|於)?|编辑|編輯|修正(?:日時?)?)|最后更新|最終更新"
    rf"|{_LAST}(?:actualitzat|actualitzaci[óo]|modificat|modificaci[óo]|uppdatera[dt]|ändra[dt]|redigera[dt]"
    rf"|opdateret|ændret"
    r"|rettet|redigeret|oppdatert|endret|redigert|uppfært|breytt|päivitetty|muokattu|muutettu)"
    rf"|{_LAST}(?:frissítve|frissítés|módosítva|módosítás|actualizat|actualizare|modificat|modificare"
    rf"|zaktualizowano|aktualizacja"
    r"|zmodyfikowano|modyfikacja|zmieniono|zmiana|edytowano)|data (?:ostatniej )?(?:aktualizacji|modyfikacji|zmiany)"
    rf"|{_LAST}(?:aktualizován[oay]|aktualizované|aktualizace|aktualizácia|upraven[oéáa]|úprava|změn(?:ěno|a)"
    rf"|zmenené|zmena)"
    rf"|{_LAST}(?:ažurirano|ažuriranje|izmijenjeno|izmenjeno|izmjena|izmena|posodobljeno|posodobitev|spremenjeno"
    rf"|sprememba)"
    rf"|{_LAST}(?:ажурирано|ажурирање|изме(?:њено|на)|обновлен[оаы]?|обновление|изменен[оаы]?|изменён|изменение"
    rf"|отредактировано"
    r"|оновлен[оа]|оновлення|змінено|абноўлена|обновена|обновяване|променена|промяна|ажурирана)|дата (?:изменения"
    r"|обновления)"
    rf"|{_LAST}(?:ενημέρωση|ενημερώθηκε|τροποποίηση|τροποποιήθηκε)|{_LAST}(?:güncelle(?:me|ndi|nme)(?: tarihi)?"
    rf"|düzenle(?:me|ndi))"
    rf"|{_LAST}(?:diperbarui|diupdate|diubah|disunting|kemas ?kini|dikemas ?kini)|cập nhật(?: lúc| lần cuối)?"
    rf"|{_LAST}(?:수정|업데이트)"
    rf"|{_LAST}(?:تحديث|تعديل)|تم (?:التحديث|التعديل)|به[ \u200c]?روز ?رسانی(?: شده)?|ویرایش|(?:עודכן"
    rf"|עדכון)(?: לאחרונה| אחרון)?|अपडेट(?:ेड)?"
    rf"|अद्यतन|সর্বশেষ আপডেট|{_LAST}(?:atnaujinta|pakeista|redaguota|atjaunots|atjaunināts|labots|uuendatud|muudetud)"
    rf"|{_LAST}(?:eguneratu[at]a?|aldatua|actualizado|përditësuar|modifikuar|azhurnuar)"
    r"|(?:laas(?:te)? )?(?:opgedateer|bygewerk|gewysig)|(?:ime|ili)(?:sasishwa|huishwa|haririwa)|(?:wedi['’]i )?"
    r"d?diweddar(?:wyd|u)"
    r"|nuashonraithe|aġġornat[ao]?|aktualiséiert|bywurke|dagført|hizivaet|ĝisdatigita|(?:na|in|i)-update|binago"
    r"|sửa(?: đổi)?|chỉnh sửa|(?:la )?cusbooneysii[ny]\w*|an sabunta"
    r"|განახლება|yenilən(?:di|miş)|янгиланди|жаңыртыл(?:ды|ган)|шинэчл(?:эгдсэн|эв)|হালনাগাদ|నవీకరించబడింది|અપડેટ"
    r"|ਅੱ?ਪਡੇਟ|പുതുക്കിയത്|ನವೀಕರಿಸಲಾಗಿದೆ|अद्यावधिक|යාවත්කාලීන"
    r"|(?:ปรับปรุง|อัปเดต|อัพเดท|อัพเดต|แก้ไข)(?:ข้อมูล)?(?:เมื่อ|ล่าสุด){0,2}|সর্বশেষ (?:সংশোধন|হালনাগাদ)|আপডেট(?:েড)?|হালনাগাদ"
    r"|(?:کی )?تجدید|اپ ?ڈیٹ|புதுப்பிக்கப்பட்டது|yenilən(?:ib|mə)|redaktə (?:edilib|olunub)|жаңартыл(?:ды|ған)"
    r"|yangilan(?:di|gan)|განახლდა|განახლებულია|թարմացվել է|թարմացված|шинэчил(?:сэн|эгдсэн)|imesasishwa|na-update"
)
_MADE_WORDS = (
    r"created(?:\s+(?:time|date|on))?|creado|creato|criado|créé|erstellt|angelegt|aangemaakt|skapad|oprettet|opprettet"
    r"|luotu|utworzono|vytvořeno|vytvorené|создано|створено|létrehozva|oluşturulma(?: tarihi)?|loodud|sukurta"
    r"|izveidots|kreirano"
    r"|ustvarjeno|δημιουργήθηκε"
)
_PUBLISHED_WORDS = (
    r"(?:dat(?:e|a|um|o|ums)|fecha|дата|dátum) (?:(?:de|di|da|der|van|od) )?(?:la )?(?:publi[kc]\w+|pubbl\w+"
    r"|veröffentlich\w+|parution|emisión"
    r"|vydání|zveřejnění|objav[ae]|publi[kс]ování|публи\w+|размещения|megjelenés\w*)|"
    r"(?:originally|first)?\s*(?:published|publication|posted|issued|released?|filed|uploaded|added|aired)"
    r"(?:\s+(?:time|date))?|date(?:d|line)?|pub(?:lish)?\s?date|time|timestamp|veröffentlicht|erschienen|datum"
    r"|publié|birt"
    r"|(?:erst)?veröffentlichung(?:sdatum)?|erstmals (?:veröffentlicht|erschienen)|première publication"
    r"|primera publicación"
    r"|prima pubblicazione|först publicerad|først (?:udgivet|publisert)|eerst gepubliceerd|pierwsza publikacja"
    r"|(?:presse|medien)(?:mitteilung|meldung|information) vom|meldung vom"
    r"|press release of|communiqué (?:de presse )?du|comunicato (?:stampa )?del|comunicado (?:de prensa )?del"
    rf"|{_MADE_WORDS}|publicado|pubblicato|gepubliceerd|fecha|data|发布(?:时间|于)?|發布(?:時間)?|发表(?:时间|于)?"
    rf"|时间|日期|时间"
    r"|publicat|publicera[dt]|publisert|publiceret|udgivet|offentliggjort|julkaistu|közzétéve|megjelent|publikálva"
    r"|opublikowano|data publikacji|dodano|publikováno|zveřejněno|vydáno|zverejnené|uverejnené|publikované|objavljeno"
    r"|опубликовано|дата публикации|опубліковано|публикувано|δημοσίευση|δημοσιεύ(?:τ|θ)ηκε"
    r"|yayınlan(?:ma|dı)(?: tarihi)?|yayımlan(?:ma|dı)|giriş|diterbitkan|dipublikasikan|tayang"
    r"|เผยแพร่|diterbit|xuất bản|đăng(?: lúc| ngày)?|公開(?:日時?)?|掲載(?:日時?)?|配信|입력|등록|승인|게시"
    r"|نشر(?: في)?|نُشر(?: في)?|تاريخ النشر|انتشار|تاریخ انتشار|פורסם"
    r"|प्रकाशित(?: तिथि)?|पब्लिश्ड|প্রকাশ(?:িত)?|paskelbta|publikuota|publicēts|ievietots|avaldatud|publitseeritud"
    r"|mise? en ligne"
    r"|paru|parution|diffusée?|geplaatst|verschenen|online gezet|upplagd|lagt ut|lagt upp|uploadet|aukeztua"
    r"|argitaratua|eklenme(?: tarihi)?"
    r"|kaynak tarihi|размещен[оа]|дата размещения|выложено|розміщено|апублікаван[аоы]|опубликован[ао]?|објав(?:љено"
    r"|ено|ена)|об[јj]авувано"
    r"|publikuar|botuar|diunggah|dimuat|postad[oa]|posteado|inserid[oa]|subid[oa]|gepostet|online seit|gepost"
    r"|ngày đăng|기사입력|송고(?:시간)?|작성|발행|投稿(?:日時?)?|刊登|刊出|发表"
    r"|發表|emitido|emesso|postat"
    r"|ανάρτηση|αναρτήθηκε|kihirdetve|közölve|umieszczono|zamieszczono|umístěno|pridané|přidáno|dodato|postavljeno"
    r"|gepubliseer|geplaas|(?:ime|ili|iliyo)chapishwa|cyhoeddwyd|wedi['’]i gyhoeddi|foilsithe|foilsíodh"
    r"|ippubblikat[ao]?|publizéiert|verëffentlecht|publisearre|útgivið|embannet|publikigita|inilathala|na(?:i-)?publish"
    r"|disiarkan|(?:la )?daabacay|an wallafa|გამოქვეყნებულია|nəşr (?:olunub|edilib)|chop etil(?:di|gan)|эълон қилинди"
    r"|жарыялан(?:ды|ган)|нийтл(?:эгдсэн|эв)|ప్రచురించబడింది|પ્રકાશિત|ਪ੍ਰਕਾਸ਼ਿ?ਤ|പ്രസിദ്ധീകരിച്ചത്"
    r"|ಪ್ರಕಟ(?:ಿತ|ಿಸಲಾಗಿದೆ)|ප්‍රකාශිත|شائع ہوا"
    r"|(?:วันที่)?(?:เผยแพร่|โพสต์|ลงข่าว)(?:เมื่อ|วันที่)?|ลงวันที่|วันที่|প্রকাশের (?:তারিখ|সময়)|شائع(?: شدہ)?|تاریخ اشاعت"
    r"|வெளியிடப்பட்டது|dərc (?:edilib|olunub)|yayımlanıb|жариялан(?:ды|ған)|e[’'ʻ]?lon qilin(?:di|gan)|გამოქვეყნდა"
    r"|հրապարակվել է|հրապարակված|нийтэл(?:сэн|эгдсэн)|imechapishwa"
)
UPDATED = re.compile(rf"(?:(?<!\w)(?:{_UPDATED_WORDS})(?!\w))", re.IGNORECASE)
MADE = re.compile(rf"(?<!\w)(?:{_MADE_WORDS})(?!\w)", re.IGNORECASE)
"""Labels of the day on which a text was begun: that of publication where no other is given."""
PUBLISHED = re.compile(rf"(?:(?<!\w)(?:{_PUBLISHED_WORDS})(?!\w))", re.IGNORECASE)

_UPDATED_ON = re.compile(
    rf"(?<!\w)(?:{_UPDATED_WORDS})(?!\w)[\s:：.,(–-]*(?:[^\W\d_]{{1,12}}[.,]{{0,2}}\s+){{0,3}}"
    r"(?P<stated>(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:(?:de|of)\s+|d['’])?(?P<word>[^\W\d_]{3,20})"
    r"|(?P<first>[^\W\d_]{3,20})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<d3>\d{1,2})\.\s?(?P<m3>\d{1,2})\.|(?P<m4>\d{1,2})\s?[月월]\s?(?P<d4>\d{1,2})\s?[日일])"
    r"(?![\w:]|\s*[,.]?\s*(?:(?:de|del)\s+)?(?:19|20)\d\d)",
    re.IGNORECASE,
)
"""A day without its year behind the label of a change: 'aktualisiert am 24. Oktober'."""
_LONGEST_STAMP, _MOST_WORDS = 160, 20  # characters, and spaces
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def with_year_of_change(line: str, published: date | None, language: str | None = None) -> str:
    """The line with the year of the day of publication at a day of change that has none, or the next year where the
    change would come before. Publishing systems print the year once: '31. srpna 2024, aktualizováno 1. září'."""
    short = len(line) <= _LONGEST_STAMP and line.count(" ") <= _MOST_WORDS
    found = _UPDATED_ON.search(line) if short else None
    if found is None:
        return line
    word = found["word"] or found["first"]
    month = month_of(word, language) if word else int(found["m3"] or found["m4"])
    number = int(found["d"] or found["d2"] or found["d3"] or found["d4"])
    years = _YEAR.findall(line)
    if month is None or not (published or len(set(years)) == 1):
        return line
    year = published.year if published else int(years[0])
    year += bool(published and (month, number) < (published.month, published.day))
    start, end = found.span("stated")
    return f"{line[:start]}{year}-{month:02}-{number:02} {line[end:].removeprefix('.')}"


_UNIT = (
    r"(?:se[cgk]|min|h(?:or|eur|od)|ór|or[aeă]|[oó]r[aá]|st[uü]nd|uur|uren|tim|tunti|dag|tag|d[ií]a|d[ií]es|jour"
    r"|giorn|dn[iíyůū]|dan|zi"
    r"|zil|päiv|woch|we?ek|seman|semain|settim|veck|uge|uke|viik|týd|tyg|tydz|mes|mois|monat|må?nad|måned|maand"
    r"|jahr|año|ano"
    r"|ann?[iée]|år|jaar|let[ay]?|god[iz]|мин|час|дн|д[её]н|недел|годин|ώρ|λεπτ|ημέρ|μέρ|saat|dakika|gün)[^\W\d_]{0,6}"
)
AGO = (
    rf"\b\d+\s{_UNIT}\s(?:geleden|fa|temu|zpět|назад|тому|sitten|önce|siden|sedan|nazaj)\b"
    rf"|\b(?:hace|há|vor|før|för|for|před|pred|prije|acum|πριν(?: από)?|il y a)\s(?:\d+|un[ao]?|une|ein(?:er|em)?|en"
    rf"|ett?)\s"
    rf"{_UNIT}(?:\s(?:sedan|siden|atrás))?\b"
    r"|\d+\s?(?:分钟|分鐘|小时|小時|天)前|\d+\s?(?:分|時間|日)前|\d+\s?(?:분|시간|일)\s?전"
    r"|\b(?:gisteren|vandaag|gestern|heute|aujourd['’]hui|ayer|hoy|ontem|hoje|ieri|oggi|i går|i dag|igår|idag|eilen"
    r"|tänään"
    r"|wczoraj|dzisiaj|dziś|včera|dnes|вчера|сегодня|dün|bugün)\b"
)
"""A moment told from now, in other languages than English: 'hace 3 horas', '3 uur geleden', 'gestern'."""
JOINING = (
    r"at|um|on|à\(s\)|à|a|a les|a las|alle ore|alle|ore|às|om|kl\.?|klo|u|v|ve|o|ob|la|ora|saat|jam|pukul|lúc|vào lúc"
    r"|в|о|на|στις|ώρα|o godz\.?|godz\.?|al|el|am|le|il|em|op|den|plkst\.?|kell|d\.|þann|më|pada|dne|dňa|در|tanggal"
    r"|z dnia|dnia|เวลา|วัน\S{2,14}ที่"
)
"""Words between a day and its time, or before a day."""
SMALL = (
    r"as of|hrs|local time|time|beijing time|[a-z]+(?: [a-z]+)? (?:standard|daylight|summer) time|ist|gmt|utc|uhr"
    r"|uur|las|बजे|টায়?"
    r"|ngày|น|roku?|rok|r|г|год[ау]?|року?|р|m|d|година|година|h|ч|hod|tarihinde|tarihi|gada"
)
"""Words of dates that say nothing: 'o'clock', 'year'."""

_MINUTES = r"\d+\s*[- ]?(?:min[^\W\d_]{0,5}|perc|dakika|мин[^\W\d_]{0,3}|хв[^\W\d_]{0,5}|λεπτ[^\W\d_]{0,2}|分钟?|분)\.?"
_READ_IN = (
    r"(?:read(?:ing)?(?: time)?|lesezeit|lesedauer|(?:temps|durée|tiempo|tempo|temps|timp|doba|čas|czas) (?:de |di )?"
    r"(?:lecture|lectura|lettura|leitura|citire|čtení|čítania|čitanja|czytania)|lecture|lectura|lettura|leitura"
    r"|leestijd"
    r"|lästid|læsetid|lesetid|lukuaika|olvasási idő|okuma(?: süresi)?|waktu baca|время чтения|час читання"
    r"|χρόνος ανάγνωσης)"
)
READING = re.compile(
    rf"(?:{_READ_IN}\s*:?\s*)?{_MINUTES}(?:\s+(?:de |di |zum |to )?(?:{_READ_IN}|lesen|lezen|czytania|čtení|read))?"
    r"|\d+\s+(?:comments?|views|shares)"
    r"|(?:pp?|pg|pages?|seiten?|s|pag(?:ina)?|p[áa]gs?|página|str(?:ona)?|side|sid(?:a|an)|sivu|blz|стр)\.?\s?"
    r"[A-Z]{0,3}-?\d{1,3}(?:\s*[,-]\s*[A-Z]{0,3}\d{1,3}){0,4}",
    re.IGNORECASE,
)
"""What stands beside a day and is none: how long it takes to read the text, on which pages it was printed."""

SOURCE_LABEL = re.compile(r"(?:source|author|quelle|fuente|来源)\s*[:：]", re.IGNORECASE)
_SENT_IN = (
    r"written|story|words|submitted|posted|published|filed|reported|uploaded|added|created|geschrieben|verfasst|erstellt"
    r"|veröffentlicht|gespeichert|eingereicht|eingestellt|écrit|rédigé|publié|posté|soumis|envoyé|proposé|escrito|publicado"
    r"|enviado|scritto|pubblicato|inviato|geschreven|geplaatst|gepubliceerd|ingediend|skriven|publicerad|skickat|skrevet"
    r"|publisert|lagt inn|dodan[ey]|opublikowane"
)
SIGNED_BEFORE = re.compile(
    rf"(?:(?:{_SENT_IN})\s+(?:by|von|par|por|da|door|av|af|przez)|by|von|par|por)\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
"""What a line signs with before its day: 'By ...', 'Submitted by ... on Tue, 03/05/2024'."""
WRITER_BESIDE = re.compile(r"[\u3400-\u9fff々]{2,5}")
"""A name in scripts that put no space between it and the day."""
REPORTER_BESIDE = re.compile(
    r"[\u3400-\u9fff々]{2,4}\s?[記记]者|[記记]者[ :：]?[\u3400-\u9fff]{2,4}|[\uac00-\ud7a3]{2,4}\s?(?:기자|특파원)"
)
"""The same with what somebody is to the paper, before the day or behind it."""

_HALF_BEFORE = re.compile(
    r"(?:(?P<am>오전|上午|午前|凌晨|早上)|(?P<pm>오후|下午|午後|晚上))\s?(?P<h>\d{1,2})\s?(?:[:：]"
    r"|[시時时点點]\s?)(?P<mi>\d{1,2})?분?"
)
_HALF_BEHIND = re.compile(
    r"(?<![\d:])(?P<h>\d{1,2}):(?P<mi>\d\d)\s?(?:(?P<am>ص|صباح[اً]{0,2}|π\.?μ\.?)|(?P<pm>م|مساءً?|μ\.?μ\.?))(?!\w)"
)


def with_whole_clocks(line: str) -> str:
    """The line with clocks of 24 hours for those with a half of the day beside them: '오후 2:20', '2:20 μ.μ.'."""
    return _HALF_BEHIND.sub(_whole_clock, _HALF_BEFORE.sub(_whole_clock, line))


def _whole_clock(found: re.Match[str]) -> str:
    hour = int(found["h"])
    if hour > 12:
        return f"{hour}:{found['mi'] or '00':0>2}"
    return f"{hour % 12 + (12 if found['pm'] else 0):02}:{found['mi'] or '00':0>2}"


_STEM = 6  # letters that two forms of the name of a month begin with


@lru_cache(maxsize=1)
def _languages() -> tuple[str, ...]:
    return tuple(sorted({name.split("_")[0] for name in locale_identifiers()}))


@lru_cache(maxsize=8)
def months_of(language: str | None = None) -> dict[str, int]:
    """The months by their names in a language (its ISO 639 code), or in all that babel knows.

    Where languages disagree ('listopad' is October to Croats and November to Poles), most of them decide; a name that
    as many take for one month as for another is left out.
    """
    if language is not None:
        return _folded(language) if language in _languages() else {}
    votes: dict[str, dict[int, int]] = {}
    for one in _languages():
        for name, number in _folded(one).items():
            counts = votes.setdefault(name, {})
            counts[number] = counts.get(number, 0) + 1
    most = {name: max(counts.values()) for name, counts in votes.items()}
    return {
        name: next(number for number, count in counts.items() if count == most[name])
        for name, counts in votes.items()
        if list(counts.values()).count(most[name]) == 1
    }


def month_of(word: str, language: str | None = None) -> int | None:
    """The month that a word names: 'листопада', also with a Hebrew 'in' before it, or with another ending than babel
    has ('novembrī', 'azaroaren')."""
    word = _one_alef(word.casefold()).removesuffix("ren")
    known = months_of()
    number = (language and months_of(language).get(word)) or known.get(word) or known.get(word.removeprefix("ב"))
    if number or len(word) < _STEM - 1:
        return number or None
    if len(word) < _STEM:  # 'maijā': of a short name all but its ending
        near = {n for name, n in known.items() if len(name) == len(word) and name[:-1] == word[:-1]}
        return near.pop() if len(near) == 1 else None
    near = {n for name, n in known.items() if name[:_STEM] == word[:_STEM] and abs(len(name) - len(word)) <= 2}
    return near.pop() if len(near) == 1 else None


def _levantine() -> dict[str, int]:
    names = calendar_names("ar_SY", "months", "wide")
    short = {
        f"{first} {second.removeprefix('ال')}": n
        for name, n in names.items()
        for first, _, second in [name.partition(" ")]
        if second
    }
    return {_one_alef(name): number for name, number in (names | short).items()}


def _one_alef(word: str) -> str:
    """An Arabic word without the signs on its alefs, which writers set or leave out: 'الإثنين', 'الاثنين'."""
    return word.translate(_ALEFS)


_ALEFS = {ord(letter): "ا" for letter in "أإآ"}
LEVANTINE = _levantine()
"""The months of the Arab East, some of two words, with bare alefs."""
LEVANTINE_PATTERN = alternation(LEVANTINE).replace("ا", "[اأإآ]")


def levantine_month(name: str) -> int:
    """The number of a month that ``LEVANTINE_PATTERN`` matched."""
    return LEVANTINE[_one_alef(" ".join(name.split()))]


_OF_COUNTRIES = {"ar": ("ar_SY", "ar_MA", "ar_DZ", "ar_MR"), "de": ("de_AT",), "es": ("es_PE",), "sr": ("sr_Latn",)}
"""Countries and scripts whose names of months differ from those of most who write the language."""


def _folded(language: str) -> dict[str, int]:
    places = (language, *_OF_COUNTRIES.get(language, ()))
    found: dict[str, int] = {}
    for place in places:
        found = calendar_names(place, "months", "wide", "abbreviated") | found
    return {_one_alef(name.casefold()): number for name, number in found.items() if not name[-1:].isdigit()}


def weekdays_named(word: str) -> set[int]:
    """The weekdays that a word names in one language or another, whole or shortened, 0 for Monday; empty for any other
    word."""
    return _weekdays().get(_one_alef(word.casefold()), set())


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in _languages():
        for name, number in calendar_names(one, "days", "wide", "abbreviated").items():
            found.setdefault(_one_alef(name.casefold()), set()).add(number)
    return found
