"""What others call the fields of an article record: keys of JSON, columns of tables, lines of front matter."""

from __future__ import annotations

from rag.ingest.formats.shapes import key_of


def each_with(firsts: str, lasts: str) -> list[str]:
    """Every first word with every last one: 'publish_ts', 'published_ts', 'publish_epoch' ..."""
    return [f"{first}_{last}" for first in firsts.split() for last in lasts.split()]


DAY_NAMES = "date time datetime timestamp ts epoch unix utc gmt day at on ms iso dt date_utc date_gmt time_utc"
_OUT = "publish published publishing publication pub posted post release released article story news first_published"
CREATED_NAMES, CHANGED_NAMES = (
    "created create creation",
    "updated update modified modification changed edited last_updated",
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
        "titular", "titulares", "manchete", "chamada", "nadpis", "titulek", "naslov", "cím", "başlık",
        "заголовок", "标题", "標題", "タイトル", "제목", "post_title",
        *each_with("article news story", "title headline heading"), "headline_text", "title_text",
        *named_in_words("title headline heading", "of"),
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
        "本文", "본문", "내용", "post_body", "post_content",
        *each_with("article news story", "text body content html full_text"), "full_content", "body_plain",
        "body_markdown", "content_markdown", "markdown", "html_content", "full_html", "clean_content",
        *named_in_words("text full_text body content", "of"),
        "readable_content", "parsed_content", "parsed_text", "extracted_text", "entry_content", "item_content",
    ),
    "published": (
        "first_published_at", "first_published", "first_publication_date", "published", "date_time_pub",
        "publish_date", "pubdate", "published_at", "publication_date", "published_date",
        "web_publication_date", "date_published", "pub_date", "publish_time", "date_publish",
        "published_on", "firstcreated",
        "publishing_date", "date", "display_date", "release_date", "datetime", "timestamp", "published_time",
        "publication_time", "posted_at", "posted_on", "created_utc", "date_posted", "article_date", "time_published",
        "issued", "datum", "fecha", "data", "dato", "päivämäärä", "veröffentlicht", "erschienen", "publié",
        "publicado", "pubblicato", "gepubliceerd", "publicerad", "publisert", "udgivet", "julkaistu",
        "veröffentlicht_am", "erschienen_am", *each_with(_OUT, DAY_NAMES), "created_at", "created", "versioncreated",
        "date_de_publication", "date_de_parution", "fecha_de_publicación", "fecha_publicación",
        "data_de_publicação", "data_publicação", "data_di_pubblicazione", "data_pubblicazione",
        "data_publikacji", "erscheinungsdatum", "veröffentlichungsdatum", "publikationsdatum",
        "publicatiedatum", "publiceringsdatum", "publiseringsdato", "udgivelsesdato", "julkaisupäivä",
        "dátum", "tarih", "дата", "дата_публикации", "日期", "发布时间", "发布日期", "日付", "公開日", "날짜", "발행일",
        *named_in_words("date day time publication_date", "of", "publication"), "when_published", "date_of_issue",
        "date_of_release",
        *each_with(CREATED_NAMES, DAY_NAMES), "date_created", "time_created",
    ),
    "updated": (
        "updated", "modified", "lastmod", "last_modified", "updated_at", "modified_at", "last_updated",
        "date_modified", "changed", "date_modify", "updated_date", "versioncreated", "aktualisiert", "geändert",
        "actualizado", "atualizado", "aggiornato", "bijgewerkt", "mis_à_jour",
        *each_with(CHANGED_NAMES, DAY_NAMES), "date_updated", "date_changed", "time_updated", "time_modified",
    ),
    "source": (
        "source", "outlet", "container_title", "publisher", "publication", "source_name", "site", "sitename",
        "meta_site_name", "origin", "media_name", "name_source", "provider", "infosources", "copyrightholder",
        "pubtitle", "publication_title", "testata", "medie", "quelle", "medium", "zeitung", "fuente", "fonte", "bron",
        "medio", "źródło", "lähde", "källa", "kilde", "avis", "tidning", "lehti", "feed_title", "feed",
        "média", "journal", "periódico", "diario", "giornale", "jornal", "veículo", "zdroj", "forrás",
        "kaynak", "gazete", "newspaper", "media_outlet", "news_outlet", "news_source",
        *each_with("outlet publication publisher newspaper media feed", "name title"),
        *each_with("name_of name_of_the", "outlet newspaper paper publication publisher source site website magazine"),
        "источник", "издание", "来源", "來源", "出典", "媒体", "출처", "언론사",
    ),
    "section": (
        "section", "section_name", "article_section", "category", "categories", "primary_tag", "primary_section",
        "category_within_source", "ressort", "rubrique", "sección", "sezione", "seção", "avdelning", "rubrik",
    ),
    "authors": (
        "authors", "author", "byline", "bylines", "by", "authors_byline", "creator", "creators", "published_by",
        "credits",
        "autor", "autorin", "autoren", "auteur", "auteurs", "autore", "autores", "verfasser", "författare",
        "forfatter",
        "autori", "autora", "autorzy", "reporter", "szerző", "yazar", "автор", "作者", "著者", "記者", "기자", "작성자",
        *each_with("story article post entry item news", "authors author byline writer"),
        *each_with(_WRITERS, _AS_NAMED), *_WRITERS.split(), "written_by", "posted_by", "story_by", "reported_by",
        *named_in_words("author authors writer byline", "of"), *each_with("name_of name_of_the", _WRITERS),
        "autor_name", "autorenname", "nom_auteur", "nom_de_l_auteur", "journalistin", "redakteurin", "reporterin",
        "verfasserin", "rédacteur", "rédactrice", "autrice", "giornalista", "jornalista", "redactor", "redactora",
        "verslaggever", "skribent", "dziennikarz", "toimittaja", "influencer",
    ),
    "url": (
        "url", "link", "canonical", "canonical_url", "source_url", "page_url", "web_url", "permalink",
        "main_entity_of_page", "adresse", "lien", "enlace",
        "liens", "enlaces", "odkaz", "ссылка", "адрес", "链接", "網址", "网址", "링크", "länk", "lenke", "linkki",
        *named_in_words("link url address web_address", "to of for", "source"),
        *each_with("original full web", "link url address"),
        "bağlantı", *each_with("article story news post entry item", "url link permalink"), "alternate",
    ),
    "language": (
        "language", "lang", "in_language", "langcode", "locale", "human_language", "sprache", "langue",
        "idioma", "lingua", "taal",
    ),
    "id": ("id",),
}  # fmt: skip
"""The fields of a record, and what the columns of tables and the lines of front matter call them, best first. Names in
other languages are those that spreadsheets of these languages have; ``key_of`` compares them."""


KEYS = {field: [key_of(name) for name in names] for field, names in FIELDS.items()}
"""The same names, as ``key_of`` has them."""
