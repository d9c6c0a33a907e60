//! Whether a mail without a report is a bounce: several signs must agree. Never the words alone,
//! since people forward such texts and ask about them.

use mail_parser::MimeHeaders;

use super::super::line::fold;
use super::super::origin::is_out_of_office_subject;
use super::phrases::{
    DAEMON_NAMES, DAEMONS, LEAD, SENTENCE, SERVER_FIELDS, SUBJECTS, SUBJECTS_WITHIN,
};
use super::recipients::is_returned;
use super::status::{enhanced, reply_code};
use super::{Inquiry, id_of_line};

/// Most lines of the beginning that are looked at for sentences.
const HEAD_LINES: usize = 60;

/// What speaks for a bounce.
struct Signs {
    /// The sender is a server by its name or address.
    server: Option<&'static str>,
    /// There is no return path (RFC 3464, 2), or no sender.
    no_sender: bool,
    /// The subject begins as servers begin it.
    subject: Option<&'static str>,
    /// The subject holds such words further on.
    within: bool,
    /// A sentence that servers write.
    sentence: Option<&'static str>,
    /// It stands at the very beginning.
    early: bool,
    /// A status or reply code.
    code: bool,
    /// The mail that could not be delivered is attached, or follows in the text.
    returned: bool,
    /// The former of these.
    attached: bool,
    /// An address stands alone on a line, or after such a sentence.
    recipient: bool,
    /// The subject of an answer or a forwarded mail.
    answer: bool,
}

/// By what a mail is a bounce, if it is one.
pub(super) fn evidence(inquiry: &Inquiry<'_>) -> Option<String> {
    if inquiry.headers.has("x-failed-recipients") {
        return Some("x-failed-recipients".to_owned());
    }
    let subject = fold(inquiry.subject);
    let subject = bare(&subject);
    if is_out_of_office_subject(subject) {
        return None;
    }
    let signs = signs(inquiry, subject);
    let says = signs.sentence.is_some();
    let announced = signs.subject.is_some();
    let by = |what: &str, words: Option<&str>| {
        let words = words.or(signs.subject).or(signs.sentence);
        Some(format!("{what}: {}", words.unwrap_or_default()))
    };
    if signs.answer && signs.server.is_none() && !signs.no_sender {
        // "RE: your subject: delivery failed", written by a gateway that answers like a client
        let gateway = signs.within && signs.early && signs.recipient && !inquiry.quotes;
        return gateway
            .then(|| by("subject and text", signs.sentence))
            .flatten();
    }
    if let Some(server) = signs.server.filter(|_| says || announced) {
        return Some(format!("sender: {server}"));
    }
    // in words that are in no table: a server that sends a mail back, or a reply with its code
    if let Some(server) = signs.server
        && (signs.attached || (signs.no_sender && signs.code && signs.recipient))
    {
        return Some(format!("sender: {server}, returned mail"));
    }
    if signs.no_sender && (announced || (says && (signs.code || signs.recipient))) {
        return by("no return path", signs.sentence);
    }
    // who asks about it is a person
    if announced && signs.attached && !inquiry.text.contains('¿') {
        return by("subject and returned mail", signs.subject);
    }
    if announced && says && (signs.code || signs.returned || (signs.recipient && signs.early)) {
        return by("subject and text", signs.subject);
    }
    if signs.early && signs.recipient && signs.returned && says && signs.code {
        return by("text and returned mail", signs.sentence);
    }
    None
}

/// A (folded) subject without the marks and tags before it.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[');
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
        rest = after.trim_start();
    }
    rest.trim_start_matches(|c: char| !c.is_alphanumeric())
}

fn signs(inquiry: &Inquiry<'_>, subject: &str) -> Signs {
    let lines = inquiry.text.lines().take(HEAD_LINES).map(fold);
    let lines: Vec<String> = lines.filter(|l| !l.is_empty()).collect();
    let head = lines.join(" ");
    let first = lines
        .get(..lines.len().min(6))
        .unwrap_or_default()
        .join(" ");
    Signs {
        server: server(inquiry),
        no_sender: has_no_sender(inquiry),
        subject: SUBJECTS.iter().copied().find(|s| subject.starts_with(s)),
        within: SUBJECTS_WITHIN.iter().any(|s| subject.contains(s)),
        sentence: SENTENCE.first(&head),
        early: SENTENCE.any(&first),
        code: enhanced(&head).is_some() || reply_code(&head).is_some(),
        returned: has_returned_mail(inquiry),
        attached: has_attached_mail(inquiry),
        recipient: lines.iter().any(|l| names_recipient(l)),
        answer: is_answer(subject),
    }
}

/// Beginnings of the subjects of answers and forwarded mails; folded.
const ANSWERS: &[&str] = &[
    "re:", "fw:", "fwd:", "rv:", "tr:", "wg:", "aw:", "r:", "enc:", "i:",
];

fn is_answer(subject: &str) -> bool {
    ANSWERS.iter().any(|p| subject.starts_with(p))
}

/// Whether a person hands on what a server sent: the subject says so, and no server wrote.
pub(super) fn is_handed_on(inquiry: &Inquiry<'_>) -> bool {
    let subject = fold(inquiry.subject);
    is_answer(bare(&subject)) && server(inquiry).is_none() && !has_no_sender(inquiry)
}

/// Whether an address stands at the beginning of a (folded) line or after a sentence of a server.
fn names_recipient(line: &str) -> bool {
    let Some((before, _)) = line.split_once('@') else {
        return false;
    };
    let bare = before.trim_start_matches(|c: char| !c.is_alphanumeric());
    !bare.contains(' ') || SENTENCE.any(before) || LEAD.any(before)
}

/// Whether a mail, or the header of one, is attached.
fn has_attached_mail(inquiry: &Inquiry<'_>) -> bool {
    inquiry.message.parts.iter().skip(1).any(|part| {
        part.content_type().is_some_and(|ct| {
            ct.ctype().eq_ignore_ascii_case("message")
                || ct
                    .subtype()
                    .is_some_and(|s| s.eq_ignore_ascii_case("rfc822-headers"))
        })
    })
}

/// Whether the mail that could not be delivered is attached, or follows in the text.
fn has_returned_mail(inquiry: &Inquiry<'_>) -> bool {
    let mut lines = inquiry.text.lines().take(300);
    has_attached_mail(inquiry) || lines.any(|l| id_of_line(l).is_some() || is_returned(&fold(l)))
}

/// Whether the mail has no return path, as reports must not (RFC 3464, 2), or no sender.
fn has_no_sender(inquiry: &Inquiry<'_>) -> bool {
    let path = inquiry.headers.get("return-path");
    path.is_some_and(|p| p.trim() == "<>") || inquiry.from.is_none()
}

fn server(inquiry: &Inquiry<'_>) -> Option<&'static str> {
    let raw = fold(inquiry.headers.get("from").unwrap_or_default());
    let path = fold(inquiry.headers.get("return-path").unwrap_or_default());
    let local = inquiry.from.map(|f| f.address.as_str()).unwrap_or_default();
    let name = inquiry.from.map(|f| fold(&f.name)).unwrap_or_default();
    let raw = raw.trim_start_matches(['"', '<', ' ']);
    if let Some(field) = inquiry.headers.first_of(SERVER_FIELDS) {
        return Some(field);
    }
    DAEMONS
        .iter()
        .copied()
        .find(|d| local.starts_with(d) || raw.starts_with(d))
        .or_else(|| {
            DAEMONS
                .iter()
                .copied()
                .take(6)
                .find(|d| raw.contains(d) || path.contains(d))
        })
        .or_else(|| {
            DAEMON_NAMES.iter().copied().find(|n| {
                raw.starts_with(n) || name.starts_with(n) || raw.contains(&format!("({n}"))
            })
        })
}
