"""What stands around the text of a mail: quoted replies, the headers of a forwarded mail, signatures and footers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.ingest.encoding import one_line
from rag.ingest.web.urls import without_tracking
from rag.text.timex.machine import parse_machine_stamp
from rag.types import When

FORWARDING = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|vs|i|doorst|vb)\s*:", re.IGNORECASE)
"""How the subject of a forwarded mail begins."""
REPLYING = re.compile(r"^(?:(?:fwd?|re|aw|antw|wg|tr|rv|enc|sv|vs|vb|r|i|doorst)\s*:\s*)+", re.IGNORECASE)
"""All such marks at the head of a subject, of replies too."""

_MARK = re.compile(
    r"[ \t>*_]*(?:-{2,} ?(?:(?:forwarded|original) (?:message|mail|e-mail)|(?:weitergeleitete|ursprüngliche|original-?)"
    r" ?nachricht|message (?:transféré|d['’]origine)|mensaje (?:reenviado|original)|messaggio (?:inoltrato|originale)"
    r"|doorgestuurd bericht|oorspronkelijk bericht|mensagem (?:encaminhada|original)|vidarebefordrat meddelande"
    r"|videresend[te]\w* (?:melding|besked|meddelelse)) ?-{2,}"
    r"|begin forwarded message ?:|anfang der weitergeleiteten nachricht ?:|début du message (?:réexpédié|transféré) ?:"
    r"|inicio del mensaje reenviado ?:|inizio messaggio inoltrato ?:|begin doorgestuurd bericht ?:"
    r"|início da mensagem (?:reencaminhada|encaminhada) ?:)[*_]*[ \t]*",
    re.IGNORECASE,
)
_LABELS = {
    "sender": "from|von|de|da|van|från|fra|lähettäjä|od",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat",
    "day": "date|datum|sent|gesendet|envoyé|fecha|enviado(?: el)?|data|inviato|verzonden|skickat|sendt|dato|päiväys",
    "other": "to|an|à|para|a|aan|till|til|cc|kopie|copie|reply-to|antwort an|importance|priorität",
}
_LABEL = re.compile(
    rf"[ \t>*_]*(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _LABELS.items())})"
    r"[*_]* ?:[*_]*[ \t]*(?P<value>.*)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?=.{0,200}(?:\d|@))(?:on|am|le|el|il|op|em|den|dne)\b.{4,200}\b"
    r"(?:wrote|schrieb(?: .{1,80})?|a écrit|escribió|ha scritto|schreef(?: .{1,80})?|escreveu|skrev(?: .{1,80})?) ?:",
    re.IGNORECASE | re.DOTALL,
)
_IN_BROWSER = re.compile(
    r"\b(?:(?:view|read|open|see)\b.{0,40}\b(?:in|on) (?:your|a|the) (?:web ?)?browser|(?:view|read|see"
    r"|open) .{0,40}on the web\b"
    r"|forwarded this (?:e-?mail|newsletter|message)\b|(?:view|read|see) .{0,20}online"
    r"|(?:trouble|problems) (?:viewing|reading)|web ?version|im browser (?:ansehen|öffnen|anzeigen|lesen|betrachten)"
    r"|onlineversion|online-version|(?:version|voir) en ligne|dans (?:votre|le) navigateur|en (?:el|su|tu) navegador"
    r"|nel (?:tuo |vostro )?browser|no (?:seu )?navegador|in (?:je|uw) browser|i (?:din |en )?(?:webbläsare|nettleser)"
    r"|i browseren"
    r"|v(?:e (?:webovém )?)? ?prohlížeči|v(?:o webovom)? prehliadači|w przeglądarce|böngészőben|în browser"
    r"|u pregledniku"
    r"|u pretraživaču|v brskalniku|в браузър\w*|в(?:аш[еі]м)? браузер[еі]|у браузері|στον browser|πρόγραμμα περιήγησης"
    r"|tarayıcı(?:da|nızda)|selaimessa|brauseris|veebilehitsejas|pārlūk(?:programm)?ā|naršyklėje|al (?:teu )?navegador"
    r"|di (?:browser|peramban)|tr(?:ên|ong) trình duyệt)|^open in (?:the )?app\b"
    r"|ブラウザで|브라우저에서|웹에서 ?보기|浏览器中|瀏覽器中|في المتصفح|בדפדפן|در مرورگر|ในเบราว์เซอร์",
    re.IGNORECASE,
)
_TO_END = (
    r"\b(?:odhlásit (?:se )?(?:z |od )?(?:odběr|newsletter)\w*|odhlášení (?:z )?(?:odběru|newsletteru)"
    r"|odhlásiť (?:sa )?(?:z |od )?(?:odber|newsletter)\w*|(?:wypisz się|wypisać się|zrezygnuj|zrezygnować) z\b"
    r"|anuluj subskrypcję|leiratkoz\w+|dezabon\w+|odjav[aeiu]\w* (?:s|sa|z|od|na)? ?(?:newsletter|list|pretplat"
    r"|e-?novi)\w*"
    r"|отписаться|отписка от|отказаться от рассылки|відписатися|отпишете? се|отписване|απεγγραφή|κατάργηση εγγραφής"
    r"|διαγραφή από|abonelikten (?:çık|ayrıl)\w*|listeden çık\w*|lopeta tilaus|tilauksen peru\w+|peru (?:uutiskirje"
    r"|tilaus)"
    r"|loobu(?:da)? (?:uudiskirja|tellimus)\w*|at(?:rakstīties|teikties no (?:jaunumu|vēstkop))\w*"
    r"|atsisakyti (?:prenumeratos|naujienlaiškio)|cancel·lar la subscripció|donar-?(?:te|se|vos) de baixa"
    r"|darse de baixa"
    r"|berhenti berlangganan|(?:hủy|huỷ) đăng ký|ngừng nhận)"
    r"|^(?:odhlásit|odhlásiť|odhlášení|wypisz|zrezygnuj|rezygnacja|odjava|odjavi|отпиши|διαγραφή|loobu|atsisakyti)"
    r"(?: (?:se|sa|się|se od e-pošte|me))?\W*$"
    r"|配信(?:停止|解除)|(?:購読|登録|メルマガ)(?:を)?解除|수신 ?거부|구독 ?(?:취소|해지)|退[订訂]|取消[订訂][阅閱]"
    r"|إلغاء الاشتراك|להסרה מ|הסרה מרשימת|ביטול (?:המינוי|הרישום)|لغو (?:اشتراک|عضویت)|ยกเลิกการ(?:รับ|สมัคร|เป็นสมาชิก)"
)
"""How readers are told to end a newsletter, in further languages."""
_WHY_SENT = (
    r"\b(?:(?:tento|tuto|túto) (?:e-?mail|zprávu|správu|newsletter|informační)\b.{0,40}\b(?:dostal|dostáv|zasíl|obdrž"
    r"|posiel)\w*"
    r"|(?:ten|tę|tego) (?:e-?mail\w*|wiadomość|newsletter)\b.{0,30}\botrzym\w+|otrzym\w+ (?:ten|tę|tego|tą)"
    r" (?:e-?mail|wiadomość|newsletter)\w*|ezt az? (?:e-?mailt|levelet|hírlevelet|üzenetet)"
    r"|(?:ați|ai) primit acest|prim(?:iți|ești) acest|ovaj (?:e-?mail|newsletter) (?:ste )?prim\w+|(?:to"
    r"|ta) (?:e-?pošto|sporočilo) prejem\w+"
    r"|вы (?:получили|получаете) (?:это|эту|данное)|ви отрим(?:али|уєте) ц(?:ей|ього|е)|получавате (?:този|това)"
    r"|λ(?:άβατε|αμβάνετε) αυτό|bu (?:e-?postayı|bülteni|iletiyi) (?:al|.{0,40} için al)\w*|(?:sait|saat"
    r"|vastaanotat) tämän"
    r"|du (?:får|fick) (?:detta|det här|denna|dette)|du (?:modtager|mottar) den?(?:ne|tte)|s(?:aite|aate|ait) selle"
    r"|ga(?:vote|unate) šį|saņ\w+ šo|reps aquest|recebeu este|anda menerima (?:e-?mail|surel|buletin) ini"
    r"|bạn nhận được (?:e-?mail|thư|bản tin) này)\b|このメールは.{0,40}(?:登録|配信|お送り)|[您你]收到(?:此|这|這|本)"
)
"""How a newsletter says why readers have it, in further languages."""
_FOOTER = re.compile(
    r"\b(?:un-?subscribe|abbestellen|abmelden|vom newsletter|désabonner|désinscri\w+|darse de baja|date de baja"
    r"|cancelar (?:la |tu |su )?suscripci[oó]n|disiscriv\w+|annulla(?:re)? l['’]iscrizione"
    r"|cancelar a (?:sua )?(?:inscrição|subscrição)|afmelden|uitschrijven|avregistrera|avprenumerera|avslutt abonnement"
    r"|meld deg av|afmeld|frameld"
    r"|peruuta tilaus)\b"
    r"|\b(?:you(?:['’]re| are)? (?:are )?(?:receiv(?:e|ing|ed)|get(?:ting)?|subscribed)|sie erhalten|vous recevez"
    r"|recibes?|ricevi|você recebe|(?:je|u) ontvangt) (?:diese[nr]?|this|ce(?:tte)?|este|questa|dit|deze|to|because)\b"
    r"|\b(?:manage|update|change|edit) (?:your |my )?(?:e-?mail |newsletter )?(?:preferences|subscriptions?|settings)\b"
    r"|\bcurrently an? (?:free|paid|paying) subscriber\b|^(?:©|\(c\)|copyright ©?) ?(?:19|20)\d\d\b"
    r"|^.{5,100}, [A-Z]{2} \d{5}(?:-\d{4})?$"  # the address that the law of the United States asks for
    r"|\bthis (?:e-?mail|message|newsletter) was (?:sent|intended)\b|\bforward (?:this |it )?(?:e-?mail )?to a friend\b"
    rf"|{_TO_END}|{_WHY_SENT}"
    r"|^(?:sent|gesendet|envoyé|enviado|inviato|verstuurd|skickat|sendt)"
    r" (?:from|von|de(?:puis|sde)?|dal?|do|vanaf|från|fra) (?:my|meine[mr]|mon|mi|il|meu|mijn|min)\b",
    re.IGNORECASE,
)
_THIS_MAIL = (
    r"(?:(?:this|diese[rs]?|ce(?:t|tte)?|est[ea]|quest[oa]|dit|deze|detta|denne|dette|tämä|ta|tato|táto|ezt? az?|bu|это"
    r"|данное|цей|το παρόν|αυτό το|the (?:content|information)s?(?: contained)? (?:of|in) this|der inhalt dieser"
    r"|le contenu de ce(?:t|tte)?|el contenido de este|il contenuto (?:di|della) quest[oa]|o conteúdo dest[ea]"
    r"|de inhoud van (?:dit|deze)|les informations contenues dans ce(?:t|tte)?"
    r"|le informazioni contenute in quest[oa])\s+"
    r"(?:[\w-]+\s+){0,2}?(?:e-?mails?|message|messaggio|mensaje|mensagem|nachricht|mitteilung|courriel|bericht|correo"
    r"|communication|comunicazione|transmission|meddelande\w*|melding\w*|besked\w*|mail\w*|e-?post\w*|viesti"
    r"|sähköposti\w*|wiadomość|zpráva|správa|levél\w*|üzenet\w*|e-?posta|ileti|сообщение|письмо|повідомлення|μήνυμα)"
    r"|e-?post(?:en|meddelandet)|このメール|本メール|本电子邮件|本邮件|此邮件|본 메일|이 메일)"
)
_IN_CONFIDENCE = (
    r"confiden(?:ti[ae]|z|ci)|vertraulich|riservat|vertrouwelijk|konfiden|sekretess|fortrolig|luottamuksel|poufn"
    r"|důvěrn|dôvern"
    r"|bizalmas|gizli|конфиденц|конфіденц|εμπιστευτικ|privileg|intended (?:solely|only|for)|sole use|in error"
    r"|irrtümlich|par erreur|por error|per errore|por engano|機密|保密|기밀|비밀"
)
_DISCLAIMER = re.compile(
    rf"[\s*_>=-]*(?:(?:[^\W\d_]+[ ]){{0,4}}[^\W\d_]+\s*[:.–-]\s*)?{_THIS_MAIL}\b(?=.{{0,600}}?(?:{_IN_CONFIDENCE}))"
    r"|[\s*_>=-]*(?:(?:e-?mail |legal |important )?disclaimer|confidentiality (?:notice|note|statement)"
    r"|vertraulichkeitshinweis|rechtlicher hinweis|haftungsausschluss|avis de confidentialité|avertissement légal"
    r"|aviso (?:legal|de confidencialidad|de confidencialidade)|advertencia legal|avviso (?:legale|di riservatezza)"
    r"|klauzula poufności)\b[\s:*_.-]*"
    r"(?:$|.{0,200}\b(?:e-?mail|message|messaggio|mensaje|mensagem|nachricht|courriel))",
    re.IGNORECASE | re.DOTALL,
)
"""How the words begin that a company's mail server puts under every mail: that it is confidential."""
_MOST_OF_DISCLAIMER = 0.4  # of a mail, that what follows such a line may be
_ROWS_OF_DISCLAIMER = 4  # in which it says what it is
_PRINTING = re.compile(
    r"(?:before printing|bevor sie (?:diese|die) e-?mail|avant d['’]imprimer|antes de imprimir|prima di stampare"
    r"|voordat u (?:deze|dit)|innan du skriver ut|før du (?:skriver|printer))\b|consider the environment",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"\n-- ?\n.*", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"'\[\](){}]+")
_LONGEST_FOOTER = 240  # characters of a line that may be one
_MOST_LINES = 20_000  # of a mail that are searched for what it quotes
_MOST_HEADERS = 40  # lines of the headers that a mail prints
_MOST_FORWARDED = 20  # mails inside of each other, and what only looks like one
_LEAST = 40  # characters of a text; what would leave less is no signature


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside the text of another one."""

    sender: str
    subject: str
    published: When
    text: str


def forwarded_in(text: str, subject: str) -> Forwarded | None:
    """The mail that the text brings from somebody else; of several the innermost. None where it only answers one."""
    lines = text.split("\n")
    found = None
    tried = 0
    for at, line in enumerate(lines):
        marked = _MARK.fullmatch(line) is not None
        if not marked and not _LABEL.fullmatch(line):
            continue
        tried += 1
        if tried > _MOST_FORWARDED * _MOST_HEADERS or (found and tried > _MOST_FORWARDED):
            break
        told, behind = _headers(lines, at + marked)
        if "sender" not in told or not ({"subject", "day"} <= set(told) or (marked and len(told) > 1)):
            continue
        before = one_line(" ".join(lines[:at])) if found is None else ""
        replied = re.match(r"original|ursprüngliche|oorspronkelijk|message d", line.strip("->*_ \t"), re.IGNORECASE)
        if found is None and not FORWARDING.match(subject) and before and (replied or not marked):
            return None  # an answer
        rest = lines[behind:]
        if all(row.startswith(">") for row in rest[:40] if row.strip()):
            rest = [re.sub(r"^>[ ]?", "", row) for row in rest]
        published = parse_machine_stamp(_plain_day(told.get("day", "")))
        found = Forwarded(told["sender"], told.get("subject", ""), published, "\n".join(rest).strip())
    return found if found and found.text else None


def _headers(lines: list[str], at: int) -> tuple[dict[str, str], int]:
    """The headers that are printed from a line on, and the line behind them."""
    told: dict[str, str] = {}
    behind = at
    most = at + _MOST_HEADERS
    while at < min(len(lines), most) and at - behind < 3:
        if label := _LABEL.fullmatch(lines[at]):
            name = next(name for name in _LABELS if label[name])
            told.setdefault(name, one_line(label["value"]).strip("*_ "))
            behind = at + 1
        elif one_line(lines[at].lstrip(" >")):
            break
        at += 1
    return told, behind


def _plain_day(stated: str) -> str:
    """'Tue, Mar 5, 2024 at 10:15 AM' as other stamps are written."""
    bare = re.sub(r"\s+(?:at|um|à|a las|alle|às|om|kl\.?)\s+(?=\d)", " ", re.sub(r"\s*\([^()]*\)$", "", stated))
    return re.sub(r"(?<=\s)(\d\d?)\.(\d\d)(?:\.(\d\d))?(?=\s|$)", r"\1:\2", bare)  # 'at 21.14.00 CEST'


def without_quotes(text: str) -> str:
    """The text without what it quotes of the mails that it answers."""
    lines = text.split("\n")
    for at, line in enumerate(lines[:_MOST_LINES]):
        if _MARK.fullmatch(line) or (
            _LABEL.fullmatch(line) and {"sender", "day", "subject"} <= set(_headers(lines, at)[0])
        ):
            lines = lines[:at]
            break
    kept: list[str] = []
    for at, line in enumerate(lines):
        both = " ".join(lines[at : at + 2])
        if len(line) < 300 and (_WROTE.fullmatch(line.strip()) or (_WROTE.fullmatch(both.strip()) and len(both) < 300)):
            if not any(row.startswith(">") for row in lines[at + 1 : at + 5]):
                break  # in a mail without marks all that follows is quoted
            continue
        if not line.startswith(">") or line.startswith(">From "):
            kept.append(line)
    return "\n".join(kept).strip()


def without_footer(text: str) -> str:
    """The text without a signature, the line that leads to a browser, what tells how to unsubscribe, and that the mail
    is confidential."""
    cut = _SIGNATURE.sub("", text)
    lines = (cut if len(cut.strip()) >= _LEAST else text).split("\n")
    total = sum(map(len, lines)) or 1
    kept: list[str] = []
    read = 0
    for at, line in enumerate(lines):
        short = len(line) <= _LONGEST_FOOTER
        late = total - read <= max(_MOST_OF_DISCLAIMER * total, _LONGEST_FOOTER)
        if late and kept and _DISCLAIMER.match("\n".join(lines[at : at + _ROWS_OF_DISCLAIMER])):
            break
        if short and _FOOTER.search(line) and read > 0.5 * total:
            break
        read += len(line)
        leads = len(line) < 120 and _IN_BROWSER.search(line)
        if not (short and (_FOOTER.search(line) or _PRINTING.search(line) or leads)):
            kept.append(line)
    bare = "\n".join(kept).strip()
    return bare if len(bare) >= min(_LEAST, len(text.strip())) else text.strip()


def without_trackers(text: str) -> str:
    """The text with its addresses as they are without what only tracks."""
    return _ADDRESS.sub(lambda found: without_tracking(found[0]), text)


def is_footer(line: str) -> bool:
    """Whether a line is one of those around a newsletter's stories."""
    return len(line) <= _LONGEST_FOOTER and bool(_FOOTER.search(line) or _IN_BROWSER.search(line))
