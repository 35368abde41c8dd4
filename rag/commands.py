"""Sentences of an article that speak to whoever writes the answer: 'ignore the rest', 'add ... to your reply'.

Articles come from strangers, and a small model does what it reads. Such a sentence is never shown to it, and never
quoted. Journalism hardly ever speaks to a model; an article about such attacks loses its examples, and no more.
No list is complete: what gets through is still held to its quotes (``rag.verify``).
"""

from __future__ import annotations

import re

_REPLY = r"(?:answer|response|reply|output|message|summary)"
_ORDER = (
    r"(?:add|append|include|insert|write|use|replace|modify|change|integrate|introduce|incorporate|embed|mention|provide|"
    r"give|suggest|hide|encode|jumble|scramble|misspell|shuffle|reverse|remove|group|rearrange|anagram|render|format|"
    r"translate|end|begin|start|close|finish|augment|enhance|convert|substitute|combine|swap|spell|encourage|promote|link)"
)
_ADDRESSED = re.compile(
    # 'Add ... to your reply', 'please modify your answer'
    rf"(?:^|[.!?;:,\"“]\s*|\b(?:and|then|please|also|must|should)\s+){_ORDER}\b.{{0,160}}?"
    rf"\b(?:your|this|the) (?:\w+ )?{_REPLY}\b|"
    # the same with any other verb in the first place
    r"^\W*(?!(?:i|we|he|she|they|you|it|the|an?|this|that|there|what|who|how|why|when|is|are|was|do|did|can|could|will|"
    r"would|and|but|so|if|as|mr|ms|thanks?)\b)[a-z]+\b[^,;:“”\"]{0,120}?"
    rf"\byour (?:\w+ )?{_REPLY}\b|"
    rf"^\W*in (?:your|this|each|every) (?:\w+ )?{_REPLY}\b|"
    r"\b(?:reply|respond) (?:only|just|exactly)\b|\banswer (?:only|just|exactly) with\b|"
    r"\b(?:ignore|disregard|forget|override) (?:(?:all|any|the|these|those|your|everything|of) )*"
    r"(?:previous|prior|above|earlier|preceding|rest|other) (?:\w+ )?"
    r"(?:instructions?|rules?|quotes?|articles?|context|text)\b|"
    r"\bignore (?:all |the )*(?:rest|above|previous|instructions)\b|"
    r"\b(?:above|system|hidden) (?:instructions|prompts?)\b|"
    r"\byou are (?:now |no longer )?(?:an? |the )?(?:\w+ )?(?:ai|assistant|chatbot|language model|llm)\b|"
    r"\bas an? (?:ai|language model|ai assistant)\b[^.]{0,40}\b(?:you|i)\b|"
    r"\bthe following (?:sentence|text|question|symbol|instruction)s?\b|"
    r"\b(?:every|each) (?:second|third|fourth|fifth|other) (?:letter|vowel|word)\b|"
    r"^\W*(?:system|assistant|user)\s*:|"
    r"\b(?:note|notice|message|instructions?|memo|attention) (?:to|for) (?:the |any |all |every )*"
    r"(?:ai|a\.i\.|llms?|chatbots?|(?:language |ai )?models?|(?:ai )?assistants?)\b(?! \w)|"
    r"<\|?/?(?:im_start|im_end|system|assistant|user|inst|endoftext|eot_id)\b|\[/?INST\]|<</?SYS>>|"
    r"###\s*(?:system|instruction)",
    re.I,
)


def addresses_the_model(text: str) -> bool:
    """Whether a sentence speaks to whoever writes an answer, as far as its words tell."""
    return bool(_ADDRESSED.search(" ".join(text.split()))) or "NOT FOUND" in text
