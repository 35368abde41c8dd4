"""Sentences of an article that speak to whoever writes the answer: 'ignore the rest', 'add ... to your reply'.

Articles come from strangers, and a small model does what it reads. Such a sentence is never shown to it, and never
quoted. Journalism hardly ever speaks to a model; an article about such attacks loses its examples, and no more.
No list is complete: what gets through is still held to its quotes (``rag.qa.attribution.claims``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.text.sanitize import UNSEEN

_ALIKE = str.maketrans("асеіорхуѕјԁΑΒΕΗΙΚΜΝΟΡΤΧΥАВЕКМНОРСТХ", "aceiopxysjdABEHIKMNOPTXYABEKMHOPCTX")
"""Letters of other scripts that look like Latin ones."""
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

_REPLIES = r"(?:answers?|repl(?:y|ies)|responses?|completions?|summar(?:y|ies)|digests?)"
_SIGNS = re.compile(
    "|".join(
        (
            # what stands between the parts of a prompt
            r"[\"']role[\"']\s*:\s*[\"'](?:system|assistant|user|developer|tool)[\"']",
            r"</(?:quotes?|articles?|context|documents?|instructions?|prompt|user|system)>",
            r"\bend of (?:the )?(?:quotes?|context|articles?|documents?|prompt|input)\b[.:]",
            r"^\W*(?:new|your|real|actual) (?:task|instructions?|orders?|goal)\b\s*[:(]",
            r"^\W*system (?:message|note|prompt|override|update|notice)\b\s*[:(]",
            # orders that end others
            r"\b(?:previous|earlier|prior|former|original|above) (?:orders|instructions|rules|prompts?|guidelines)\b"
            r".{0,40}\b(?:cancell?ed|void|replaced|overridden|revoked|suspended|ignored?|obsolete)\b",
            r"\b(?:ignore|disregard|forget) (?:what|everything|all that|all|anything) (?:\w+ ){0,3}"
            r"(?:above|before|so far|told|stands)\b",
            # how any answer has to be
            rf"\b(?:any|every|each|an ideal|the ideal|a good|a proper|all|the) {_REPLIES} (?:\w+ ){{0,5}}?"
            r"(?:carry|carries|contains?|includes?|must|needs? to|ha(?:s|ve) to|should|shall|requires?|ends?|begins?)\b"
            r".{0,60}\b(?:line|phrase|words?|mark|token|code|text|link|sentence)\b",
            r"\b(?:answers|replies|responses|completions) without\b",
            r"\b(?:chatbots?|ai (?:assistants?|models?|systems?|tools?)|language models?|llms?|automated digests?)\b"
            r"[^.]{0,60}\b(?:quoting|reading|summari[sz]ing|retelling|of this (?:text|article|page|piece))\b",
            r"\b(?:repeat|say) after me\b",
            # in other languages
            r"\b(?:ignorier\w*|vergiss|missachte\w*)\b.{0,40}\b(?:anweisung|vorherige|bisherige|obige)",
            r"\b(?:füge|schreibe?|beende|beginne)\b.{0,80}\b(?:deiner?|ihrer?|eurer?|die|der) antwort\b",
            r"\b(?:deiner?|eurer?) antwort\b|\bantworte\b.{0,20}\b(?:nur|mit|auf)\b",
            r"\b(?:ignorez?|oubliez?)\b.{0,40}\b(?:instructions?|consignes?|précédent|ci-dessus)",
            r"\b(?:votre|ta) réponse\b|\bréponde?[zs]\b.{0,20}\b(?:uniquement|seulement)\b",
            r"\b(?:ignora|ignore|olvida|olvide)\b.{0,40}\b(?:instrucciones|anterior)|\b(?:tu|vuestra) respuesta\b",
            r"\b(?:añade|agrega|incluye|escribe|termina)\b.{0,60}\brespuesta\b",
            r"\b(?:la tua|la vostra) risposta\b|\bignora\b.{0,30}\bistruzioni\b",
            r"忽略.{0,12}(?:指令|指示|内容|以上|之前)|(?:你|您)的?(?:回答|回复|答案)|回答(?:中|里|必须|时|の|は必ず)",
        )
    ),
    re.I,
)


@lru_cache(maxsize=4096)
def addresses_the_model(text: str) -> bool:
    """Whether a sentence speaks to whoever writes an answer, as far as its words tell."""
    seen = " ".join(unicodedata.normalize("NFKC", UNSEEN.sub("", text)).translate(_ALIKE).split())
    return bool(_ADDRESSED.search(seen) or _SIGNS.search(seen)) or "NOT FOUND" in seen
