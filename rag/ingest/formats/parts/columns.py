"""What others call the fields of an article record: keys of JSON, columns of tables, lines of front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rag.ingest.formats.shapes import key_of
from rag.ingest.segment.bylines import POST_OF_WRITER
from rag.text.timex.labels import JOINING, PUBLISHED, UPDATED
from rag.text.tokens import unaccented


def each_with(firsts: str, lasts: str) -> list[str]:
    """Every first word with every last one: 'publish_ts', 'published_ts', 'publish_epoch' ..."""
    return [f"{first}_{last}" for first in firsts.split() for last in lasts.split()]


DAY_NAMES = (
    "date time datetime timestamp ts epoch unix utc gmt day at on ms iso dt date_utc date_gmt time_utc time_unix "
    "time_ms on_time"
)
_OUT = (
    "publish published publishing publication publ pub posted post release released article story news first_published "
    "effective"
)
CREATED_NAMES, CHANGED_NAMES = (
    "created create creation",
    "updated update modified modification changed edited edit last_updated last_modified last_modification last_edited "
    "last_changed last_revised revised revision",
)
_WRITERS = "author writer journalist reporter byline creator columnist correspondent redakteur journaliste periodista"
_AS_NAMED = "s name names full_name fullname display_name s_name s_names"
_THINGS = "article the_article story the_story post the_post page the_page news original the_original"


def named_in_words(firsts: str, joining: str, others: str = "") -> list[str]:
    """As people name the columns of their own tables: 'Link to the article', 'Date of publication', 'Text of story'."""
    things = f"{_THINGS} {others}".split()
    return [f"{first}_{word}_{thing}" for first in firsts.split() for word in joining.split() for thing in things]


FIELDS = {
    "title": (
        "title", "headline", "web_title", "heading", "headlines", "titel", "tittel", "overskrift", "titre", "título",
        "titulo", "titolo", "tytuł", "otsikko", "überschrift", "schlagzeile", "kop", "rubrik",
        "titular", "titulares", "manchete", "název", "chamada", "nadpis", "titulek", "naslov", "cím", "başlık",
        "заголовок", "标题", "標題", "タイトル", "제목", "post_title",
        *each_with("article news story", "title headline heading"), "headline_text", "title_text", "page_title",
        "entry_title",
        "encabezado", "titlu", "títol", "judul", "tajuk", "tiêu_đề", "pealkiri", "virsraksts", "antraštė", "заглавие",
        "наслов", "τίτλος", "عنوان", "العنوان", "כותרת", "शीर्षक", *named_in_words("title headline heading", "of"),
    ),
    "text": (
        "text", "body", "content", "article", "article_text", "article_body", "full_text", "body_text", "maintext",
        "plain_text", "content_text", "content_html", "raw_text", "html", "body_html", "body_nitf", "body_xhtml",
        "body_content", "article_content", "main_text", "raw_content", "page_content", "selftext", "bodies",
        "cleaned_text", "paragraphs",
        "content_elements", "texte", "texto", "testo", "tekst", "teksti", "inhalt", "artikel", "brødtekst",
        "brödtext", "contenu", "contenido", "treść", "volltext", "story",
        "cuerpo", "corpo", "corps", "conteúdo", "contenuto", "inhoud", "innehåll", "innhold", "indhold",
        "sisältö", "szöveg", "obsah", "vsebina", "sadržaj", "metin", "içerik", "текст", "正文", "内容", "內容",
        "全文", "本文", "본문", "내용", "post_body", "post_content",
        *each_with("article news story", "text body content html full_text"), "full_content", "body_plain",
        "body_markdown", "content_markdown", "markdown", "html_content", "full_html", "clean_content",
        *named_in_words("text full_text body content", "of"), "conținut", "isi", "kandungan", "nội_dung", "bài",
        "laporan",
        "tekstas", "teksts", "sisu", "κείμενο", "نص", "النص", "المحتوى", "תוכן", "matéria", "notícia", "artículo",
        "articolo", "artigo",
        "artykuł", "haber", "статья", "новость",
        "contents", "detail_text", "readable_content", "parsed_content", "parsed_text", "extracted_text",
        "entry_content", "item_content",
    ),
    "published": (
        "first_published_at", "first_published", "first_publication_date", "published", "date_time_pub",
        "publish_date", "pubdate", "published_at", "publication_date", "published_date",
        "web_publication_date", "date_published", "pub_date", "publish_time", "date_publish",
        "published_on", "firstcreated",
        "publishing_date", "effective", "publish_up", "date", "display_date", "release_date", "datetime",
        "timestamp", "published_time",
        "publication_time", "posted_at", "posted_on", "created_utc", "date_posted", "article_date", "time_published",
        "issued", "datum", "fecha", "data", "dato", "päivämäärä", "veröffentlicht", "erschienen", "publié",
        "publicado", "pubblicato", "gepubliceerd", "publicerad", "publisert", "udgivet", "julkaistu",
        "veröffentlicht_am", "erschienen_am", *each_with(_OUT, DAY_NAMES), "input_time", "send_date", "active_from",
        "created_at", "created", "versioncreated",
        "date_de_publication", "date_de_parution", "fecha_de_publicación", "fecha_publicación",
        "data_de_publicação", "data_publicação", "data_di_pubblicazione", "data_pubblicazione",
        "data_publikacji", "erscheinungsdatum", "veröffentlichungsdatum",
        "erscheinungstag", "veröffentlichungstag", "publikationsdatum",
        "publicatiedatum", "publiceringsdatum", "publiseringsdato", "udgivelsesdato", "julkaisupäivä",
        "megjelenés_dátuma", "közzététel_dátuma", "yayın_tarihi", "yayınlanma_tarihi", "datum_vydání", "dátum_vydania",
        "data_wydania", "utgivningsdatum", "data_publicării", "дата_выхода", "ημερομηνία_δημοσίευσης", "تاريخ_النشر",
        "掲載日", "発行日", "公開日時", "게시일", "작성일", "등록일", "发表时间", "发表日期", "發布日期", "出版日期",
        "dátum", "tarih", "дата", "дата_публикации", "дата_публікації",
        "ημερομηνία", "تاريخ", "التاريخ", "תאריך", "tanggal", "tarikh", "ngày", "kuupäev", "datums", "日期", "发布时间",
        "发布日期", "日付", "公開日", "날짜", "발행일",
        *named_in_words("date day time publication_date", "of", "publication"), "when_published", "date_of_issue",
        "date_of_release",
        *each_with(CREATED_NAMES, DAY_NAMES), "date_created", "time_created",
    ),
    "updated": (
        "updated", "modified", "lastmod", "last_mod", "last_modified", "updated_at", "modified_at", "last_updated",
        "date_modified", "changed", "date_modify", "updated_date", "versioncreated", "aktualisiert", "geändert",
        "actualizado", "atualizado", "aggiornato", "bijgewerkt", "mis_à_jour", "last_update", "last_edited",
        "timestamp_x", "tstamp",
        *each_with(CHANGED_NAMES, DAY_NAMES), *each_with("date time", CHANGED_NAMES),
    ),
    "source": (
        "source", "outlet", "container_title", "publisher", "publication", "source_name", "site", "sitename",
        "meta_site_name", "origin", "media_name", "name_source", "provider", "infosources", "copyrightholder",
        "pubtitle", "publication_title", "testata", "medie", "quelle", "medium", "zeitung", "fuente", "fonte", "bron",
        "medio", "źródło", "lähde", "källa", "kilde", "avis", "tidning", "lehti", "feed_title", "feed",
        "média", "journal", "periódico", "diario", "giornale", "jornal", "veículo", "zdroj", "forrás",
        "kaynak", "gazete", "gazeta", "krant", "zeitschrift", "zeitungsname", "medientitel", "presseorgan",
        "publikation", "cabecera", "newspaper", "media_outlet", "news_outlet", "news_source", "distributor",
        *each_with("outlet publication publisher newspaper media feed", "name title"),
        *each_with("source", "text title label"), "copy_from", "be_from",
        *each_with("name_of name_of_the", "outlet newspaper paper publication publisher source site website magazine"),
        "izvor", "šaltinis", "avots", "allikas", "sumber", "nguồn", "ziar", "ziarul", "noviny", "časopis", "джерело",
        "видання", "газета", "πηγή", "εφημερίδα", "مصدر", "المصدر", "الصحيفة", "מקור", "עיתון",
        "источник", "издание", "来源", "來源", "出典", "媒体", "新聞", "新闻", "報社", "출처", "언론사",
    ),
    "section": (
        "section", "section_name", "article_section", "category", "categories", "primary_tag", "primary_section",
        "category_within_source", "ressort", "rubrique", "sección", "sezione", "seção", "avdelning",
        "kategorie", "catégorie", "categoría", "categoria", "kategoria", "kategori", "kategorien", "rubriek", "rubryka",
        "rubrika", "dział", "osasto", "rovat", "рубрика", "раздел", "категория", "分类", "栏目",
        "カテゴリ", "カテゴリー", "분류", "editoria", "caderno", "suplemento", "rubrica", "secció", "secțiune",
        "sektion",
        "seksjon", "sectie", "sekcja", "sekce", "sekcia", "sekcija", "kategorija", "bölüm", "chuyên_mục", "розділ",
        "категорія", "ενότητα", "κατηγορία", "قسم", "القسم", "تصنيف", "מדור", "版面", "频道", "セクション", "섹션",
        "카테고리", "rubrik",
    ),
    "authors": (
        "created_by_alias",
        "authors", "author", "byline", "bylines", "by", "authors_byline", "creator", "creators", "published_by",
        "credits", "autor", "autorin", "autoren", "auteur", "auteurs", "autore", "autores", "verfasser", "författare",
        "forfatter", "autori", "autora", "autorzy", "reporter", "szerző", "yazar", "автор", "作者", "著者", "記者",
        "기자", "작성자", *each_with("story article post entry item news", "authors author byline writer"),
        *each_with(_WRITERS, _AS_NAMED), *_WRITERS.split(), "written_by", "posted_by", "story_by", "reported_by",
        *named_in_words("author authors writer byline", "of"), *each_with("name_of name_of_the", _WRITERS),
        "autor_name", "autorenname", "nom_auteur", "nom_de_l_auteur", "journalistin", "redakteurin", "reporterin",
        "verfasserin", "rédacteur", "rédactrice", "autrice", "giornalista", "jornalista", "redactor", "redactora",
        "verslaggever", "skribent", "dziennikarz", "toimittaja", "influencer",
        "redator", "redatora", "redattore", "colunista", "columnista", "escrito_por", "scritto_da", "écrit_par",
        "geschrieben_von", "كاتب", "الكاتب", "מחבר",
    ),
    "url": (
        "url", "link", "canonical", "canonical_url", "source_url", "page_url", "web_url", "permalink",
        "main_entity_of_page", "adresse", "webadresse", "internetadresse", "dirección", "indirizzo", "lien", "enlace",
        "liens", "enlaces", "odkaz", "ссылка", "адрес", "链接", "網址", "网址", "링크", "länk", "lenke", "linkki",
        *named_in_words("link url address web_address", "to of for", "source"),
        *each_with("original full web", "link url address"),
        "bağlantı", *each_with("article story news post entry item", "url link permalink"), "alternate",
        "endereço", "enllaç", "tautan", "pautan", "liên_kết", "poveznica", "посилання", "σύνδεσμος", "رابط", "الرابط",
        "קישור",
    ),
    "language": (
        "language", "lang", "in_language", "langcode", "locale", "human_language", "sprache", "langue",
        "idioma", "lingua", "taal", "språk", "sprog", "kieli", "język", "jazyk", "jezik", "nyelv", "dil", "keel",
        "limbă", "llengua", "язык", "мова", "γλώσσα", "اللغة", "语言", "言語", "언어",
    ),
    "id": ("id",),
}  # fmt: skip
"""The fields of a record, and what the columns of tables and the lines of front matter call them, best first. Names in
other languages are those that spreadsheets of these languages have; ``key_of`` compares them."""


KEYS = {field: [key_of(name) for name in names] for field, names in FIELDS.items()}
"""The same names, as ``key_of`` has them."""

_FIELD_OF = {key: field for field, keys in KEYS.items() if field != "id" for key in keys}
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
_ACCENT_TELLS = frozenset(("media",))
"""What is another word without its accents: the pictures of an article."""


def _bare(text: str) -> str:
    """A word as programs spell it that know no accents."""
    return unaccented(text).translate(_LETTERS)


def _words(listed: str) -> frozenset[str]:
    return frozenset(map(_bare, listed.split()))


_UNACCENTED = {
    form: (field, key)
    for key, field in _FIELD_OF.items()
    for form in (_bare(key), key.translate(_SPELT))
    if form not in _FIELD_OF and form not in _ACCENT_TELLS
}
"""The fields and known keys of the same names without accents: 'seccion', 'ueberschrift'."""
_OF_SYSTEMS = frozenset("field wpcf acf cf meta og dc dcterms dct schema article news node post page story".split())
"""What publishing systems and crawlers put before the name of a field: 'field_publication_date', 'og:title'."""
_WORD = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[^\W\d_A-Z]+|[A-Z][^\W\d_A-Z]+|\d+")
_AT = re.compile(rf"\s+(?:{JOINING})$", re.IGNORECASE)
_DAY_SAID = re.compile(r"(?=.{6,60}$).*\d")
_THING = _words(
    "article artikel artikels artikkel artikkelen artikeln beitrag beitrags beitrages meldung nachricht "
    "nachrichten artículo articulo noticia artigo notícia matéria articolo notizia artykuł artykułu wiadomość "
    "wiadomości nieuws nieuwsbericht artikkeli artikkelin uutinen uutisen článek článku zprávy cikk hír статья "
    "статьи статью новость новости haber haberin makale makalenin news story"
)
"""What a column may say that its field is of: 'Titre de l'article', 'Haber metni'."""
_WHOLE = _words(
    "full complet complète intégral intégrale completo completa integral integrale vollständig vollständiger "
    "volledig volledige hela pełny pełna pełen полный полное celý teljes koko tam"
)
_NAME = _words("name nom nombre nome naam navn namn nazwa imię название имя adı név")
"""What a column says of somebody or of an outlet: 'Nom du journal'."""
_PAGE = _words("page seite pagina strony страницы sida side")
_OF = _words(
    "of the to de du des la le les l d del della dello dell dal el los il di do da dos das der die dem zum zur "
    "van het vers na a al alla all az на"
)
_COMPOUND = re.compile(
    r"(?:artike?l|artikkel|beitrags?|meldungs?|nachrichten|zeitungs?|presse|haupt|flie(?:ß|ss)|nieuws|nyhets?|medien"
    r"|记事|記事|文章|新闻|新聞|ニュース|기사|뉴스)s?(?P<field>.{2,})"
)
"""A name in one word: 'Artikeltext', '新闻标题'."""
_NAMED_BEHIND = re.compile(r"(?:名称|名稱|名前|姓名|名|이름|명)$")
_INFLECTED = {_bare(form): key for form, key in {
    "metni": "metin", "içeriği": "içerik", "başlığı": "başlık", "tarihi": "tarih", "linki": "link", "yazarı": "yazar",
    "szövege": "szöveg", "címe": "cím", "dátuma": "dátum", "szerzője": "szerző", "autors": "autor", "mediums": "medium",
    "издания": "издание", "автора": "автор", "autora": "autor", "gazety": "gazeta",
}.items()}  # fmt: skip
_BY_ITS_OWN_NAME = ("published", "updated")  # of these the best name counts, not the barest


@lru_cache(maxsize=4096)
def _meant(name: str) -> tuple[str, str] | None:
    """(field, its known key) of a name that is none of ``FIELDS`` but begins with a system's word, or is a label of a
    day in any of many languages: 'zuletzt geändert am', 'Дата публикации'."""
    words = _WORD.findall(name)
    if len(words) > 8 or key_of(name) in _FIELD_OF:
        return None
    if known := _UNACCENTED.get(_bare(key_of(name))):
        return known
    for start in range(1, min(3, len(words))):
        if not _OF_SYSTEMS.issuperset(word.lower() for word in words[:start]):
            break
        if known := _known(key_of("".join(words[start:]))):
            return known
    if composed := _composed([word.casefold() for word in words], key_of(name)):
        return composed
    said = _AT.sub("", " ".join(words))
    label = "updated" if UPDATED.fullmatch(said) else "published" if PUBLISHED.fullmatch(said) else None
    label = label or ("author" if POST_OF_WRITER.fullmatch(said) else None)
    return (_FIELD_OF[label], label) if label else None


def _known(key: str) -> tuple[str, str] | None:
    """The field of a key and its known spelling."""
    return (_FIELD_OF[key], key) if key in _FIELD_OF else _UNACCENTED.get(_bare(key))


def _composed(words: list[str], whole: str) -> tuple[str, str] | None:
    """(field, its known key) of a name that says of what the field is, in words or as one: 'Corps de l'article',
    'Texto completo', 'Nom du journal', 'Artikeltext'."""
    words = [_bare(word) for word in words]
    told = {word for word in words if word in _THING or word in _WHOLE}
    of_page, named = not _PAGE.isdisjoint(words), not _NAME.isdisjoint(words)
    if told or of_page or named:
        rest = key_of("".join(w for w in words if w not in told and w not in _OF and w not in _PAGE and w not in _NAME))
        if not rest:
            return ("text", "text") if told and not (_WHOLE.isdisjoint(told) or _THING.isdisjoint(told)) else None
    elif (rest := _NAMED_BEHIND.sub("", whole)) != whole:
        named = True
    elif compound := _COMPOUND.fullmatch(whole):
        rest = compound["field"]
    else:
        return None
    field, key = _known(_INFLECTED.get(_bare(rest), rest)) or ("", "")
    fits = (not named or field in ("source", "authors")) and (not of_page or field == "url")
    return (field, key) if field and fits else None


def known_key(name: str) -> str:
    """The key of the field that a name means, else its own."""
    meant = _meant(name)
    return meant[1] if meant else key_of(name)


def with_meant(named: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The fields ``named`` by their keys, with those whose ``names`` as they are written mean a field that has none."""
    found = dict(named)
    have = {_FIELD_OF.get(key) for key, value in named.items() if value not in (None, "", [], {})}
    for name, value in names.items():
        if value in (None, "", [], {}) or (meant := _meant(str(name))) is None:
            continue
        field, key = meant
        dated = field in _BY_ITS_OWN_NAME
        bare = key == field and dated  # by its label alone
        if key in found or (field in have and (bare or not dated)):
            continue
        if not dated or not isinstance(value, str) or _DAY_SAID.match(value):
            found[key] = value
    return found
