"""Printed dates become moments of the precision that was stated, and stamps are told from sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.timex.stamps import day_first_on, is_label, parse_stamp, stamp
from rag.types import When

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
EDT = timezone(timedelta(hours=-4))
EST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-09-28", date(2024, 9, 28)),
        ("2024-9-3", date(2024, 9, 3)),
        ("20240928", date(2024, 9, 28)),
        ("28.09.2024", date(2024, 9, 28)),
        ("28-Sep-2024", date(2024, 9, 28)),
        ("12 November 2024", date(2024, 11, 12)),
        ("1st March, 2024", date(2024, 3, 1)),
        ("Tuesday, May 7, 2024", date(2024, 5, 7)),
        ("7 May 2024 (Tuesday)", date(2024, 5, 7)),
        ("12 de noviembre de 2024", date(2024, 11, 12)),
        ("Samstag, 28. September 2024", date(2024, 9, 28)),
        ("2024年9月28日", date(2024, 9, 28)),
        ("2024-09-28 20:00", datetime(2024, 9, 28, 20)),
        ("2024-09-28T20:00:05", datetime(2024, 9, 28, 20, 0, 5)),
        ("28.09.2024, 14.30 Uhr", datetime(2024, 9, 28, 14, 30)),
        ("noon, May 7, 2024", datetime(2024, 5, 7, 12)),
        ("3:05 p.m., Tuesday, May 7, 2024", datetime(2024, 5, 7, 15, 5)),
        ("Sat Sep 28 20:00:00 2024", datetime(2024, 9, 28, 20)),
        ("Fri, 03/05/2024 - 09:12", datetime(2024, 5, 3, 9, 12)),
        ("Tue, 03/05/2024 - 09:12", datetime(2024, 3, 5, 9, 12)),
        ("lun 04/11/2024 - 09:12", datetime(2024, 11, 4, 9, 12)),
        ("ma, 11/05/2024", date(2024, 11, 5)),
        ("الإثنين ٦ كانون الثاني ٢٠٢٥", date(2025, 1, 6)),
        ("الثلاثاء، ٥ آب ٢٠٢٥", date(2025, 8, 5)),
        ("الأحد 3 شباط/فبراير 2024", date(2024, 2, 3)),
        ("4 نوفمبر/تشرين الثاني 2024", date(2024, 11, 4)),
        ("٢ كانون أول ٢٠٢٤", date(2024, 12, 2)),
        ("12 غشت 2024", date(2024, 8, 12)),
        ("9 جويلية 2024", date(2024, 7, 9)),
        ("12 دجنبر 2024", date(2024, 12, 12)),
        ("12 novembre 2024 à 14h05", datetime(2024, 11, 12, 14, 5)),
        ("2024-09-28T20:00:00Z", datetime(2024, 9, 28, 20, tzinfo=UTC)),
        ("20240928T200000Z", datetime(2024, 9, 28, 20, tzinfo=UTC)),
        ("2024-09-28T20:00:00.123+08:00", datetime(2024, 9, 28, 20, tzinfo=timezone(timedelta(hours=8)))),
        ("7 May 2024, 14:30 GMT", datetime(2024, 5, 7, 14, 30, tzinfo=UTC)),
        ("0930 GMT 7 May 2024", datetime(2024, 5, 7, 9, 30, tzinfo=UTC)),
        ("Sat, 28 Sep 2024 20:00:00 +0000", datetime(2024, 9, 28, 20, tzinfo=UTC)),
        ("Sept. 3, 2024 at 4:15 PM EDT", datetime(2024, 9, 3, 16, 15, tzinfo=EDT)),
        ("4:15 PM ET, Tue September 3, 2024", datetime(2024, 9, 3, 16, 15, tzinfo=EDT)),
        ("4:15 PM ET, Tue December 3, 2024", datetime(2024, 12, 3, 16, 15, tzinfo=EST)),
        ("Published: 2024-05-07 09:15", datetime(2024, 5, 7, 9, 15)),
    ],
)
def test_a_form_keeps_its_precision(text: str, moment: When) -> None:
    assert parse_stamp(text, now=NOW) == moment
    assert type(parse_stamp(text, now=NOW)) is type(moment)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "May 2024", "20:37", "3 hours ago", "2024-02-30", "99/99/2024", "1727553600", "12.5.1",
        "On 12 November 2024 the committee met", "2024-09-28 and 2024-09-29 were Saturdays", "\x00",
    ],
)  # fmt: skip
def test_odd_text_is_no_date(text: str) -> None:
    assert parse_stamp(text, now=NOW) is None


def test_the_future_and_the_distant_past_are_not_believed() -> None:
    assert parse_stamp("2099-01-01", now=NOW) is None
    assert parse_stamp("1899-12-31", now=NOW) is None
    assert parse_stamp("2026-01-16", now=NOW) == date(2026, 1, 16)  # already tomorrow in the east
    assert parse_stamp("2026-01-17", now=NOW) is None
    assert parse_stamp("2026-01-15T13:00:00Z", now=NOW) is None


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("07/05/2024 14:30", None, date(2024, 5, 7)),  # the default
        ("07/05/2024 14:30", False, date(2024, 7, 5)),
        ("13/05/2024", False, date(2024, 5, 13)),  # there is no month 13
        ("05/13/2024", True, date(2024, 5, 13)),
        ("Friday 07/05/2024", None, date(2024, 7, 5)),  # the weekday decides
        ("07/05/2024 2:30 PM EDT", None, date(2024, 7, 5)),  # a zone of the United States does
        ("01/12/2026", None, date(2026, 1, 12)),  # 1 December is still to come
        ("07.05.2024", False, date(2024, 5, 7)),  # dots put the day first
    ],
)
def test_day_and_month_that_look_alike(text: str, day_first: bool | None, day: date) -> None:
    moment = parse_stamp(text, now=NOW, day_first=day_first)
    assert moment is not None
    assert (moment.year, moment.month, moment.day) == (day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("page", "first"),
    [
        ("04/07/2024\nThe fair opened on 04/25/2024.", False),
        ("04/07/2024\nThe fair opened on 25/04/2024.", True),
        ("04/07/2024\nIt froze on April 7 and on April 9.", False),
        ("04/07/2024\nIt froze on 7 April.", True),
        ("04/07/2024", None),
        ("It froze on April 7.", None),  # nothing to decide
    ],
)
def test_other_dates_of_the_page_decide(page: str, first: bool | None) -> None:
    assert day_first_on(page) is first


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("2024-09-28 20:00 Last Updated At:20:37", datetime(2024, 9, 28, 20), datetime(2024, 9, 28, 20, 37)),
        ("2024-09-28 23:50 Updated 00:10", datetime(2024, 9, 28, 23, 50), datetime(2024, 9, 29, 0, 10)),
        ("Published 3 May 2024 / Modified 4 May 2024", date(2024, 5, 3), date(2024, 5, 4)),
        ("Posted on May 7, 2024 by Jane Roe", date(2024, 5, 7), None),
        ("By Jane Roe | 3 Sept 2024 | 4 min read", date(2024, 9, 3), None),
        ("Beirut, 28 September 2024", date(2024, 9, 28), None),
        ("Stand: 28.09.2024, 20:37 Uhr", None, datetime(2024, 9, 28, 20, 37)),
        ("发布时间：2024-09-28 20:00 来源：北方新闻", datetime(2024, 9, 28, 20), None),
        ("Updated 3 hours ago", None, None),
        ("3 uur geleden", None, None),
        ("hace 3 horas", None, None),
        ("vor einer Stunde", None, None),
        ("2 часа назад", None, None),
        ("gisteren, 14:05", None, None),
    ],
)
def test_a_stamp_says_when(line: str, published: When, updated: When) -> None:
    found = stamp(line, now=NOW)
    assert found is not None
    assert (found.published, found.updated) == (published, updated)


@pytest.mark.parametrize(
    ("language", "line", "published", "updated"),
    [
        ("af", "Laas bygewerk: 19 Junie 2024", None, date(2024, 6, 19)),
        ("af", "Geplaas op 3 Mei 2024 | Opgedateer op 5 Mei 2024", date(2024, 5, 3), date(2024, 5, 5)),
        ("sw", "Imechapishwa: 4 Machi 2024 | Imesasishwa: 6 Machi 2024", date(2024, 3, 4), date(2024, 3, 6)),
        ("cy", "Cyhoeddwyd 7 Gorffennaf 2024, diweddarwyd 9 Gorffennaf 2024", date(2024, 7, 7), date(2024, 7, 9)),
        ("az", "Dərc olunub: 5 mart 2024, yenilənib: 6 mart 2024", date(2024, 3, 5), date(2024, 3, 6)),
        ("ka", "გამოქვეყნდა: 5 მარტი 2024, განახლდა: 6 მარტი 2024", date(2024, 3, 5), date(2024, 3, 6)),
        ("hy", "Հրապարակվել է՝ 5 մարտի 2024", date(2024, 3, 5), None),
        ("kk", "Жарияланды: 5 наурыз 2024", date(2024, 3, 5), None),
        ("th", "อัปเดตล่าสุด: 5 มีนาคม 2567", None, date(2024, 3, 5)),
        ("ur", "شائع شدہ: 5 مارچ 2024", date(2024, 3, 5), None),
        ("so", "La daabacay: 5 Maarso 2024", date(2024, 3, 5), None),
        ("fil", "Inilathala: Marso 5, 2024", date(2024, 3, 5), None),
        ("fil", "Na-update: Hunyo 6, 2024", None, date(2024, 6, 6)),
    ],
)
def test_labels_of_languages_with_fewer_newspapers(language: str, line: str, published: When, updated: When) -> None:
    found = stamp(line, now=NOW, language=language)
    assert found is not None
    assert (found.published, found.updated, found.labelled) == (published, updated, True)


@pytest.mark.parametrize("language", [None, "en", "fil"])
def test_a_word_before_a_number_and_a_year_is_a_month_only_in_the_language_of_the_page(language: str | None) -> None:
    assert stamp("Chapter 5, 2024", now=NOW, language=language) is None
    assert (parse_stamp("Marso 5, 2024", now=NOW, language=language) is not None) == (language == "fil")


@pytest.mark.parametrize(
    "line",
    [
        "The mission ended on 28 September 2024",
        "What happened on 9/11/2001",
        "Sept 11 attacks",
        "Death toll rises to 20:37",
        "BEIRUT, Sept. 28 - The army said on Saturday",
        "Northway beat Eastham 3:15 on May 7, 2024",
        "20:37",
        "vor 30 Prozent",
        "Meer for 3 kroner",
        "",
    ],
)
def test_a_line_that_mentions_a_date_is_no_stamp(line: str) -> None:
    assert stamp(line, now=NOW) is None


def test_a_bare_update_time_is_completed_with_the_published_day() -> None:
    found = stamp("Updated 20:37", now=NOW, published=datetime(2024, 9, 28, 20, tzinfo=UTC))
    assert found is not None
    assert found.updated == datetime(2024, 9, 28, 20, 37, tzinfo=UTC)
    assert parse_stamp("20:37", now=NOW, published=date(2024, 9, 28)) == datetime(2024, 9, 28, 20, 37)


def test_labels_are_known_alone() -> None:
    assert is_label("Published")
    assert is_label("Last updated:")
    assert not is_label("Published works of the year")


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    parse_stamp(text, now=NOW)
    stamp(text, now=NOW)
    day_first_on(text)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2025, 12, 31)))
def test_iso_comes_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_stamp(moment.isoformat(), now=NOW) == moment
    assert parse_stamp(moment.date().isoformat(), now=NOW) == moment.date()
    assert parse_stamp(moment.replace(tzinfo=EDT).isoformat(), now=NOW) == moment.replace(tzinfo=EDT)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("4. listopadu 2024 9:10", datetime(2024, 11, 4, 9, 10)),
        ("Publikováno 4. listopadu 2024", date(2024, 11, 4)),
        ("Opublikowano: 4 stycznia 2024, 09:10", datetime(2024, 1, 4, 9, 10)),
        ("Publicerad 17 maj 2024 kl. 09.10", datetime(2024, 5, 17, 9, 10)),
        ("Publisert 4. desember 2024, kl. 09:10", datetime(2024, 12, 4, 9, 10)),
        ("4. marraskuuta 2024 klo 9.10", datetime(2024, 11, 4, 9, 10)),
        ("2024. november 4. 9:10", datetime(2024, 11, 4, 9, 10)),
        ("Megjelent: 2024. november 4.", date(2024, 11, 4)),
        ("4. studenoga 2024. u 09:10", datetime(2024, 11, 4, 9, 10)),
        ("4 noiembrie 2024, 09:10", datetime(2024, 11, 4, 9, 10)),
        ("понедельник, 4 ноября 2024 г., 09:10", datetime(2024, 11, 4, 9, 10)),
        ("Опубліковано 4 листопада 2024 о 09:10", datetime(2024, 11, 4, 9, 10)),
        ("4 Νοεμβρίου 2024, 09:10", datetime(2024, 11, 4, 9, 10)),
        ("4 Kasım 2024 Pazartesi 09:10", datetime(2024, 11, 4, 9, 10)),
        ("4 نوفمبر 2024", date(2024, 11, 4)),
        ("١ نوفمبر ٢٠٢٤", date(2024, 11, 1)),
        ("٣/٤/٢٠٢٤", date(2024, 4, 3)),
        ("4 नवंबर 2024", date(2024, 11, 4)),
        ("1 พฤศจิกายน 2567", date(2024, 11, 1)),
        ("令和6年11月1日", date(2024, 11, 1)),
        ("Thứ hai, 4/11/2024, 09:10 (GMT+7)", datetime(2024, 11, 4, 9, 10, tzinfo=timezone(timedelta(hours=7)))),
        ("4 tháng 11, 2024", date(2024, 11, 4)),
        ("4 Desember 2024 09:10 WIB", datetime(2024, 12, 4, 9, 10, tzinfo=timezone(timedelta(hours=7)))),
        ("04/11/2024 a les 09:10h", datetime(2024, 11, 4, 9, 10)),
        ("2024 m. lapkričio 4 d.", date(2024, 11, 4)),
        ("2024. gada 4. novembris", date(2024, 11, 4)),
        ("Publicēts: 2024. gada 4. novembrī 09:10", datetime(2024, 11, 4, 9, 10)),
        ("2024ko azaroaren 4a, 09:10", datetime(2024, 11, 4, 9, 10)),
        ("פורסם: 4 בנובמבר 2024 09:10", datetime(2024, 11, 4, 9, 10)),
        ("Birt 4. nóvember 2024 kl. 09:10", datetime(2024, 11, 4, 9, 10)),
        ("เผยแพร่ 4 พ.ย. 2567 09:10 น.", datetime(2024, 11, 4, 9, 10)),
        ("4 تشرين الثاني 2024", date(2024, 11, 4)),
        ("2024. 11. 4.", date(2024, 11, 4)),
        ("4. 11. 2024", date(2024, 11, 4)),
        ("Publié le 4 novembre 2024 à 9 h 10", datetime(2024, 11, 4, 9, 10)),
        ("Erstveröffentlichung: 4.11.2024", date(2024, 11, 4)),
        ("4 novembre 2024 alle 09:10", datetime(2024, 11, 4, 9, 10)),
        ("Gepubliceerd: 4 november 2024 om 09:10 uur", datetime(2024, 11, 4, 9, 10)),
        ("Opublikowano 4 listopada 2024 o godz. 9:10", datetime(2024, 11, 4, 9, 10)),
        ("2024년 11월 4일 오후 2시 5분", datetime(2024, 11, 4, 14, 5)),
    ],
)
def test_days_in_many_languages(text: str, moment: When) -> None:
    assert parse_stamp(text, now=NOW) == moment


def test_a_month_that_two_languages_name_alike_is_that_of_the_page() -> None:
    assert parse_stamp("4 listopada 2024", now=NOW) == date(2024, 11, 4)
    assert parse_stamp("4. listopada 2024", now=NOW, language="hr") == date(2024, 10, 4)


@pytest.mark.parametrize(
    "text", ["12 people 2024", "Room 7 listed 2023", "4 sale 2024", "Won 3 medals 2024", "12 marchers 2024"]
)
def test_a_number_a_word_and_a_year_are_no_day(text: str) -> None:
    assert parse_stamp(text, now=NOW) is None


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Paru le 3 mai 2024, modifié le 4 mai 2024 - Lecture 3 min.", date(2024, 5, 3), date(2024, 5, 4)),
        ("3 maggio 2024 (modifica il 4 maggio 2024)", date(2024, 5, 3), date(2024, 5, 4)),
        ("Geplaatst op 3 mei 2024, laatst gewijzigd op 4 mei 2024", date(2024, 5, 3), date(2024, 5, 4)),
        ("Data publikacji: 03.05.2024 Data aktualizacji: 04.05.2024", date(2024, 5, 3), date(2024, 5, 4)),
        ("Publicēts: 2024. gada 3. maijā, plkst. 9.30", datetime(2024, 5, 3, 9, 30), None),
        ("Paskelbta: 2024 m. gegužės 3 d. 09:30", datetime(2024, 5, 3, 9, 30), None),
        ("Letzte Änderung: 4. Mai 2024 | Lesezeit: 3 Minuten", None, date(2024, 5, 4)),
        ("Última modificación: 4 de mayo de 2024", None, date(2024, 5, 4)),
        ("Zadnja izmjena: 4. svibnja 2024.", None, date(2024, 5, 4)),
        ("Postado em 03/05/2024 | Última edição em 04/05/2024", date(2024, 5, 3), date(2024, 5, 4)),
        ("Последнее обновление: 4 мая 2024", None, date(2024, 5, 4)),
        ("최종 수정 2024.05.04 09:30", None, datetime(2024, 5, 4, 9, 30)),
        (
            "3. května 2024 18:12, aktualizováno 4. května 10:30",
            datetime(2024, 5, 3, 18, 12),
            datetime(2024, 5, 4, 10, 30),
        ),
        ("3.5.2024 klo 9.12, päivitetty 4.5. klo 16.20", datetime(2024, 5, 3, 9, 12), datetime(2024, 5, 4, 16, 20)),
        ("May 3, 2024, updated May 4 at 4 PM", date(2024, 5, 3), datetime(2024, 5, 4, 16)),
        ("2024年5月3日（更新：5月4日 16時05分）", date(2024, 5, 3), datetime(2024, 5, 4, 16, 5)),
        ("31 december 2023, bijgewerkt op 2 januari", date(2023, 12, 31), date(2024, 1, 2)),
    ],
)
def test_labels_of_many_languages_say_which_of_two_days_it_is(line: str, published: When, updated: When) -> None:
    found = stamp(line, now=NOW)
    assert found is not None and (found.published, found.updated, found.rest) == (published, updated, ())


@pytest.mark.parametrize("line", ["Law amended 8 December 2024", "Reviewed: what changed on 8 December 2024"])
def test_a_headline_with_the_word_of_a_label_is_no_stamp(line: str) -> None:
    assert stamp(line, now=NOW) is None


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("เผยแพร่: 4 มี.ค. 2567 09:15 น. ปรับปรุง: 5 มี.ค. 2567 18:00 น.", "2024-03-04 09:15:00", "2024-03-05 18:00:00"),
        ("โพสต์เมื่อ 4 มีนาคม พ.ศ. 2567 เวลา 09.15 น.", "2024-03-04 09:15:00", "None"),
        ("วันจันทร์ที่ 4 มี.ค. 67 | 09:15 น.", "2024-03-04 09:15:00", "None"),
        ("نُشر: ٤ آذار ٢٠٢٤، ٠٩:١٥ – آخر تحديث: ٥ آذار ٢٠٢٤، ١٨:٠٠", "2024-03-04 09:15:00", "2024-03-05 18:00:00"),
        ("প্রকাশ: ০৪ মার্চ ২০২৪, ০৯:১৫ আপডেট: ০৫ মার্চ ২০২৪, ১৮:০০", "2024-03-04 09:15:00", "2024-03-05 18:00:00"),
        ("सोमवार, 4 मार्च 2024, 09:15 बजे", "2024-03-04 09:15:00", "None"),
        ("4 mart 2024, 09:15 yenilənib", "None", "2024-03-04 09:15:00"),
        ("გამოქვეყნდა 4 მარტი 2024, 09:15", "2024-03-04 09:15:00", "None"),
        ("令和６年３月４日（月）９時15分", "2024-03-04 09:15:00", "None"),
    ],
)
def test_stamps_of_further_languages(line: str, published: str, updated: str) -> None:
    found = stamp(line, now=NOW)
    assert found and (str(found.published), str(found.updated), found.rest) == (published, updated, ())


@pytest.mark.parametrize("line", ["4 May 24 10 people", "5 มกราคม 10 คน ลงชื่อ"])
def test_two_digits_behind_a_month_are_a_year_in_thai_stamps_alone(line: str) -> None:
    assert stamp(line, now=NOW) is None


@pytest.mark.parametrize(
    ("line", "who"),
    [("입력 2024.03.04. 오전 9:15 수정 2024.03.05. 오후 6:00 한가람 기자", "한가람 기자"),
     ("한가람 기자 2024.03.04 09:15", "한가람 기자"),
     ("2024年3月4日 09:15 佐野弘記者", "佐野弘記者")],
)  # fmt: skip
def test_a_reporter_beside_the_day_is_set_apart(line: str, who: str) -> None:
    found = stamp(line, now=NOW)
    assert found and (str(found.published), found.rest) == ("2024-03-04 09:15:00", (who,))
