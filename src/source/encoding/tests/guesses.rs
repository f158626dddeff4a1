//! What files are taken for.

use super::*;
use proptest::prelude::*;

const COBOL: &str = "\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PAYR010.
      * THE GROSS PAY IS WHAT THE SHEET SAYS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-TOTALS.
           05  WS-GROSS            PIC S9(7)V99 COMP-3.
           05  WS-TITLE            PIC X(20) VALUE 'Weekly pay sheet'.
       PROCEDURE DIVISION.
           MOVE WS-GROSS TO WS-NET.
           IF WS-NET < ZERO PERFORM 9100-NEGATIVE-NET END-IF.
";

/// Remarks in the language of each page, with its letters.
const REMARKS: &[(Encoding, &str)] = &[
    (
        Encoding::Cp273,
        "Prüfung der Löhne für März: Überträge müssen größer als null sein. ÄNDERUNG DER SCHLÜSSEL. Später ergänzt.",
    ),
    (
        Encoding::Cp277,
        "Opgørelse af løn for måneden. Beløb kan være større end nul. FØRSTE ÅR. Der må ikke være huller i rækken på båndet.",
    ),
    (
        Encoding::Cp278,
        "Räkna ut lönen för månaden. Beloppet får inte vara större än noll. ÅRETS LÖNER. Körs på måndag, även när året är slut.",
    ),
    (
        Encoding::Cp280,
        "Il totale è più grande, perché la città però non può pagare di più. Verità e qualità già così. Giovedì farà ciò che dirà.",
    ),
    (
        Encoding::Cp284,
        "Cálculo de la nómina del año: la sección no está vacía. Señor, el código válido será según el tamaño. Mañana también según señal.",
    ),
    (
        Encoding::Cp297,
        "Calcul de la paie à la fin de l'année: le total doit être supérieur à zéro. Déjà traité, règle générale à vérifier, reçu où même.",
    ),
    (
        Encoding::Cp870,
        "Obliczanie płac dla każdego działu: kwota musi być większa niż zero. Błąd powyżej początku. Część główna jest później zmieniona żółć.",
    ),
    (
        Encoding::Cp1026,
        "Maaş hesabı için toplam sıfırdan büyük olmalıdır. Değişiklik yapıldı, şimdi çalışıyor. Öğle vakti gösterilir, ışık yandı.",
    ),
    (
        Encoding::Cp1112,
        "Algas aprēķins katram mēnesim: summai jābūt lielākai par nulli. Pēdējā kļūda tika labota šajā daļā, ņemot vērā citu dienu žurnālu.",
    ),
    (
        Encoding::Cp1122,
        "Palga arvutus igale töötajale: summa peab olema üle nulli. Väärtus võib muutuda, kõik õiged read jäävad. Šabloon ja žurnaal tühjad.",
    ),
    (
        Encoding::Cp1025,
        "Расчёт заработной платы за месяц: сумма должна быть больше нуля. Ошибка исправлена в последней версии программы.",
    ),
    (
        Encoding::Cp875,
        "Υπολογισμός μισθοδοσίας για κάθε μήνα: το ποσό πρέπει να είναι μεγαλύτερο από μηδέν. Διορθώθηκε το σφάλμα.",
    ),
    (
        Encoding::Cp939,
        "給与計算の処理を開始する。入力ファイルを読み込み、合計がゼロより大きいことを確認する。",
    ),
    (Encoding::Cp1388, "计算每个月的工资，输入文件不能为空，总数必须大于零，否则程序结束。"),
];

/// More of them: all capitals, few letters beyond ASCII, other languages of a page, and signs that are letters elsewhere.
const OTHER_REMARKS: &[(Encoding, &str)] = &[
    (
        Encoding::Cp273,
        "BERECHNUNG DER ZUSCHLÄGE FÜR ÜBERSTUNDEN. GRÖSSE DES PUFFERS GEÄNDERT. RÜCKGABE NUR WENN GÜLTIG.",
    ),
    (
        Encoding::Cp273,
        "Hier wird der Lohnsatz gelesen; bei Fehlern Abbruch. Der Schlüssel muß eindeutig sein und die Länge stimmen.",
    ),
    (
        Encoding::Cp277,
        "BEREGNING AF TILLÆG FOR OVERARBEJDE. STØRRELSE ÆNDRET. MÅ IKKE VÆRE TOM. FEJL I LØNSATS GØR AT KØRSLEN STOPPER.",
    ),
    (
        Encoding::Cp278,
        "BERÄKNING AV TILLÄGG FÖR ÖVERTID. STORLEKEN ÄNDRAD. FÅR INTE VARA TOM. FEL I LÖNESATSEN GÖR ATT KÖRNINGEN AVBRYTS.",
    ),
    (
        Encoding::Cp278,
        "Laskee kuukauden palkan ja lisät. Määrä ei saa olla tyhjä. Päivitetään myös työntekijän tiedot, jos ne ovat väärät.",
    ),
    (
        Encoding::Cp280,
        "Legge il file delle paghe. Se il codice non è valido si ferma, così la riga successiva verrà letta più tardi; perciò attenzione.",
    ),
    (
        Encoding::Cp284,
        "LECTURA DEL FICHERO DE NÓMINAS. EL AÑO NO PUEDE SER CERO. DISEÑO DE LA PANTALLA. TAMAÑO MÁXIMO DEL CAMPO: NIÑOS Y DUEÑOS.",
    ),
    (
        Encoding::Cp297,
        "Lecture du fichier des employés. Le numéro ne peut pas être nul. Résultat écrit après contrôle; sinon arrêt immédiat à la clé.",
    ),
    (
        Encoding::Cp870,
        "Čtení souboru mezd. Částka nesmí být nulová. Výpočet přesčasů, příplatků a srážek; změněno podle požadavku účtárny.",
    ),
    (
        Encoding::Cp1026,
        "Bordro dosyası okunur. Tutar boş olamaz. Fazla mesai için değişiklik yapıldı; geçersiz kayıtlar ayrı dosyaya yazılır.",
    ),
    (
        Encoding::Cp1112,
        "Skaito atlyginimų failą. Suma negali būti tuščia. Viršvalandžių skaičiavimas pakeistas pagal buhalterijos prašymą, klaidų sąrašas išvedamas.",
    ),
    (
        Encoding::Cp1122,
        "Loeb palkade faili. Summa ei tohi olla tühi. Ületundide arvestus muudetud; põhjus on järgmine: töötaja võib lõpetada päeva varem.",
    ),
    (Encoding::Cp1025, "ЧТЕНИЕ ФАЙЛА ЗАРПЛАТЫ. СУММА НЕ МОЖЕТ БЫТЬ ПУСТОЙ. Изменено по просьбе бухгалтерии."),
    (
        Encoding::Cp875,
        "Ανάγνωση του αρχείου μισθών. Το ποσό δεν μπορεί να είναι κενό. Αλλαγή μετά από αίτημα του λογιστηρίου.",
    ),
    (Encoding::Cp939, "社員マスタを読み、残業手当を計算する。エラーの場合は処理を中止し、帳票に出力する。"),
    (Encoding::Cp1388, "读取员工主文件，计算加班工资。如果出错则停止处理，并输出到报表。"),
    (
        Encoding::Cp1047,
        "Read the file of employees; #NO, CUST#NO and @ID are keys; $AMT is what is paid! A || B ~ 'x' [1] [2] {n}",
    ),
    (
        Encoding::Cp1047,
        "CUST#NO CUST#ID EMP#NO TX#REF TX@DATE $TOTAL JOB$NAME SYS1.PROCLIB(#JOB) DSN=&&TEMP CUST#KEY REC#1 REC#2",
    ),
    (
        Encoding::Cp1047,
        "Der Schlüssel, die Länge und die Größe; también mañana señor; déjà à la fin de l'année, être",
    ),
    (
        Encoding::Cp273,
        "Satz lesen und prüfen, ob die Kontonummer gültig ist. Ungültige Sätze werden übersprungen.",
    ),
    (Encoding::Cp273, "VERARBEITUNG DER BUCHUNGSSÄTZE, FÜR JEDEN KUNDEN EINE ZEILE"),
    (
        Encoding::Cp277,
        "Læs posten og kontroller om kontonummeret er gyldigt. Ugyldige poster springes over på listen.",
    ),
    (
        Encoding::Cp277,
        "Leser posten og sjekker at kontonummeret er gyldig. Første gang må året være satt, ellers går det galt.",
    ),
    (
        Encoding::Cp278,
        "Läs posten och kontrollera att kontonumret är giltigt. Ogiltiga poster hoppas över på listan.",
    ),
    (
        Encoding::Cp280,
        "Legge il record e controlla se il conto è valido. La quantità può essere zero; la città è obbligatoria.",
    ),
    (
        Encoding::Cp284,
        "Lee el registro y comprueba si la cuenta es válida. Los registros erróneos del año pasado señalan el daño.",
    ),
    (
        Encoding::Cp297,
        "Lit l'enregistrement et vérifie que le numéro de compte est valide. Les écarts détectés sont listés à la fin.",
    ),
    (
        Encoding::Cp870,
        "Wczytaj rekord i sprawdź, czy numer konta jest prawidłowy. Błędne rekordy są pomijane i trafiają na listę.",
    ),
    (
        Encoding::Cp1026,
        "Kaydı oku ve hesap numarasının geçerli olup olmadığını denetle. Hatalı kayıtlar atlanır ve listeye yazılır.",
    ),
    (
        Encoding::Cp1112,
        "Nolasa ierakstu un pārbauda, vai konta numurs ir derīgs. Kļūdainie ieraksti tiek izlaisti un izdrukāti sarakstā.",
    ),
    (
        Encoding::Cp1122,
        "Loeb kirje ja kontrollib, kas konto number on õige. Vigased kirjed jäetakse vahele ja trükitakse välja.",
    ),
    (Encoding::Cp1025, "Прочитать запись и проверить номер счёта. Ошибочные записи пропускаются."),
    (
        Encoding::Cp875,
        "Διαβάζει την εγγραφή και ελέγχει τον αριθμό λογαριασμού. Λάθος εγγραφές παραλείπονται.",
    ),
    (Encoding::Cp939, "レコードを読み、口座番号を確認する。誤りのあるレコードは読み飛ばす。"),
    (Encoding::Cp1388, "读取记录并检查账号是否有效。错误的记录将被跳过并打印到清单。"),
    (
        Encoding::Cp1047,
        "Read the record; if (rc != 0 || flag[2]) { goto ERR#1; } PIC $$$,$$9.99 USER@HOST.COM ~ CA$H 100!",
    ),
    (
        Encoding::Cp1047,
        "MOVE CUST#NO TO WS-CUST#NO. MOVE TX#AMT TO X. $JOB @NAME #TAG DB2: SELECT A#B, C#D FROM T$X WHERE Z@Q = 1",
    ),
    (
        Encoding::Cp1047,
        "Gelesen wird für jeden Kunden; año y señor; été à Noël; größer als null über München",
    ),
];

/// `text` in records of 80 bytes without line ends.
fn records(encoding: Encoding, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text.lines() {
        let mut record = encoding.encode(line).unwrap();
        let length = record.len().next_multiple_of(80);
        record.resize(length, encoding.blank());
        out.extend(record);
    }
    out
}

/// The same in lines.
fn lines(encoding: Encoding, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text.lines() {
        out.extend(encoding.encode(line).unwrap());
        out.extend(encoding.newlines()[0]);
    }
    out
}

fn program(remark: &str) -> String {
    COBOL.replace("      * THE", &format!("      * {remark}\n      * THE"))
}

#[test]
fn source_in_every_page() {
    let mut wrong = Vec::new();
    for (encoding, remark) in REMARKS {
        for bytes in [records(*encoding, &program(remark)), lines(*encoding, &program(remark))] {
            let guess = detect(&[&bytes]);
            if guess.encoding != *encoding || guess.confidence < 60 {
                wrong.push((*encoding, guess));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn other_source_in_its_page() {
    let mut wrong = Vec::new();
    for (encoding, remark) in OTHER_REMARKS {
        let guess = detect(&[&records(*encoding, &program(remark))]);
        if guess.encoding != *encoding {
            wrong.push((*encoding, guess));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn plain_source_is_nobodys_page() {
    // In records, in lines, cut anywhere.
    for encoding in [Encoding::Cp037, Encoding::Cp273, Encoding::Cp500] {
        for bytes in [records(encoding, COBOL), lines(encoding, COBOL)] {
            let guess = detect(&[&bytes[3..200], &bytes[300..]]);
            assert_eq!(guess.encoding, Encoding::Cp1047, "{guess:?}");
            assert!((70..=92).contains(&guess.confidence), "{guess:?}");
        }
    }
}

#[test]
fn brackets_and_signs_tell_1047_from_037() {
    let c = "int main(void) { char a[80]; int n = a[3] ^ 7; if (n != a[0] && !n) { return n | 1; } }";
    let pl1 = "IF A ¬= B THEN DO; N = M(3) ¬< 7; END; IF ¬READY THEN GOTO L1; /* [1] */";
    for (encoding, text) in [
        (Encoding::Cp1047, c),
        (Encoding::Cp037, c),
        (Encoding::Cp037, pl1),
        (Encoding::Cp500, "Hello! [1] is not [2]! Why? a[i] = b[j]! Stop it now! Or else [3] is gone!"),
    ] {
        let guess = detect(&[&encoding.encode(&text.repeat(3)).unwrap()]);
        assert_eq!(guess.encoding, encoding, "{guess:?}");
    }
}

#[test]
fn family_of_ascii() {
    let german = program(REMARKS[0].1);
    let latin1 = Encoding::Latin1.encode(&german).unwrap();
    let table: [(&[u8], Encoding, u8, u8); 7] = [
        (COBOL.as_bytes(), Encoding::Utf8, 90, 99),
        (german.as_bytes(), Encoding::Utf8, 90, 99),
        (&latin1, Encoding::Latin1, 70, 99),
        ("給与計算の処理を開始する。入力ファイルを読み込み".as_bytes(), Encoding::Utf8, 90, 99),
        (&"給与計算の処理を開始する。".as_bytes()[1..20], Encoding::Utf8, 80, 99),
        (b"", Encoding::Utf8, 0, 0),
        (&[0; 500], Encoding::Utf8, 0, 0),
    ];
    for (bytes, encoding, least, most) in table {
        let guess = detect(&[bytes]);
        assert_eq!(guess.encoding, encoding, "{guess:?}");
        assert!((least..=most).contains(&guess.confidence), "{guess:?}");
    }
    // One line that is not UTF-8 in many that are does not change what the file is.
    let mut mixed = german.repeat(3).into_bytes();
    mixed.extend(b"caf\xE9 au lait\n");
    assert_eq!(detect(&[&mixed]).encoding, Encoding::Utf8);
}

#[test]
fn katakana_or_small_letters() {
    let kana =
        "       MOVE ZERO TO WS-A.  * ｷｭｳﾖ ｹｲｻﾝ ﾌﾟﾛｸﾞﾗﾑ ﾃﾞｰﾀ ﾆｭｳﾘｮｸ ｼﾞｷ ｼｬｲﾝ ﾊﾞﾝｺﾞｳ 給与計算の処理。合計を出す。";
    let latin = "       MOVE ZERO TO WS-A.  * The payroll program reads its data from the input file 給与計算の処理。合計を出す。";
    for (encoding, text) in
        [(Encoding::Cp930, kana), (Encoding::Cp939, latin), (Encoding::Cp939, kana), (Encoding::Cp930, latin)]
    {
        let bytes = encoding.encode(&text.replace("。合", "\n合").repeat(4).replace('\n', " ")).unwrap();
        let guess = detect(&[&bytes]);
        assert_eq!(guess.encoding, encoding, "{guess:?}");
    }
}

/// A record of a customer with binary, packed and zoned fields among the text.
fn customer(n: u32) -> Vec<u8> {
    let mut record = vec![0, 0x5A, 0, 0];
    record.extend(n.wrapping_mul(2_654_435_761).to_be_bytes());
    record.extend(
        Encoding::Cp1047.encode(&format!("{n:08}{:<20}{:<15}", "Aniya von Rosenbaum", "Beijing")).unwrap(),
    );
    record.extend([
        0x12,
        0x34,
        0x56 ^ u8::try_from(n % 7).unwrap(),
        0x7C,
        0x0E,
        0x5B,
        0x0F,
        0xAD,
        0x00,
        0x00,
        0x01,
        0x2D,
    ]);
    record.extend(b"\xF0\xF0\xF1\xF5\xC0\xF0\xF7\xD0");
    record.extend(n.wrapping_mul(40_503).to_le_bytes());
    record
}

#[test]
fn binary_fields_do_not_matter() {
    let data: Vec<u8> = (0..200).flat_map(customer).collect();
    let guess = detect(&[&data]);
    assert_eq!(guess.encoding, Encoding::Cp1047);
    assert!(guess.confidence >= 60, "{guess:?}");
}

#[test]
fn real_data_sets() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let Ok(folders) = std::fs::read_dir(folder) else { return };
    for folder in folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let is_ebcdic = folder.ends_with("ebcdic");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let guess = detect(&[&bytes]);
            assert_eq!(guess.encoding.is_ebcdic(), is_ebcdic, "{} {guess:?}", path.display());
            assert!(!is_ebcdic || guess.encoding == Encoding::Cp1047, "{} {guess:?}", path.display());
            assert!(guess.confidence >= 60, "{} {guess:?}", path.display());
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_bytes_can_be_guessed_at(samples in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..4)) {
        let samples: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
        let guess = detect(&samples);
        prop_assert!(guess.confidence <= 99);
    }

    #[test]
    fn noise_is_not_believed(noise in proptest::collection::vec(any::<u8>(), 2000)) {
        let guess = detect(&[&noise]);
        prop_assert!(guess.confidence <= 30, "{guess:?}");
    }

    #[test]
    fn pieces_tell_as_much(at in 0_usize..400, length in 300_usize..500) {
        for (encoding, bytes) in [
            (Encoding::Utf8, program("größer, für, später").into_bytes()),
            (Encoding::Cp1047, records(Encoding::Cp1047, COBOL)),
        ] {
            let guess = detect(&[&bytes[at.min(bytes.len())..(at + length).min(bytes.len())]]);
            prop_assert_eq!(guess.encoding, encoding);
        }
    }
}
