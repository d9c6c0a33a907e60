//! Automatic answers (RFC 3834) and other mails that a machine wrote: out of office,
//! acknowledgements, closed mailboxes, receipts, challenges, notices.

use mail_parser::PartType;

use super::super::bounce::is_complaint_notice;
use super::super::letter::{Automatic, AutomaticKind};
use super::super::line::fold;
use super::super::raw::Headers;
use super::words::{
    ACTS, AFTER_SUBJECT, ANSWER_SUBJECTS, AWAY_SUBJECTS, AWAY_WITHIN, CHALLENGE_FIELDS, CHALLENGED,
    COMES_BACK, COMPLAINT_SUBJECTS, DECIDES, DECLARED, FIELDS, IN_FIRST_PERSON, IS_ABSENT,
    IS_CLOSED, IS_MACHINE, IS_POLITE, MAILERS, NOBODY, NOTICE_FIELDS, RECEIPT_SENTENCES,
    RECEIPT_SUBJECTS, RETURNS, ROBOTS, SUBJECTS,
};
use super::{Case, parts, substitute, until};

/// Longest text, in lines, that is looked at for phrases: automatic answers are short.
const TEXT_LINES: usize = 60;

/// Most words of an automatic answer that is known by its words alone.
const WORDS_MAX: usize = 150;

/// Most words of a text that says only that its writer is away until a day.
const BRIEF: usize = 60;

/// Where, in bytes, a text must have said that it is a machine's.
const DECLARED_WITHIN: usize = 80;

/// What the form of a mail says, before anybody asks whether it is a bounce: receipts, complaints,
/// calendars, challenges.
pub(super) fn by_form(case: &Case<'_>) -> Option<Automatic> {
    let form = parts::kind(case.message)
        .or_else(|| complaint(case))
        .or_else(|| receipt(case))
        .or_else(|| challenge(case));
    let (kind, evidence) = form?;
    Some(Automatic {
        kind,
        evidence,
        ..Automatic::default()
    })
}

/// Says that, and by what, a mail is automatic.
pub(super) fn read(case: &Case<'_>) -> Option<Automatic> {
    if let Some(notice) = notice(case.headers) {
        return Some(notice);
    }
    let subject = bare_subject(case.subject);
    let text = fold_text(case.text);
    // Lotus writes the day into the subject
    let until = until::last_day(&text, case.date).or_else(|| until::last_day(&subject, case.date));
    let (sure, evidence) = by_header(case.headers)
        .or_else(|| by_sender(case, &text).map(|e| (Some(AutomaticKind::Notice), e)))
        .or_else(|| by_subject(&subject, &text).map(|e| (None, e)))
        .or_else(|| by_text(case, &subject, &text, until.is_some()).map(|e| (None, e)))?;
    let kind = kind(sure, &subject, &text, until.is_some());
    let is_absence = kind == AutomaticKind::Absence;
    let tells = matches!(kind, AutomaticKind::Absence | AutomaticKind::Closed);
    Some(Automatic {
        kind,
        out_of_office: is_absence,
        until: until.filter(|_| is_absence).map(|d| d.to_string()),
        substitute: tells
            .then(|| substitute::named(case.text, case.from))
            .flatten(),
        evidence,
    })
}

/// What a person's mail carries that might be taken for a machine's; empty where there is nothing.
pub(super) fn person_mark(case: &Case<'_>) -> String {
    match case.headers.get("auto-submitted").map(fold) {
        Some(value) if value.starts_with("no") => "auto-submitted: no".to_owned(),
        _ => String::new(),
    }
}

/// The kind, from the words; `sure` is what the header says of it. An answer that calls itself
/// automatic is an absence only where it says so, or names a day: offices answer so, too.
fn kind(sure: Option<AutomaticKind>, subject: &str, text: &str, names_day: bool) -> AutomaticKind {
    let is_answer = || ANSWER_SUBJECTS.iter().any(|s| subject.starts_with(s));
    let is_polite = IS_POLITE.any(text);
    let is_away = IS_ABSENT.any(text)
        || COMES_BACK.any(text)
        || (sure.is_none() && is_away_subject(subject))
        || (names_day && (is_answer() || !is_polite));
    if IS_CLOSED.any(text) {
        AutomaticKind::Closed
    } else if is_away {
        AutomaticKind::Absence
    } else if is_polite {
        AutomaticKind::Acknowledgement
    } else {
        sure.unwrap_or_default()
    }
}

fn fold_text(text: &str) -> String {
    let lines: Vec<String> = text.lines().take(TEXT_LINES).map(fold).collect();
    lines.join(" ")
}

/// A subject, folded, without the tags that gateways and lists put before it.
fn bare_subject(subject: &str) -> String {
    let mut rest = fold(subject);
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
        rest = after.trim_start().to_owned();
    }
    rest.trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_owned()
}

/// A complaint of a recipient (RFC 5965) that no part declares.
fn complaint(case: &Case<'_>) -> Option<(AutomaticKind, String)> {
    let evidence = if is_complaint_notice(case.full_text) {
        "notificationType: Complaint"
    } else {
        let subject = bare_subject(case.subject);
        let carries = case
            .message
            .attachments()
            .any(|part| matches!(part.body, PartType::Message(_)));
        let begins = COMPLAINT_SUBJECTS.iter().find(|s| subject.starts_with(**s));
        begins.filter(|_| carries)?
    };
    Some((AutomaticKind::Complaint, evidence.to_owned()))
}

/// A read receipt without the report: Outlook's within winmail.dat, or an empty mail.
fn receipt(case: &Case<'_>) -> Option<(AutomaticKind, String)> {
    let subject = bare_subject(case.subject);
    let begins = RECEIPT_SUBJECTS.iter().find(|s| subject.starts_with(**s))?;
    let no_path = has_null_path(case.headers);
    let text = fold_text(case.text);
    (no_path || RECEIPT_SENTENCES.iter().any(|s| text.contains(s)))
        .then(|| (AutomaticKind::ReadReceipt, format!("subject: {begins}")))
}

/// A system that notifies: whatever its words are, they are about something else.
fn notice(headers: &Headers) -> Option<Automatic> {
    let field = headers.first_of(NOTICE_FIELDS)?;
    Some(Automatic {
        kind: AutomaticKind::Notice,
        evidence: field.to_owned(),
        ..Automatic::default()
    })
}

/// A filter that asks the sender to prove to be a person.
fn challenge(case: &Case<'_>) -> Option<(AutomaticKind, String)> {
    if let Some(field) = case.headers.first_of(CHALLENGE_FIELDS) {
        return Some((AutomaticKind::Challenge, field.to_owned()));
    }
    let machine = by_header(case.headers).is_some()
        || case.headers.get("content-type").is_some_and(|v| {
            let value = fold(v);
            value.contains("multipart/report")
        });
    let list = case.headers.has("list-id") || case.headers.has("list-unsubscribe");
    let text = fold_text(case.full_text);
    let subject = bare_subject(case.subject);
    let link = text.contains("http://") || text.contains("https://");
    let phrases = CHALLENGED.all(&format!("{subject}\n{text}"));
    let enough = phrases.len() >= 2 || (machine && !phrases.is_empty());
    let first = phrases.first()?;
    (enough && (machine || (link && !case.quotes)) && !list)
        .then(|| (AutomaticKind::Challenge, format!("text: {first}")))
}

fn by_header(headers: &Headers) -> Option<(Option<AutomaticKind>, String)> {
    for value in headers.all("auto-submitted") {
        // "no" is a person; comments and parameters may follow the keyword (RFC 3834, 5)
        let keyword: String = fold(value)
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '-')
            .collect();
        if !matches!(keyword.as_str(), "no" | "") {
            let notice = keyword == "auto-generated" && !headers.has("in-reply-to");
            let kind = notice.then_some(AutomaticKind::Notice);
            return Some((kind, format!("auto-submitted: {keyword}")));
        }
    }
    if let Some(field) = headers.first_of(FIELDS) {
        let value = headers.get(field).map(fold).unwrap_or_default();
        if !matches!(value.as_str(), "no" | "false" | "0") {
            return Some((None, field.to_owned()));
        }
    }
    for field in ["precedence", "x-precedence", "preference"] {
        let value = headers.get(field).map(fold).unwrap_or_default();
        if matches!(value.as_str(), "auto_reply" | "auto-reply" | "autoreply") {
            return Some((None, format!("{field}: {value}")));
        }
    }
    for (field, within) in [
        ("x-post-messageclass", "autoresponder"),
        ("delivered-to", "autoresponder"),
    ] {
        if headers.all(field).any(|v| fold(v).contains(within)) {
            return Some((None, format!("{field}: {within}")));
        }
    }
    for field in ["x-mailer", "user-agent"] {
        let value = headers.get(field).map(fold).unwrap_or_default();
        if let Some(mailer) = MAILERS.iter().find(|m| value.contains(**m)) {
            return Some((None, format!("{field}: {mailer}")));
        }
    }
    // people's mails have a return path (RFC 3834, 3.3); reports were looked for before
    if has_null_path(headers) {
        return Some((None, "return-path: <>".to_owned()));
    }
    let loops = headers.has("x-ms-exchange-inbox-rules-loop")
        || headers.has("x-ms-exchange-generated-message-source");
    (loops && headers.has("x-auto-response-suppress"))
        .then(|| (None, "x-ms-exchange-inbox-rules-loop".to_owned()))
}

fn has_null_path(headers: &Headers) -> bool {
    headers.get("return-path").is_some_and(|p| p.trim() == "<>")
}

/// Robots by their address or name; an address that nobody reads and that says it is a machine's.
fn by_sender(case: &Case<'_>, text: &str) -> Option<String> {
    let address = case.from.map(|f| f.address.as_str()).unwrap_or_default();
    let raw = fold(case.headers.get("from").unwrap_or_default());
    let robot = ROBOTS.iter().find(|r| {
        address.starts_with(**r) || raw.contains(&format!("({r}")) || raw.starts_with(**r)
    });
    if let Some(robot) = robot {
        return Some(format!("from: {robot}"));
    }
    let nobody = NOBODY.iter().find(|n| address.starts_with(**n))?;
    let phrase = IS_MACHINE.first(text)?;
    Some(format!("from: {nobody}, text: {phrase}"))
}

/// Whether a subject (folded) says that somebody is away.
fn is_away_subject(subject: &str) -> bool {
    AWAY_SUBJECTS.iter().any(|s| subject.starts_with(s))
        || AWAY_WITHIN.iter().any(|s| subject.contains(s))
}

/// Whether a subject (folded) is no more than such words, before the subject that is answered:
/// "Ausente", "Vacaciones: RE: …", and not "Vacaciones de la encargada".
fn announces(subject: &str) -> bool {
    let phrases = AWAY_SUBJECTS.iter().chain(ANSWER_SUBJECTS);
    let mut rests = phrases.filter_map(|p| subject.strip_prefix(p));
    rests.any(|rest| is_server_form(rest.trim_start_matches(char::is_alphabetic)))
        || AWAY_WITHIN.iter().any(|s| subject.contains(s))
}

/// Whether this follows a phrase where a server wrote it.
fn is_server_form(rest: &str) -> bool {
    let rest = rest.trim_start();
    let whose = ["de ", "del ", "of "];
    rest.is_empty()
        || rest.starts_with([':', '[', '(', '-', '–', '!', '.'])
        || AFTER_SUBJECT
            .iter()
            .any(|w| rest.starts_with(w) && !whose.contains(w))
}

/// Whether a subject (folded) is one of an answer that may be about an absence.
pub(in super::super) fn is_out_of_office_subject(subject: &str) -> bool {
    is_away_subject(subject) || ANSWER_SUBJECTS.iter().any(|s| subject.starts_with(s))
}

/// A subject as clients and servers begin it: the phrase, then the subject that is answered. A
/// sentence of a person goes on otherwise ("Respuesta automática no me deja avanzar").
fn by_subject(subject: &str, text: &str) -> Option<String> {
    let of_server = SUBJECTS.iter().find_map(|phrase| {
        let rest = subject.strip_prefix(phrase)?.trim_start();
        let marked = phrase.ends_with(':') || rest.starts_with([':', '[', '(', '-', '–', '!']);
        let goes_on = rest.is_empty() || AFTER_SUBJECT.iter().any(|w| rest.starts_with(w));
        // without the subject that it answers, who asks or decides is a person
        let acts = || text.contains('?') || decides(text);
        let own = phrase.starts_with("i am ") || phrase.starts_with("i'm ");
        (marked || ((goes_on || own) && !acts())).then_some(*phrase)
    });
    let is_reply = ["re:", "rv:", "fw:", "fwd:"]
        .iter()
        .any(|p| subject.starts_with(p));
    // Lotus: "Ana Soto is out of the office."
    let within = || {
        let words = AWAY_WITHIN.iter().copied();
        words.into_iter().find(|s| !is_reply && subject.contains(s))
    };
    of_server.or_else(within).map(|s| format!("subject: {s}"))
}

/// Who decides or asks for something is a person.
fn decides(text: &str) -> bool {
    DECIDES.any(text)
}

/// By its words alone: only a short mail without a quote, that uses two such phrases, or one beside
/// a header field that machines write, and decides nothing.
fn by_text(case: &Case<'_>, subject: &str, text: &str, names_day: bool) -> Option<String> {
    let words = text.split_whitespace().count();
    if words > WORDS_MAX {
        return None;
    }
    let declared = DECLARED
        .first_at(text)
        .filter(|(_, at)| *at < DECLARED_WITHIN);
    if let Some((phrase, _)) = declared.filter(|_| !decides(text)) {
        return Some(format!("text: {phrase}"));
    }
    // who sends a file, asks or decides is a person
    let acts = case.has_files || text.contains('?') || decides(text);
    if case.quotes || acts || words == 0 {
        return None;
    }
    let (absence, closed) = (IS_ABSENT.all(text), IS_CLOSED.all(text));
    let goes_on = COMES_BACK.any(text) || RETURNS.any(text);
    let (machine, polite) = (IS_MACHINE.all(text), IS_POLITE.all(text));
    let by_machine = machine_header(case.headers);
    let announced = by_machine || announces(subject);
    let own = goes_on && IN_FIRST_PERSON.any(text);
    let brief = words <= BRIEF && names_day && IN_FIRST_PERSON.any(text) && !ACTS.any(text);
    let away = !absence.is_empty() && (announced || own || brief);
    let told = (!machine.is_empty() && machine.len() + closed.len() + polite.len() >= 2)
        || polite.len() >= 3
        || (by_machine && machine.len() + polite.len() > 0);
    let gone = !closed.is_empty() && (by_machine || goes_on);
    let phrase = [absence, closed, machine, polite]
        .into_iter()
        .flatten()
        .next()?;
    (away || told || gone).then(|| format!("text: {phrase}"))
}

/// A header field that machines write and people's clients mostly do not; not enough alone.
fn machine_header(headers: &Headers) -> bool {
    let field = headers.first_of(&[
        "x-auto-response-suppress",
        "x-ms-exchange-inbox-rules-loop",
        "x-ms-exchange-generated-message-source",
    ]);
    let precedence = headers.get("precedence").map(fold).unwrap_or_default();
    let bulk = matches!(precedence.as_str(), "bulk" | "junk") && !headers.has("list-id");
    field.is_some() || bulk
}
