"""The vocabulary of what stands around articles on a page: menus, share buttons, teasers, credits, sections.

Patterns are matched against a whole line, case-folded and stripped of arrows and closing punctuation; they are
written so that a sentence of an article does not fit them ('Share on Facebook' does, 'Share prices fell' does not).
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Literal

from rag.ingest.segment.walls import bare_line, bars, one_of, told

Role = Literal["boilerplate", "teaser", "next"]


_NEXT = one_of(
    r"(?:up )?next(?: (?:article|story|post|up|in [\w ]{2,20}))?",
    r"(?:read|keep reading|go to|continue to) (?:the )?next(?: (?:article|story))?",
    r"(?:previous|prev) (?:article|story|post)",
    r"(?:next|previous)[/| ]+(?:next|previous)",
    r"(?:nächster|vorheriger) (?:artikel|beitrag)|article suivant|siguiente (?:artículo|noticia)",
    r"prossimo articolo|próximo artigo|下一篇.{0,12}|上一篇.{0,12}|次の記事",
)
_THINGS = r"(?:articles?|stor(?:y|ies)|news|headlines|posts?|coverage|content|topics|links?|videos?|reports?|picks)"
_WHICH = r"(?:recommended|related|similar|suggested|trending|popular|latest|more|other|top|further|sponsored|promoted"
_WHICH += r"|featured|must[- ]read|editor'?s'?|breaking|new|local|world|today's)"
_TEASER = one_of(
    rf"{_WHICH}(?: {_WHICH})* {_THINGS}(?: (?:now|today|this week|for you))?",
    r"recommended(?: for you)?|related|trending(?: now| today)?|the latest|latest|must[- ]reads?",
    rf"most (?:read|popular|viewed|shared|commented|watched)(?: (?:today|now|this week|{_THINGS}))*",
    r"more from .{2,40}|more (?:in|on|about) \S+(?: \S+)?|more (?:like|for) (?:you|this)|for you",
    r"explore more.{0,40}|more on these topics",
    r"(?:more|further) reading|read (?:more|next|also|on)|also read|see also|also (?:in|on) \S+(?: \S+)?",
    r"(?:stories )?you (?:may|might) (?:also )?(?:like|be interested in|have missed|enjoy)",
    r"(?:from )?around the (?:web|network)|from our partners|paid (?:content|posts?)",
    r"don'?t miss(?: (?:it|these|this))?|in case you missed it|editors?'?s? (?:picks?|choice)",
    r"what (?:others are|to) read(?:ing)?(?: next)?|elsewhere(?: on .{2,30})?",
    r"mehr zum thema|lesen sie auch|meistgelesen|das könnte sie auch interessieren|auch interessant",
    r"weitere (?:artikel|nachrichten|meldungen|themen)|ähnliche artikel",
    r"(?:à )?lire aussi|sur le même sujet|articles? (?:liés|similaires|recommandés)|les plus lus",
    r"lo más leído|te puede interesar|noticias relacionadas|leggi anche|articoli correlati",
    r"leia também|mais lidas|lees ook",
    r"相关(?:新闻|阅读|文章|报道)|推荐(?:阅读|文章|新闻)?|热门(?:新闻|文章)?|猜你喜欢|延伸阅读|関連記事",
)
# A headline of another article on the line that calls to it: 'READ MORE: Ferry line to close'
_TEASER_LINE = one_of(
    r"(?:read (?:more|also|next)|also read|see also|related(?: (?:story|article|coverage))?|more(?: on this)?"
    r"|watch(?: now| live)?|listen(?: now)?|recommended|don'?t miss|lesen sie auch|mehr dazu|(?:à )?lire aussi"
    r"|lea también|leggi anche|相关阅读|延伸阅读)\s*(?:[:：|»>]|[-–—]{1,2}\s)\s*\S.*"
)
_BOILERPLATE = one_of(
    r"skip (?:to|navigation)\b.{0,60}|jump to\b.{0,40}",
    r"(?:share|follow|find|like|join) us\b.{0,60}|share (?:this|on|via|to|with|it)\b.{0,60}",
    r"(?:advertisement|anzeige|werbung)(?: continue\w*\b.{0,40})?|advertise with us.{0,20}",
    r"(?:story|article|content) continues (?:below|after).{0,40}|(?:scroll|swipe) (?:down|to|for)\b.{0,50}",
    # calls to sign up, pay, install
    r"sign[- ]?(?:up|in)\b.{0,200}|log[- ]?in (?:to|or|for)\b.{0,100}|subscribe\b.{0,160}",
    r"register (?:now|for|to(?! vote)|here|free)\b.{0,100}",
    r"(?:get|receive) (?:the|our|all|breaking|daily|more)\b.{0,80}"
    r"\b(?:newsletter|inbox|alerts?|e-?mails?|app|notifications)\b.{0,80}",
    r"(?:download|get) (?:the|our) .{0,30}\bapp\b.{0,60}|(?:enter|confirm|verify) your e-?mail.{0,80}",
    r"by (?:signing|subscribing|clicking|submitting|registering|continuing|using)\b.{0,120}"
    r"\b(?:you (?:agree|accept|consent)|our terms|privacy policy)\b.{0,160}",
    r"(?:support|donate to) (?:our|the|independent|quality|free|local)\b.{0,40}\b(?:journalism|newsroom)\b.{0,60}",
    r"become a (?:member|subscriber|supporter)\b.{0,60}|start your (?:free )?(?:trial|subscription)\b.{0,60}",
    r"(?:have|got|do you have) (?:a|any) (?:news )?(?:tip|story|comment|question)s?\b.{0,120}",
    r"(?:our|the|a) (?:daily|weekly|free|morning|evening) newsletter\b.{0,60}",
    r"you have (?:\d+|one|two|three|reached|read) .{0,30}\bfree (?:articles?|stories)\b.{0,100}",
    # cookies, law
    r"(?:this|our) (?:web)?site (?:uses|stores) .{0,30}cookies.{0,300}|we use cookies.{0,300}",
    r"we and our (?:\d+ )?(?:trusted )?partners (?:use|store|process)\b.{0,300}",
    r"we value your privacy.{0,200}|cookies? (?:policy|settings|preferences|notice|consent).{0,60}",
    r"(?:accept|manage|reject) (?:all )?(?:cookies|preferences).{0,60}",
    r"(?:copyright|©|\(c\)|c\))\s*(?:©|\(c\))?\s*\d{4}\b.{0,200}|(?:copyright )?© .{0,160}",
    r"c\) .{2,60}\b(?:ltd|inc|gmbh|llc|plc|publish(?:ing|ers)|media)\b.{0,120}",
    r"\d{4} .{2,60}\ball rights reserved\b.{0,120}|.{0,60}\ball rights reserved",
    r"alle rechte vorbehalten.{0,60}|tous droits réservés.{0,60}|.{0,30}版权所有.{0,60}",
    r"(?:this material|no part of this) .{0,60}may (?:not )?be"
    r" (?:published|reproduced|broadcast|rewritten|redistributed).{0,160}",
    r"terms (?:of|and|&) (?:use|service|conditions)\b.{0,60}|privacy (?:policy|notice|statement).{0,60}",
    r"powered by .{2,40}|(?:please )?enable javascript.{0,80}|javascript is (?:disabled|required).{0,80}",
    r"your browser does not .{0,80}",
    # buttons, counters, labels
    r"(?:click|tap) (?:here|to|on|for)\b.{0,120}",
    r"(?:view|see|read|show|load|leave|add|post|hide) (?:all |the |a |your |full |more |\d+ )*"
    r"(?:comments?|replies|gallery|photos?|images?|slideshow|article|story|more|less|transcript|bio)",
    r"\d[\d,.]*k? (?:comments?|shares?|views?|likes?|reactions?|replies)|comments? ?\(?\d*\)?",
    r"\d+\s*[- ]?min(?:ute)?s? (?:read|listen|watch)|(?:reading|read) time\b.{0,30}",
    r"(?:listen|watch)(?: to)? (?:this|now|live)\b.{0,40}|(?:image|photo|picture|video) \d+ (?:of|/) \d+",
    r"\d+ (?:of|/) \d+|page \d+(?: of \d+)?|(?:hide|show|toggle) (?:caption|image|menu).{0,20}",
    r"(?:tags?|topics?|keywords?|filed under|in this (?:article|story)|themen|schlagwörter|标签|关键词)"
    r"(?:\s*[:：].{0,200})?|mentioned in this article.{0,100}",
    r"(?:report|suggest) an? (?:typo|error|correction|mistake).{0,40}|why you can trust .{0,60}",
    r"about the authors?|meet the (?:author|team)|enlarge(?: image)?|expand(?: image)?",
    r"file photo|getty images|.{0,20}via getty images|image (?:source|caption|credit).{0,60}|photo credit.{0,60}",
    r"caption|.{0,10}feature(?:d)? image",
    r"(?:breaking|live|exclusive|developing|just in|(?:last )?updated?|published|posted)",
    r"(?:watch|video|photos|gallery|premium|free)",
    r"(?:breaking|live|developing) news|live updates?|ends?|more to follow|end of (?:article|story|document)",
    r"(?:nach oben|zum seitenanfang|zur startseite|jetzt abonnieren|newsletter|mehr anzeigen)",
    r"责任编辑.{0,30}|[（(]?编辑[:：].{0,20}|扫一扫.{0,30}|点击.{0,12}",
)
_NETWORK = (
    r"(?:x|twitter|facebook|instagram|whatsapp|threads|bluesky|mastodon|telegram|tiktok|linkedin|youtube"
    r"|google news|signal"
    r"|facebooku|instagramu|facebookissa)"
)
_HEADLINE = r"(?:\s*[:：|»>–-]\s*.{0,160})?"
# What outlets put between the paragraphs of an article: to read on, to sign up, to share, to follow, to install.
_SERVICE = one_of(
    rf"follow [\w .&'-]{{2,40}} on {_NETWORK}(?:,? (?:and|or|&|for|to (?:get|stay))\b.{{0,60}}|, .{{0,60}}|)",
    r"(?:you can )?(?:also )?follow us\b.{0,80}",
    r"join (?:the conversation|our .{0,40}\b(?:channel|group|community|newsletter))\b.{0,60}|donate (?:today|now|here)",
    r"don't miss our\b.{0,40}|comments are (?:closed|turned off|disabled).{0,40}",
    r"(?:this|the) (?:article|story|piece) (?:was |has been )?(?:first|originally) (?:published|appeared)\b.{0,80}",
    r"stay (?:informed|up to date|in the know|in touch)\b.{0,60}\b(?:newsletters?|app|alerts?|inbox|channel)\b.{0,40}",
    r"(?:enjoy(?:ing|ed)?|like|liked) (?:this|our) (?:story|article|work|reporting)\?.{0,80}|print this page",
    r"(?:article|story) printed from .{0,100}|url to (?:article|story)\b.{0,250}|click here to print.{0,20}",
    # to say what is wrong, in several
    r"(?:zie je|heb je|ziet u)\b.{0,20}\b(?:\w*fout|vergissing)\b.{0,120}|(?:haben sie "
    r"|hast du )?(?:einen )?fehler (?:gefunden"
    r"|entdeckt|gesehen)\b.{0,120}|(?:spotted|found|see|noticed) (?:an? |any )?(?:\w+ )?(?:error|typo|mistake"
    r"|inaccuracy)s?\b.{0,120}",
    r"(?:vous avez (?:vu|repéré|trouvé|remarqué) )?une (?:faute|erreur|coquille)\b.{0,20}\?.{0,120}"
    r"|signaler une erreur.{0,60}",
    r"¿?(?:has|ha|han) (?:visto|encontrado|detectado|notado)\b.{0,10}\b(?:error|errata|fallo)\b.{0,120}"
    r"|(?:hai (?:trovato|notato)|segnala) un (?:errore|refuso)\b.{0,120}|(?:encontrou|viu|notou|achou) (?:um"
    r"|algum) erro\b.{0,120}",
    r"(?:har du |hittade du |fandt du )?(?:sett|set|fundet|hittat|funnet|oppdaget) (?:en|et|ett"
    r"|noen) fe[il]l?\b.{0,120}"
    r"|(?:huomasitko|löysitkö) virheen\b.{0,120}|(?:zauważyłeś|widzisz|znalazłeś) błąd\b.{0,120}"
    r"|našli jste chybu\b.{0,120}",
    r"(?:abonnieren|folgen) (?:sie )?(?:unser\w*|den|dem) .{0,40}\b(?:kanal|whatsapp\w*|telegram\w*|podcast)\b.{0,80}",
    r"(?:volg|abonneer)\b.{0,30}\bkanaal\b.{0,60}|(?:följ|følg|prenumerera)\b.{0,30}\bkanal(?:en)?\b.{0,60}",
    r".{0,24}ニュースレター.{0,60}(?:登録|届き|購読).{0,24}|.{0,20}뉴스레터.{0,40}(?:구독|신청).{0,20}",
    # German
    rf"(?:jetzt )?(?:mehr|weiter) ?lesen|lesen sie (?:auch|mehr|weiter|hier|dazu)\b.{{0,30}}{_HEADLINE}"
    rf"|(?:auch interessant|mehr (?:dazu|zum thema)|zum thema){_HEADLINE}",
    r"(?:(?:abonnieren|bestellen|erhalten|holen) sie|melden sie sich)\b.{0,40}\bnewsletter\b.{0,60}",
    r"(?:jetzt|hier) (?:(?:für|zum|unser\w*|den|kostenlos\w*|gratis) ){1,3}newsletter\b.{0,40}|zum newsletter",
    r"(?:diesen |den )?(?:artikel|beitrag) (?:teilen|anhören|drucken|merken|hören|kommentieren)"
    r"|diskutieren sie mit.{0,40}",
    rf"teilen sie (?:diesen|den) (?:artikel|beitrag).{{0,30}}|folgen? (?:sie )?(?:uns\b.{{0,60}}"
    rf"|.{{2,30}} auf {_NETWORK}.{{0,30}})",
    r"hier geht es zu[rm]? (?:app|newsletter|übersicht|anmeldung|liveticker|bildergalerie|video|podcast)\b.{0,40}",
    r"laden sie .{0,30}\bapp\b.{0,40}",
    # French
    rf"lire (?:la suite|aussi|également|plus){_HEADLINE}|à lire (?:aussi|également){_HEADLINE}",
    r"(?:abonnez|inscrivez)-vous\b.{0,40}\b(?:newsletter|lettre|infolettre|chaîne)\b.{0,60}"
    r"|partage[rz] (?:cet |l')article.{0,30}",
    r"recevez\b.{0,50}\b(?:newsletter|lettre|infolettre|alertes)\b.{0,60}|(?:la suite )?après (?:cette"
    r"|la) publicité|publicité",
    rf"suivez(?:-nous\b.{{0,60}}| .{{2,30}} sur {_NETWORK}.{{0,30}})"
    rf"|téléchargez .{{0,30}}\bappli?(?:cation)?\b.{{0,40}}",
    r"écoute[rz] (?:cet |l')article.{0,20}",
    # Spanish and Portuguese
    rf"leer más|le[ea] (?:también|además|más){_HEADLINE}|s(?:igue|iga|eguir) leyendo|te puede interesar{_HEADLINE}",
    r"suscr[ií]b(?:[ea](?:te|se)|irse|irme)\b.{0,40}\b(?:newsletters?|bolet[ií]n(?:es)?|canal)\b.{0,60}|publicidade?",
    r"rec[ií]b[ea]\b.{0,40}\b(?:newsletters?|bolet[ií]n(?:es)?)\b.{0,60}|s[ií]g[ua]e?(?:nos|-nos)\b.{0,60}",
    r"(?:com)?part(?:e|a|ir|ilhe|ilhar) (?:est[ea]|el|la|o|a) (?:artículo|noticia|nota|artigo|notícia|matéria).{0,30}",
    r"compartilh(?:e|ar) (?:est[ea]|o|a) (?:artigo|notícia|matéria).{0,30}|únete a .{0,60}",
    r"(?:descarg(?:a|ue)|baixe|descarregue) .{0,30}\b(?:app|aplicación|aplicativo|aplicação)\b.{0,40}",
    rf"leia (?:também|mais|ainda){_HEADLINE}|(?:a matéria )?continua (?:após|depois d)\w* (?:a )?publicidade",
    r"(?:assine|subscreva|receba|inscreva-se)\b.{0,40}\b(?:newsletter|boletim|canal)\b.{0,60}",
    # Italian
    rf"leggi (?:anche|di più|tutto){_HEADLINE}|continua a leggere.{{0,60}}|pubblicità|seguici\b.{{0,60}}",
    r"(?:iscriviti|ricevi|abbonati)\b.{0,40}\b(?:newsletter|canale)\b.{0,60}|condividi (?:questo |l'"
    r"|questa )(?:articolo|notizia)",
    r"scarica .{0,30}\bapp\b.{0,40}",
    # Dutch and the Nordic languages
    rf"lees (?:ook|meer|verder|hier){_HEADLINE}|(?:schrijf|meld|abonneer"
    rf"|ontvang)\b.{{0,40}}\bnieuwsbrief\b.{{0,40}}|advertentie",
    r"deel (?:dit|het) (?:artikel|bericht|verhaal).{0,30}|volg ons\b.{0,60}|download onze .{0,20}\bapp\b.{0,40}",
    rf"l(?:ä|æ|e)s (?:också|även|også|mere?|videre|hela artikeln){_HEADLINE}|annon(?:s|ce|se)"
    rf"|f[öø]l[jg] oss?\b.{{0,60}}",
    r"(?:prenumerera|anmäl dig|tilmeld dig|meld deg|få|skriv dig op|abonner)\b.{0,40}\bnyhe[dt]sbrev\w*.{0,40}",
    r"dela? (?:artikeln|artiklen|artikkelen|saken|nyheten)|(?:ladda ne[rd]|hent|last ned) .{0,20}\bapp\w*.{0,30}",
    rf"lue (?:myös|lisää){_HEADLINE}|tilaa\b.{{0,30}}\buutiskir\w+.{{0,30}}|jaa (?:artikkeli|juttu)"
    rf"|seuraa meitä\b.{{0,60}}|mainos",
    # Polish, Czech, Russian, Romanian, Hungarian, Greek, Turkish
    rf"(?:prze)?czytaj (?:też|także|również|więcej|dalej){_HEADLINE}"
    rf"|zapisz się\b.{{0,40}}\bnewsletter\w*.{{0,30}}|reklama",
    r"udostępnij(?: .{0,30})?|(?:obserwuj|śledź) nas\b.{0,60}|pobierz .{0,20}\baplikacj\w+.{0,30}",
    rf"(?:pře)?čtěte (?:si )?(?:také|též|více){_HEADLINE}|více zde|přihlaste se\b.{{0,40}}\bnewsletter\w*.{{0,30}}",
    r"sdíl(?:ejte|et) (?:tento )?článek.{0,20}|sledujte nás\b.{0,60}",
    rf"читайте также{_HEADLINE}|подп(?:ишитесь|исывайтесь) на (?:нас|наш\w*)\b.{{0,60}}|поделиться.{{0,30}}|реклама",
    rf"cite(?:ș|s)te (?:și|mai mult){_HEADLINE}|abonează-te\b.{{0,60}}|urmăre(?:ș|s)te-ne\b.{{0,60}}|publicitate",
    rf"olvassa? el (?:ezt is|még){_HEADLINE}|iratkozz\w* fel\b.{{0,60}}|kövess\w* minket\b.{{0,60}}|hirdetés",
    rf"διαβάστε (?:επίσης|ακόμα|περισσότερα){_HEADLINE}|ακολουθήστε μας\b.{{0,60}}|διαφήμιση",
    rf"ayrıca okuyun{_HEADLINE}|bizi takip edin\b.{{0,60}}|bültenimize abone olun.{{0,30}}|reklam",
)
_LONGEST_SERVICE = 250  # characters of such a line
# A short line made of these words alone is a menu, a row of buttons or a counter.
_BUTTONS = frozenset(
    """skip to content main navigation jump menu search home facebook twitter x tweet instagram youtube tiktok
    whatsapp telegram linkedin pinterest reddit email e-mail mail print copy link url share shares save bookmark
    comment comments like likes follow us on this article story page post feature featured image photo picture
    gallery video audio log login logout sign in up out register subscribe subscription account my profile
    newsletter newsletters close open cookie cookies settings accept all reject privacy policy terms of use service
    conditions contact about help faq advertise advertisement advertising ad ads sponsored promoted loading back top
    toggle font size a+ a- aa text resize listen play pause mute unmute fullscreen live breaking exclusive download
    app e-paper epaper edition switch language english rss feed feeds sitemap careers jobs classifieds read more show
    restack restacks repost reposts reblog upvote reply forward recommend
    less see view full via and or the & load continue reading
    teilen drucken merken kommentare kommentar anmelden abonnieren abo startseite menü suche anzeige werbung
    impressum datenschutz kontakt partager imprimer envoyer commenter accueil rechercher publicité compartir
    imprimir inicio buscar publicidad condividi stampa cerca pubblicità
    vorlesen abspielen pdf sichern enregistrer écouter guardar escuchar comentar comentarios compartilhar partilhar
    salvar guardar ouvir salva ascolta commenta commenti delen afdrukken bewaren reacties reageer luister dela spara
    lyssna kommentarer skriva del gem udskriv lyt lytt lagre jaa tulosta tallenna kuuntele udostępnij drukuj zapisz
    posłuchaj skomentuj komentarze sdílet vytisknout uložit diskuse zdieľať megosztás nyomtatás поделиться печать
    распечатать сохранить слушать комментарии комментировать подписаться поширити друк paylaş yazdır kaydet dinle
    yorum κοινοποίηση εκτύπωση σχόλια bagikan cetak simpan
    分享 打印 收藏 评论 首页 登录 注册 搜索 微信 微博 广告 责任编辑 列印 留言 轉發 儲存 字號
    シェア ツイート ポスト 印刷 保存 コメント ブックマーク はてな いいね 送る 공유 인쇄 스크랩 댓글 구독 저장""".split()
)
_PHOTO = one_of(
    r"\b(?:photo(?:graph)?s?|image|picture|illustration|graphic|foto|bild)\s*(?:[:：]|by\b|credits?\b|courtesy\b)",
    r"\b(?:getty|shutterstock|istock|unsplash|alamy|epa-efe|afp/|ap photo|file photo|picture alliance)\b",
    r"^(?:file|file photo|archivbild|图片|图为|资料图)\s*[-–—:：]",
    r"[（(](?:(?:file )?(?:photo|image)|credit|bild|foto|图|摄)[^()]{0,60}[)）]\s*\.?$",
    r"[（(][A-Z][\w .&'’-]{1,40}/[A-Z][\w .'’-]{1,40}[)）]\s*$",
    r"^(?:photo|image|picture|foto|bild|credit)\s*(?:credit|source|caption)?\s*[:：|]",
)
_SECTIONS = frozenset(
    " ".join(name.split())
    for name in """world|international|national|nation|local|regional|politics|political|business|economy|economics
    |finance|markets|money|companies|industry|energy|sport|sports|football|soccer|cricket|rugby|tennis|golf|basketball
    |baseball|formula 1|olympics|technology|tech|science|science & environment|environment|climate|weather|health
    |medicine|education|culture|arts|art|entertainment|entertainment & arts|arts & culture|books|film|movies|music|tv
    |television|theatre|theater|lifestyle|life|style|fashion|food|travel|transport|transportation|property|real estate
    |housing|motoring|cars|autos|opinion|opinions|comment|commentary|editorial|editorials|analysis|features|feature
    |long reads|investigations|interview|interviews|obituaries|letters|columnists|blogs|explainers|explainer
    |fact check|news|world news|local news|business news|us news|uk news|crime|courts|law|justice|security|defence
    |defense|military|diplomacy|war|elections|government|parliament|society|religion|people|community|family|women
    |youth|labor|labour|immigration|migration|africa|asia|asia pacific|asia-pacific|europe|america|americas
    |latin america|north america|middle east|mideast|oceania|australia|china|hong kong|taiwan|japan|korea|india
    |pakistan|russia|ukraine|israel|iran|iraq|syria|turkey|germany|france|spain|italy|uk|u.k|britain|england|scotland
    |wales|ireland|u.s|us|usa|united states|canada|mexico|brazil|south africa|nigeria|kenya|singapore|global|mainland
    |city|metro|county|state|region|coast|port|harbour|harbor|agriculture|farming|fisheries|shipping|aviation|space
    |innovation|startups|retail|banking|trade|jobs|work|careers|wildlife|nature|history|media|infrastructure
    |welt|politik|wirtschaft|inland|ausland|kultur|wissen|wissenschaft|gesellschaft|panorama|lokales|regionales
    |meinung|feuilleton|finanzen|gesundheit|technik|digital|reise|umwelt|verkehr|monde|économie|politique|société
    |sciences|santé|mundo|política|economía|deportes|cultura|sociedad|ciencia|salud|tecnología|mondo|economia|cronaca
    |scienza|esteri|interni|国际|國際|国内|中国|財經|财经|经济|經濟|社会|社會|体育|體育|科技|文化|娱乐|娛樂|政治|军事
    |健康|教育|时政|本地|港澳|台湾|世界|要闻|评论|观点|生活""".split("|")
)
_FIELDS = {
    "title": "title headline titel titre título titolo tytuł nadpis titulek otsikko overskrift başlık cím naslov "
    "заголовок العنوان 标题 標題 タイトル 제목",
    "source": "source outlet publisher publication newspaper quelle fuente site fonte bron źródło källa kilde "
    "lähde zdroj forrás kaynak sursa sursă izvor vir allikas avots šaltinis font iturria источник "
    "джерело източник извор πηγή المصدر مصدر מקור منبع स्रोत ที่มา sumber nguồn 来源 來源 出典 출처",
    "section": "section category desk ressort rubrik rubrique sección seção sezione sectie dział kategoria "
    "kategorie kategória kategori osasto rovat рубрика раздел القسم 栏目 카테고리",
    "url": "url link original permalink canonical adres adresse enlace lien länk lenke linkki odkaz ссылка "
    "الرابط 链接 링크",
    "authors": "author authors byline autor auteur autora autorin autore autorka författare forfatter kirjoittaja "
    "szerző yazar автор συντάκτης الكاتب 作者 著者 기자",
    "text": "body text content article",
}
_META_NAMES = {name: field for field, names in _FIELDS.items() for name in names.split()}
_META = re.compile(rf"(?P<name>{'|'.join(_META_NAMES)})\s*[:：]\s*(?P<value>.*)", re.IGNORECASE)
_PROVIDED = re.compile(
    r"(?:news|press release|release) (?:provided|issued|distributed) by|nouvelles fournies par"
    r"|noticias proporcionadas por"
    r"|(?:bereitgestellt|herausgegeben) von|comunicato (?:diffuso|fornito) da|nieuws aangeboden door",
    re.IGNORECASE,
)
"""The label of who issued a press release."""
_END = re.compile(
    r"\W{0,6}(?:#\s?#\s?#|e\s?n\s?d\s?s?|fin|ende?|-\s?30\s?-|slut|koniec|fine|fim)\W{0,6}", re.IGNORECASE
)
"""The line under which a press release is over."""
_CONTACTS = re.compile(
    r"(?:(?:media|press|news|editorial|company|corporate|investor) )?(?:contacts?|enquiries|inquiries|relations)"
    r"(?: (?:for|details|information|person)\b.{0,40})?|(?:for )?(?:more|further|additional) information\b.{0,60}"
    r"|notes? (?:to|for) (?:the )?editors?|about .{2,60}|(?:presse|medien)-?(?:kontakt|stelle|anfragen)"
    r"|ansprechpartner(?:in)?|rückfragen.{0,40}|über .{2,60}|contacts? (?:presse|médias?)|à propos d.{2,60}"
    r"|contacto (?:de |para )?(?:prensa|medios)|acerca de .{2,60}|(?:ufficio|contatti) stampa|contatti"
    r"|contatos?(?: .{2,20})?|perscontact|noot voor de redactie|kontakt (?:dla mediów|prasowy)|pressk?ontakt"
    r"|mediekontakt|контакт\w*.{0,30}",
    re.IGNORECASE,
)
_REACHED_AT = re.compile(r"\S+@\S+\.\w{2,}|(?:\+|\b0|\()\d[\d\s()/.-]{6,}\d|https?://|www\.")
_CONTACT_LINES = 6  # under the label, in one of which it says how to reach somebody
_ABOVE = 14  # lines at the top of a release, among which its contacts may be
_SHORT_LINE = 14  # words
_SHARE_OF_CONTACTS = 0.45  # of a text, that its contacts may be at most


def without_contacts(text: str, *, above: bool = True) -> str:
    """The text of a press release without what follows its end: whom to call, notes to editors, about the company;
    without whom to call ``above`` its headline, too."""
    rows = text.split("\n")
    if above and len(rows) > len(kept := _without_contacts_above(rows)):
        rows, text = kept, "\n".join(kept)
    lines = [row.strip() for row in rows]
    filled = [n for n, line in enumerate(lines) if line]
    rests = [*accumulate(len(lines[n]) for n in reversed(filled))][::-1]  # characters from each of these lines on
    for k, n in enumerate(filled):
        if len(lines[n]) > 80 or rests[k] > _SHARE_OF_CONTACTS * len(text) + 80:
            continue
        over = _END.fullmatch(lines[n]) is not None
        below = [lines[m] for m in filled[k + over : k + over + 1 + _CONTACT_LINES]]
        if not below or not _CONTACTS.fullmatch(below[0].split(":")[0].strip(" -–—")):
            continue
        reached = any(map(_REACHED_AT.search, below)) and len(below[0]) <= 80
        if (over or (reached and below[0].endswith(":"))) and rests[k + over] <= _SHARE_OF_CONTACTS * len(text):
            return "\n".join(rows[:n]).rstrip()
    return text


def _without_contacts_above(rows: list[str]) -> list[str]:
    """The lines without the first paragraph of contacts among those that are above all sentences."""
    for n, row in enumerate(rows[:_ABOVE]):
        if len(row.split()) > _SHORT_LINE:
            return rows
        if _CONTACTS.fullmatch(row.split(":")[0].strip(" -–—")) and (n == 0 or not rows[n - 1].strip()):
            end = next((m for m in range(n + 1, len(rows)) if not rows[m].strip()), len(rows))
            below = rows[n:end]
            if len(below) <= _CONTACT_LINES + 1 and any(map(_REACHED_AT.search, below)) and max(map(len, below)) <= 80:
                return [*rows[:n], *rows[end:]]
    return rows


_HOME = ("home", "start", "startseite", "accueil", "inicio", "首页", "homepage")


def role(line: str, words: int) -> Role | None:
    """What the line is if it belongs to the page rather than to an article."""
    bare = bare_line(line)
    if not bare or words > 60:
        return None
    if words <= 8 and _NEXT.fullmatch(bare):
        return "next"
    if words <= 9 and _TEASER.fullmatch(bare):
        return "teaser"
    parts = [p for p in re.split(r"\s*[|·•∙]\s*", line) if p]
    tokens = [t for t in re.split(r"[\s|·•∙/,>»]+", bare) if t]
    named = [t for t in tokens if not t.isdigit()]
    by_nobody = not told(line)
    surrounds = (
        (by_nobody and (_BOILERPLATE.fullmatch(bare) or bars(line, bare)))
        or (by_nobody and len(bare) <= _LONGEST_SERVICE and _SERVICE.fullmatch(bare))
        or (words <= 30 and by_nobody and _TEASER_LINE.fullmatch(line.strip()))
        or (words <= 8 and re.search(r"\w\s*(?:—|–|--)$", line))  # 'Irpin, Ukraine CNN —', a dateline alone
        or (len(parts) >= 2 and all(len(p.split()) <= 8 and role(p, len(p.split())) for p in parts))
        or (named and len(tokens) <= 14 and all(t.strip(":.()") in _BUTTONS for t in named))
        or re.fullmatch(r"(?:https?://|www\.)\S+|@\w+", bare)
        or menu(line)
        # 'Contact the reporter at jroe@example.org'
        or (words <= 12 and re.search(r"(?<!\S)[\w.+-]+@[\w-]+(?:\.[\w-]+)+[.)]?$", line))
    )
    return "boilerplate" if surrounds else None


def menu(line: str) -> tuple[str, ...]:
    """The items of a row of section names ('Home | News | Island Life', 'News Sport Business'), else nothing."""
    known = _SECTIONS | _BUTTONS
    parts = tuple(p.strip() for p in re.split(r"\s*[|·•/]\s*|\s{3,}|\t", line) if p.strip())
    named = sum(p.casefold() in known for p in parts)
    if len(parts) >= 3 and all(len(p.split()) <= 4 for p in parts) and named >= 0.4 * len(parts):
        return parts
    words = tuple(line.split())
    titled = all(w[0].isupper() or not w[0].isalpha() for w in words)
    if len(words) >= 4 and titled and all(w.casefold() in known for w in words):
        return words if words[0].casefold() in (*_HOME, "menu", "news", "world", "top") else ()
    return ()


def caption(line: str, words: int) -> bool:
    """A picture's caption or credit: it names a photo, an agency's archive or a photographer."""
    return words <= 40 and bool(_PHOTO.search(line))


def section(line: str) -> bool:
    """Whether the line is the common name of a section."""
    bare = line.casefold().strip(" .:|/>#")
    return bare in _SECTIONS or (bare.endswith(" news") and bare[:-5] in _SECTIONS)


def provides(line: str) -> bool:
    """Whether a line is the label of who issued a press release: 'NEWS PROVIDED BY'."""
    return len(line) <= 40 and bool(_PROVIDED.fullmatch(line.strip(" :：")))


def meta(line: str) -> tuple[str, str] | None:
    """(field, value) of a line such as 'Source: Northway Wire' or a breadcrumb 'Home > World > Europe'."""
    if (issued := _PROVIDED.match(line)) and 2 <= len(issuer := line[issued.end() :].strip(" :：")) <= 80:
        return "source", issuer
    match = _META.fullmatch(line)
    if match and len(line) <= 250:
        name, value = _META_NAMES[match["name"].casefold()], match["value"].strip()
        if name == "text":
            return None if value else (name, value)
        short = len(value.split()) <= (40 if name == "title" else 8)
        sentence = name != "title" and value.endswith((".", "?", "!"))
        return (name, value) if value and short and not sentence else None
    parts = [p.strip() for p in re.split(r"[>›»]", line[:250])]
    if len(line) <= 200 and len(parts) >= 2 and "|" not in line and all(len(p) <= 40 for p in parts[:-1]):
        parts[0] = re.sub(r"you are here:?\s*", "", parts[0], flags=re.IGNORECASE)
        if parts[0].casefold() in _HOME or section(parts[0]):
            names = [p for p in parts if p and p.casefold() not in _HOME and len(p.split()) <= 3]
            return ("section", names[0]) if names else None
    return None
