//! Mails made to be slow. The work that each makes is counted (bytes and lines looked at), and must
//! stay within a bound that grows with the length alone; no clock, so that a busy machine fails
//! nothing.

use super::super::body::{Body, Unit, html_body, plain_body};
use super::super::work::take_work;
use super::{Cut, Writer, choose};

/// Work for each byte of a mail: twice what the worst of these makes.
const WORK_PER_BYTE: usize = 100;
/// Work that the formulas may take in any mail.
const WORK_AT_LEAST: usize = 100_000;

fn check(name: &str, bytes: usize, make: impl FnOnce() -> Cut) {
    take_work();
    let cut = make();
    let work = take_work();
    assert_eq!(cut.roles.len(), cut.body.lines.len(), "{name}");
    let most = bytes * WORK_PER_BYTE + WORK_AT_LEAST;
    assert!(
        work <= most,
        "{name}: {work} for {bytes} bytes, {most} at most"
    );
}

fn writer() -> Writer {
    Writer::new("Ana Soto Rivas", "ana.soto@ministerio.example")
}

fn cut(body: Body) -> Cut {
    Cut::new(body, &writer())
}

fn check_plain(name: &str, text: &str) {
    for flowed in [None, Some(true)] {
        check(name, text.len(), || cut(plain_body(text, flowed)));
    }
}

/// Bytes of most of these mails.
const BYTES: usize = 50_000;

/// Many of one thing.
fn many(piece: &str) -> String {
    piece.repeat(BYTES / piece.len())
}

#[test]
fn plain_text_is_read_in_linear_work() {
    for (name, text) in [
        ("marks", many(">")),
        ("marks and spaces", many("> ")),
        ("lines of a mark", many(">\n")),
        (
            "deeper and deeper",
            (0..400).map(|i| ">".repeat(i) + "\n").collect(),
        ),
        ("one line of words", many("apruebo ")),
        ("one line of colons", many("De: a@b.example 9:30 ")),
        ("one line of dashes", many("-")),
        ("one line of digits", many("1")),
        ("one line of brackets", many("[")),
        ("blank lines", many("\n")),
        ("openers", many("El lunes 3 de mayo de 2026\n")),
        (
            "openers and blanks",
            many("El lunes 3 de mayo de 2026, Ana\n\n"),
        ),
        ("verbs", many("escribió\n")),
        ("colons", many("El 3 de mayo:\n")),
        (
            "attributions",
            many("El 3 de mayo de 2026, Ana escribió:\n> a\n"),
        ),
        (
            "attributions of five lines",
            many("El 3\nde\nmayo\nde 2026, Ana\nescribió:\n> a\n"),
        ),
        ("heads", many("De: a\nEnviado: b\n\n")),
        ("copies", many("De: a\nCC: b\nCC: c\nCC: d\nCC: e\n")),
        ("a head of copies", format!("De: a\n{}", many("CC: b\n"))),
    ] {
        check_plain(name, &text);
    }
}

#[test]
fn endings_and_marks_are_read_in_linear_work() {
    for (name, text) in [
        ("markers", many("-----Mensaje original-----\n> a\n")),
        ("notes", many("---02-11-2026 09:30---\n")),
        ("groupwise", many(">>> a 02-11-2026 9:30 >>\n")),
        ("delimiters", many("-- \n")),
        ("rules", many("__\n")),
        ("closings", many("Saludos,\nAna Soto\n")),
        (
            "closings and sentences",
            many("Saludos,\nAna Soto\nesto no es una firma, de verdad.\n"),
        ),
        ("names", many("Ana Soto Rivas\n")),
        ("device lines", many("Enviado desde mi iPhone\n\n")),
        ("notices", many("Este mensaje es confidencial\n")),
        (
            "notices glued",
            many("Este mensaje es para usted, apruebo y solicito\n"),
        ),
        (
            "notices apart",
            many("Este mensaje es confidencial y no de otros.\n\n"),
        ),
        ("frames", many("----\na\n\n")),
        ("tokens", many("[ref:abcdefghijklmnopqrstuvwxyz23456]\n")),
        ("initials", many("AS> a\nB> b\n")),
        (
            "broken quotes",
            many("> una línea bastante larga que no termina en punto porque sigue\nabajo\n"),
        ),
        (
            "armour",
            many("-----BEGIN PGP SIGNED MESSAGE-----\n-----BEGIN PGP SIGNATURE-----\n"),
        ),
        ("accents", many("o\u{301}")),
        ("wide characters", many("写道")),
    ] {
        check_plain(name, &text);
    }
}

#[test]
fn html_is_read_in_linear_work() {
    for (name, html) in [
        ("nested divs", many("<div>")),
        ("nested quotes", many("<blockquote>")),
        ("nested quotes with text", many("<blockquote>a")),
        ("nested tables", many("<table><tr><td>a")),
        ("cells", format!("<table><tr>{}", many("<td>a"))),
        ("rows", format!("<table>{}", many("<tr><td>a<td>b"))),
        ("nested bold", many("<b>")),
        ("ends without beginnings", many("</div></p></b>")),
        (
            "ends deep down",
            format!("{}{}", "<b><i><div>".repeat(700), many("</span></p>")),
        ),
        ("paragraphs within each other", many("<p><b>a")),
        ("many attributes", format!("<div {}>x", many("a=b c='d' "))),
        (
            "attributes without values",
            format!("<div {}>x", many("a ")),
        ),
        (
            "a long style",
            format!("<div style=\"{}\">x", many("border-left:solid;")),
        ),
        (
            "styles",
            many("<div style=\"border:none;border-top:solid #E1E1E1 1.0pt\">a</div>"),
        ),
        (
            "a long class",
            format!("<div class=\"{}\">x", many("a signature ")),
        ),
        ("quotes of attributes", many("<a href=\"x>")),
        ("tags that never end", many("<a ")),
        ("open brackets", many("<")),
        ("comments", many("<!-- ")),
        ("comments that end", many("<!---->")),
        ("styles that never end", many("<style></st")),
        ("ampersands", many("&")),
        ("entities", many("&amp")),
        ("long entities", format!("&{};", many("a"))),
        ("numbers", many("&#1114111;")),
        ("rules", many("<hr id=zwchr>De: a<br>")),
        ("boundaries", many("<div id=divRplyFwdMsg>De: a</div>")),
        ("attributions", many("<div class=gmail_attr>El lunes</div>")),
        (
            "signatures",
            many("<div class=gmail_signature>Ana Soto</div>"),
        ),
        ("line breaks", many("<br>")),
        ("one line", many("apruebo ")),
        ("preformatted", format!("<pre>{}", many("\n"))),
    ] {
        check(name, html.len(), || cut(html_body(&html)));
    }
}

#[test]
fn a_megabyte_is_read_in_linear_work() {
    let mega = 1 << 20;
    for (name, text) in [
        ("one line", "a ".repeat(mega / 2)),
        ("marks", ">".repeat(mega)),
        (
            "marks in lines",
            format!("{}\n", ">".repeat(70)).repeat(mega / 71),
        ),
    ] {
        check(name, text.len(), || cut(plain_body(&text, None)));
    }
    for (name, html) in [
        ("nested divs", "<div>".repeat(100_000)),
        ("nested quotes", "<blockquote>".repeat(80_000)),
        ("attributes", format!("<div {}>x", "a=b ".repeat(100_000))),
        ("one line", "a ".repeat(mega / 2)),
        ("brackets", "<".repeat(mega)),
    ] {
        check(name, html.len(), || cut(html_body(&html)));
    }
}

#[test]
fn two_forms_are_compared_in_linear_work() {
    for (name, plain, html) in [
        ("the same word", many("a "), many("a ")),
        ("another order", many("a b "), many("b a ")),
        ("quotes", many("> a\n"), many("<blockquote>a</blockquote>b")),
    ] {
        check(name, plain.len() + html.len(), || {
            let unit = Unit {
                plain: Some(plain_body(&plain, None)),
                html: Some(html_body(&html)),
            };
            choose(unit, &writer()).unwrap()
        });
    }
}
