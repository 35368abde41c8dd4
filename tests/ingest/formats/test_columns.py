"""What people call the columns of their own tables, in words that say of what a field is."""

from __future__ import annotations

import pytest

from rag.ingest.formats.files import read_bytes
from rag.ingest.formats.parts.columns import KEYS, known_key
from rag.ingest.page import Page


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("text", "Artikeltext|Meldungstext|Fließtext|Text des Artikels|Corps de l'article|Texte intégral|Texto completo"
         "|Cuerpo de la noticia|Testo dell'articolo|Texto da notícia|Treść artykułu|Текст статьи|Haber metni|新闻内容"),
        ("title", "Artikelüberschrift|Titel des Beitrags|Titre de l'article|Título da notícia|Titolo articolo"
         "|Tytuł artykułu|Заголовок новости|Haber başlığı|記事タイトル|Kop van het artikel"),
        ("published", "Artikeldatum|Date de l'article|Fecha de la noticia|Data dell'articolo|Дата новости"),
        ("source", "Name der Zeitung|Nom du journal|Nombre del medio|Nome della testata|Название издания"),
        ("authors", "Name des Autors|Nombre del autor|Nome dell'autore|Автор статьи|Autor artykułu"),
        ("section", "Kategorie|Catégorie|Categoría|Рубрика|Rubriek"),
        ("url", "Link zum Artikel|Lien de l'article|Enlace a la noticia|URL der Seite|Ссылка на статью"),
    ],
)  # fmt: skip
def test_a_column_that_says_of_what_its_field_is(field: str, names: str) -> None:
    assert [name for name in names.split("|") if known_key(name) not in KEYS[field]] == []


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("title", "Titulo|Ueberschrift|Uberschrift|Tytul|Nazev|Baslik|Haber basligi|τιτλος"),
        ("text", "Tresc|Broedtext|Brodtext|Conteudo|Icerik|Cuerpo de la noticia|Texto del articulo|Matéria"),
        ("published", "Fecha de publicacion|Data da publicacao|Veroeffentlichungsdatum|Paivamaara"),
        ("source", "Zrodlo|Periodico|Veiculo|Kaella"),
        ("authors", "Repórter|Redactora|Dziennikarka|Novinářka|Muhabir|Correspondante|Penulis|Tác giả"),
        ("section", "seccion|Categorie|Editoria|Caderno|Dzial|Sektion|Seksjon|Bolum|Secțiune"),
        ("url", "Länk|Laenk|Lank|Endereço|Baglanti|Direccion"),
    ],
)  # fmt: skip
def test_a_column_named_without_accents_or_by_the_post_of_who_wrote(field: str, names: str) -> None:
    assert [name for name in names.split("|") if known_key(name) not in KEYS[field]] == []


def test_pictures_are_no_outlet() -> None:
    assert known_key("media") not in KEYS["source"]


@pytest.mark.parametrize(
    "name", ["Bildtext", "Untertitel", "full_name", "article_id", "news_desk", "page_number", "Ort"]
)
def test_a_column_of_something_else(name: str) -> None:
    assert not any(known_key(name) in keys for keys in KEYS.values())


def test_a_table_whose_columns_are_named_so() -> None:
    table = (
        "Artikelüberschrift;Artikeltext;Artikeldatum;Name der Zeitung;Name des Autors\n"
        'Wehr bricht;"Das Wehr am Seeb ist in der Nacht gebrochen. Niemand wurde verletzt.";04.05.2024;'
        "Seebote;Ida Lund\n"
    )
    (found,) = read_bytes("a.csv", ".csv", table.encode())
    assert isinstance(found, Page)
    assert (found.title, str(found.published), found.source) == ("Wehr bricht", "2024-05-04", "Seebote")
    assert (found.authors, found.text[:8]) == (("Ida Lund",), "Das Wehr")


def test_a_swedish_rubric_is_the_headline_and_the_section_stands_beside_it() -> None:
    table = (
        "Rubrik;Sektion;Skribent;Text\nBron stängs;Trafik;Pia Ek;Bron över Alån stängs i två veckor. Bussen går runt.\n"
    )
    (found,) = read_bytes("a.csv", ".csv", table.encode())
    assert isinstance(found, Page)
    assert (found.title, found.section, found.authors) == ("Bron stängs", "Trafik", ("Pia Ek",))
