"""One short report in many languages, by the codes that newspapers declare; each of three sentences or so."""

from __future__ import annotations

CLOSED_BRIDGE = {
    "ar": (
        "أعلن مجلس المدينة يوم الاثنين أن الجسر القديم سيظل مغلقا حتى مارس. تبدأ أعمال الترميم الأسبوع "
        "المقبل وتستمر نحو أربعة أشهر. وطلبت رئيسة البلدية من السكان التحلي بالصبر."
    ),
    "bg": (
        "Общинският съвет съобщи в понеделник, че старият мост ще остане затворен до март. Ремонтът започва "
        "следващата седмица и ще продължи около четири месеца. Кметицата помоли жителите за търпение."
    ),
    "bn": (
        "নগর পরিষদ সোমবার জানিয়েছে যে পুরনো সেতুটি মার্চ পর্যন্ত বন্ধ থাকবে। মেরামতের কাজ আগামী সপ্তাহে শুরু হবে এবং প্রায় চার মাস চলবে।"
    ),
    "cs": (
        "Městská rada v pondělí oznámila, že starý most zůstane uzavřen až do března. Opravy začnou příští "
        "týden a potrvají asi čtyři měsíce. Starostka požádala obyvatele o trpělivost."
    ),
    "da": (
        "Byrådet meddelte mandag, at den gamle bro forbliver lukket indtil marts. Reparationen begynder i "
        "næste uge og varer omkring fire måneder. Borgmesteren bad beboerne om tålmodighed."
    ),
    "de": (
        "Der Stadtrat hat am Montag mitgeteilt, dass die alte Brücke bis März gesperrt bleibt. Die Arbeiten "
        "beginnen in der nächsten Woche und dauern etwa vier Monate. Die Bürgermeisterin hat die Anwohner um "
        "Geduld gebeten."
    ),
    "en": (
        "The town council said on Monday that the old bridge will stay closed until March. The repairs begin "
        "next week and will take about four months. The mayor asked the people who live there for patience."
    ),
    "es": (
        "El ayuntamiento anunció el lunes que el puente viejo seguirá cerrado hasta marzo. Las obras "
        "empiezan la próxima semana y durarán unos cuatro meses. La alcaldesa pidió paciencia a los vecinos."
    ),
    "fa": (
        "شورای شهر روز دوشنبه اعلام کرد که پل قدیمی تا ماه مارس بسته خواهد ماند. تعمیرات هفته آینده آغاز "
        "می‌شود و حدود چهار ماه طول می‌کشد. شهردار از ساکنان خواست که صبور باشند."
    ),
    "fr": (
        "Le conseil municipal a annoncé lundi que le vieux pont restera fermé jusqu'en mars. Les travaux "
        "commencent la semaine prochaine et dureront environ quatre mois. La maire a demandé de la patience "
        "aux habitants."
    ),
    "gl": (
        "O concello anunciou o luns que a vella ponte permanecerá pechada ata marzo. As obras comezan a "
        "vindeira semana e durarán uns catro meses. A alcaldesa pediu paciencia aos veciños."
    ),
    "hi": (
        "नगर परिषद ने सोमवार को कहा कि पुराना पुल मार्च तक बंद रहेगा। मरम्मत का काम अगले सप्ताह शुरू होगा और "
        "लगभग चार महीने चलेगा। महापौर ने निवासियों से धैर्य रखने की अपील की।"
    ),
    "hr": (
        "Gradsko vijeće objavilo je u ponedjeljak da će stari most ostati zatvoren do ožujka. Radovi počinju "
        "sljedeći tjedan i trajat će oko četiri mjeseca. Gradonačelnica je zamolila stanovnike za strpljenje."
    ),
    "hu": (
        "A városi tanács hétfőn közölte, hogy a régi híd márciusig zárva marad. A javítás jövő héten "
        "kezdődik, és körülbelül négy hónapig tart. A polgármester türelmet kért a lakóktól."
    ),
    "id": (
        "Dewan kota pada hari Senin mengumumkan bahwa jembatan lama akan ditutup sampai Maret. Perbaikan "
        "dimulai minggu depan dan berlangsung sekitar empat bulan. Wali kota meminta warga bersabar."
    ),
    "it": (
        "Il consiglio comunale ha annunciato lunedì che il vecchio ponte resterà chiuso fino a marzo. I "
        "lavori inizieranno la prossima settimana e dureranno circa quattro mesi. La sindaca ha chiesto "
        "pazienza ai residenti."
    ),
    "ja": (
        "市議会は月曜日、古い橋を三月まで閉鎖すると発表した。補修工事は来週始まり、およそ四か月続く見込みだ。"
        "市長は住民に理解を求めた。"
    ),
    "ko": (
        "시의회는 월요일 낡은 다리가 3월까지 폐쇄된다고 밝혔다. 보수 공사는 다음 주에 시작되어 "
        "약 넉 달 동안 이어진다. 시장은 주민들에게 양해를 구했다."
    ),
    "lt": (
        "Miesto taryba pirmadienį pranešė, kad senasis tiltas bus uždarytas iki kovo. Remonto darbai "
        "prasidės kitą savaitę ir truks apie keturis mėnesius. Merė paprašė gyventojų kantrybės."
    ),
    "nb": (
        "Bystyret opplyste mandag at den gamle broen forblir stengt til mars. Reparasjonen begynner neste "
        "uke og varer i omtrent fire måneder. Ordføreren ba innbyggerne om tålmodighet."
    ),
    "nl": (
        "De gemeenteraad maakte maandag bekend dat de oude brug tot maart gesloten blijft. De herstelwerken "
        "beginnen volgende week en duren ongeveer vier maanden. De burgemeester vroeg de bewoners om geduld."
    ),
    "pl": (
        "Rada miasta poinformowała w poniedziałek, że stary most pozostanie zamknięty do marca. Remont "
        "zacznie się w przyszłym tygodniu i potrwa około czterech miesięcy. Burmistrz poprosiła mieszkańców "
        "o cierpliwość."
    ),
    "ru": (
        "Городской совет сообщил в понедельник, что старый мост будет закрыт до марта. Ремонт начнётся на "
        "следующей неделе и продлится около четырёх месяцев. Мэр попросила жителей набраться терпения."
    ),
    "sr": (
        "Градско веће је у понедељак саопштило да ће стари мост остати затворен до марта. Радови почињу "
        "следеће недеље и трајаће око четири месеца. Градоначелница је замолила становнике за стрпљење."
    ),
    "sv": (
        "Kommunfullmäktige meddelade på måndagen att den gamla bron förblir stängd till mars. Reparationen "
        "börjar nästa vecka och pågår i ungefär fyra månader. Borgmästaren bad invånarna om tålamod."
    ),
    "sw": (
        "Baraza la jiji lilisema Jumatatu kwamba daraja la zamani litafungwa hadi Machi. Ukarabati utaanza "
        "wiki ijayo na utachukua takriban miezi minne. Meya aliwaomba wakazi wawe na subira."
    ),
    "ta": (
        "பழைய பாலம் மார்ச் மாதம் வரை மூடப்பட்டிருக்கும் என்று நகர சபை திங்கட்கிழமை அறிவித்தது. பழுதுபார்க்கும் பணிகள் அடுத்த வாரம் தொடங்கும்."
    ),
    "th": (
        "สภาเมืองประกาศเมื่อวันจันทร์ว่าสะพานเก่าจะปิดจนถึงเดือนมีนาคม "
        "งานซ่อมแซมจะเริ่มในสัปดาห์หน้าและใช้เวลาประมาณสี่เดือน นายกเทศมนตรีขอให้ชาวบ้านอดทน"
    ),
    "tr": (
        "Belediye meclisi pazartesi günü eski köprünün marta kadar kapalı kalacağını açıkladı. Onarım "
        "çalışmaları gelecek hafta başlayacak ve yaklaşık dört ay sürecek. Başkan halktan sabır istedi."
    ),
    "uk": (
        "Міська рада повідомила в понеділок, що старий міст буде закрито до березня. Ремонт почнеться "
        "наступного тижня і триватиме близько чотирьох місяців. Мерка попросила мешканців набратися терпіння."
    ),
    "ur": (
        "سٹی کونسل نے پیر کو کہا کہ پرانا پل مارچ تک بند رہے گا۔ مرمت کا کام اگلے ہفتے شروع ہوگا اور تقریباً "
        "چار ماہ تک جاری رہے گا۔ میئر نے شہریوں سے صبر کی اپیل کی۔"
    ),
    "vi": (
        "Hội đồng thành phố hôm thứ Hai cho biết cây cầu cũ sẽ đóng cửa đến tháng Ba. Việc sửa chữa bắt đầu "
        "vào tuần tới và kéo dài khoảng bốn tháng. Thị trưởng đề nghị người dân kiên nhẫn."
    ),
    "zh": (
        "市议会星期一宣布，旧桥将关闭到三月。维修工程下周开始，预计持续大约四个月。市长请居民耐心等待。新桥的"
        "计划将在春天公布。"
    ),
}
