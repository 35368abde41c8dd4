"""Common first names, and which pronoun speaks of whoever has one."""

from __future__ import annotations

from typing import Literal

_HIS = frozenset(
    (
        "aaron adam adrian ahmed al alan albert alec alex alexander alfred ali allen andre andrew andy anthony "
        "antonio arthur austin barack barry ben benjamin bernie bill billy bob bobby boris brad bradley brandon brett "
        "brian bruce bryan calvin carl carlos casey charles charlie chris christian christopher chuck clarence cody "
        "colin connor craig dan dana daniel danny darren dave david dean dennis derek diego dmitry dominic don donald "
        "doug douglas drew dwayne dylan ed eddie edward edwin elijah elon emmanuel eric erik ethan evan felix "
        "fernando francis francisco frank fred gabriel gary gavin gene george gerald giorgio glenn gordon graham "
        "grant greg gregory harold harry harvey hassan henry herbert howard hugh ian isaac ivan jack jacob jaime jake "
        "james jared jason javier jay jean jeff jeffrey jeremy jerome jerry jesse jim jimmy joe joel john johnny jon "
        "jonathan jordan jorge jose joseph josh joshua juan julian justin keith kelly ken kenneth kevin kim kyle "
        "larry lee leo leon leonard leslie lewis liam lionel logan louis lucas luis luke malcolm manuel marc marco "
        "marcus mario mark martin matt matthew max michael miguel mike mitch mitt mohamed mohammed muhammad nathan "
        "neil nicholas nick nicolas noah oliver omar oscar owen patrick paul pedro pete peter phil philip rafael "
        "ralph randy ray raymond ricardo richard rick ricky rob robert roberto robin rodney roger ron ronald ross roy "
        "russell ryan sam samuel scott sean sergei sergey seth shane shawn simon stephen steve steven stuart taylor "
        "ted terrence terry thomas tim timothy todd tom tommy tony travis trevor troy tyler vernon victor vincent "
        "vladimir volodymyr walter warren wayne wesley william xavier zachary"
    ).split()
)
_HER = frozenset(
    (
        "abby abigail alexandra alexandria alice alicia alison allison alyssa amanda amber amy ana andrea angela "
        "angelina anita ann anna anne annie april ashley audrey barbara beth betty beverly brenda brianna britney "
        "brittany brittney camila camilla carla carmen carol caroline carolyn casey catherine charlotte chelsea "
        "cheryl christina christine cindy claire claudia colleen courtney crystal cynthia dana danielle deborah debra "
        "denise diana diane donna dorothy ekaterina elaine eleanor elena elise elizabeth ella ellen emily emma erica "
        "erin eva evelyn fiona florence frances gabrielle gina gloria grace greta gwen hannah heather heidi helen "
        "hillary holly ingrid irene isabel isabella ivanka jackie jacqueline jane janet janice jasmine jean jenna "
        "jennifer jessica jill joan joanna jordan joyce judith judy julia julie kaitlyn kamala karen kate katherine "
        "kathleen kathryn kathy katie kayla kelly kim kimberly kirsten kristen kristin laura lauren lee leslie "
        "letitia linda lisa liz lori lucy lydia lynn madison maggie margaret maria marie marilyn marina marjorie "
        "martha mary megan meghan melania melinda melissa meryl mia michelle miranda molly monica nadia nancy naomi "
        "natalia natalie natasha nicole nina olivia pamela patricia paula peggy phoebe priscilla rachel rebecca renee "
        "rihanna rita roberta robin rosa rose ruth sally samantha sandra sara sarah savannah serena shannon sharon "
        "sheila shelly shirley simone sofia sonia sophia sophie stacey stacy stephanie susan suzanne sylvia tamara "
        "tammy tara taylor teresa theresa tiffany tina ursula valerie vanessa venus veronica victoria virginia vivian "
        "wendy whitney yolanda yvonne zoe"
    ).split()
)
FIRST_NAMES = _HIS | _HER
"""In small letters; that a run of capitals is a person."""


def pronoun_of(name: str) -> Literal["he", "she"] | None:
    """What speaks of a person with this full name; None where the first name does not tell."""
    first = name.split(" ", 1)[0].lower()
    if (first in _HER) == (first in _HIS):
        return None
    return "she" if first in _HER else "he"
