//! A letter that answers nothing: a request, or something for a person to look at.

use chrono::TimeDelta;

use super::again::{self, Memorandum};
use super::case::{Case, Fate, Judged, Judgement};
use super::policy::{OpeningCell, opening_cell};
use crate::office::{Office, Otherwise, Procedure, ProcedureId, RoleId, Value};
use crate::reading::Reading;
use crate::request::{
    Ask, AskedFor, Message, Notice, Opening, Party, Proof, Related, Triage, TriageOption,
    TriageReason, TriageReceived, WrongChannel, cut,
};

/// Judges a letter as the beginning of something.
pub(super) fn opening(case: &Case<'_>, sender: &Party) -> Judgement {
    if let Some(judgement) = again::content(case, sender).or_else(|| again::courtesy(case)) {
        return judgement;
    }
    let procedure = case
        .reading
        .classification
        .procedure
        .as_ref()
        .and_then(|id| case.office.procedure(id));
    let Some(procedure) = procedure else {
        return triage(case, Some(sender), TriageReason::Unclassified);
    };
    if let Some(judgement) = case.known.same.and_then(|id| again::same(case, sender, id)) {
        return judgement;
    }
    let requester = match signatory(case, sender) {
        Signatory::Nobody => sender.clone(),
        Signatory::Known(person) => person,
        Signatory::Unknown => return triage(case, Some(sender), TriageReason::UnknownSignatory),
    };
    if !may_ask(case, procedure, &requester) {
        // A stranger's address may be forged: where that can be told, only who it is proven to be
        // is written to, and learns whose addresses those are.
        let unproven = opening_cell(case.letter.authentication, is_fresh(case))
            == OpeningCell::ConfirmUnstamped;
        return match &procedure.requesters.otherwise {
            Otherwise::Refer(role) if sender.person.is_some() || !unproven => {
                refer(case, sender, procedure, role)
            }
            _ => triage(case, Some(sender), TriageReason::NotAllowed),
        };
    }
    match again::memorandum(case, sender, procedure) {
        Memorandum::Judged(judgement) => judgement,
        Memorandum::Other(related) => begin_related(case, procedure, (requester, sender), related),
    }
}

/// Begins a request with what the letter says.
pub(super) fn begin(
    case: &Case<'_>,
    procedure: &Procedure,
    requester: Party,
    sender: &Party,
) -> Judgement {
    begin_related(case, procedure, (requester, sender), None)
}

fn begin_related(
    case: &Case<'_>,
    procedure: &Procedure,
    (requester, sender): (Party, &Party),
    related: Option<Related>,
) -> Judgement {
    let opening = plain(case, procedure, (requester, sender), related);
    Judgement::done("opening", vec![Judged::Open(Box::new(opening))])
}

/// What a letter opens.
pub(super) fn plain(
    case: &Case<'_>,
    procedure: &Procedure,
    (requester, sender): (Party, &Party),
    related: Option<Related>,
) -> Opening {
    let cell = opening_cell(case.letter.authentication, is_fresh(case));
    let own = sender.is(&requester);
    Opening {
        procedure: procedure.clone(),
        requester,
        sender: sender.clone(),
        subject: case.letter.subject.clone(),
        fields: case.reading.fields.clone(),
        invalid: case.reading.invalid.clone(),
        documents: case.documents(),
        // Who states everything has given what the document is for; so too where something is
        // missing of a person who is named.
        document_in_body: case.reading.memorandum.is_some()
            || (case.reading.missing.iter()).all(|name| case.reading.fields.contains_key(name)),
        confirmed: (own && cell == OpeningCell::OpensAuthenticated).then(|| cell.name().to_owned()),
        cell: cell.name().to_owned(),
        unproven: cell == OpeningCell::ConfirmUnstamped,
        received_at: case.received_at,
        memorandum: again::memorandum_key(case.letter, case.reading, case.office),
        related,
    }
}

/// How a letter that begins or changes something proves whose word it is.
pub(super) fn proof(case: &Case<'_>) -> Proof {
    let cell = opening_cell(case.letter.authentication, is_fresh(case));
    let name = cell.name().to_owned();
    match cell {
        OpeningCell::OpensAuthenticated => Proof::Counts(name),
        OpeningCell::ConfirmReplayed
        | OpeningCell::ConfirmUnstamped
        | OpeningCell::ConfirmNotStamped
        | OpeningCell::QuarantineFailed
        | OpeningCell::NeverUnidentifiable => Proof::Confirm(name),
    }
}

/// Days after its Date in which a mail is its sender's word of today.
const FRESH_DAYS: i64 = 7;

/// Whether a mail was written to the desk, in these days: a signature holds for ever, and whoever
/// has the mail can send it again.
fn is_fresh(case: &Case<'_>) -> bool {
    let (letter, desk) = (case.letter, &case.office.desk);
    let mut addressed = letter.to.iter().chain(&letter.cc);
    let age = letter.date.map(|date| case.received_at - date);
    let days = TimeDelta::days(FRESH_DAYS);
    addressed.any(|to| desk.is_own_address(&to.address))
        && age.is_some_and(|age| age < days && age > TimeDelta::days(-1))
}

/// Who signed a memorandum.
pub(super) enum Signatory {
    /// Nobody, or it does not say.
    Nobody,
    /// Somebody of the directory.
    Known(Party),
    /// Somebody else, or a name that several people have.
    Unknown,
}

pub(super) fn signatory(case: &Case<'_>, sender: &Party) -> Signatory {
    signatory_of(case.reading, case.office, sender)
}

/// Who signed what was read.
pub(super) fn signatory_of(reading: &Reading, office: &Office, sender: &Party) -> Signatory {
    let memorandum = reading.memorandum.as_ref();
    let Some(name) = memorandum.and_then(|m| m.signatory.as_ref()) else {
        return Signatory::Nobody;
    };
    let words = name_words(name);
    if words.len() < 2 {
        return Signatory::Nobody;
    }
    let people = office.directory.people.iter();
    // "Ana Soto" and "Ana María Soto Vera" are the same where all words of one are the other's.
    let within = |a: &[String], b: &[String]| a.len() >= 2 && a.iter().all(|w| b.contains(w));
    let found: Vec<Party> = people
        .filter(|person| {
            let own = name_words(&person.name);
            // Some sign with their post alone.
            let post = person.post.as_deref().map(name_words).unwrap_or_default();
            within(&own, &words) || within(&words, &own) || within(&words, &post)
        })
        .map(Party::of)
        .collect();
    match found.as_slice() {
        _ if found.iter().any(|p| p.is(sender)) => Signatory::Known(sender.clone()),
        [one] => Signatory::Known(one.clone()),
        _ => Signatory::Unknown,
    }
}

/// The words of a name; initials do not count.
pub(super) fn name_words(name: &str) -> Vec<String> {
    let words = fold(name);
    words
        .split_whitespace()
        .filter(|w| w.len() > 1)
        .map(str::to_owned)
        .collect()
}

fn fold(text: &str) -> String {
    let letters = deunicode::deunicode(text).to_lowercase();
    letters
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect()
}

pub(super) fn may_ask(case: &Case<'_>, procedure: &Procedure, requester: &Party) -> bool {
    let person = requester
        .person
        .as_ref()
        .and_then(|id| case.office.directory.person(id));
    let Some(person) = person else { return false };
    let roles = &procedure.requesters.roles;
    roles.is_empty() || roles.iter().any(|role| person.holds_anywhere(role))
}

fn refer(case: &Case<'_>, sender: &Party, procedure: &Procedure, role: &RoleId) -> Judgement {
    let text = |name: &str| {
        let datum = case
            .reading
            .fields
            .iter()
            .find(|(field, _)| field.as_str() == name);
        datum.and_then(|(_, d)| match &d.value {
            Value::Text(text) => Some(text.clone()),
            Value::Persons(_) => None,
        })
    };
    let (region, programme) = (text("region"), text("programme"));
    let directory = &case.office.directory;
    let role_name = directory
        .role(role)
        .map_or(role.0.as_str(), |r| r.name.as_str());
    let holders = directory.holders(role, region.as_deref(), programme.as_deref());
    let mut ask_instead: Vec<String> = holders
        .iter()
        .map(|p| format!("{}, {role_name}, {}", p.name, p.address()))
        .collect();
    if ask_instead.is_empty() {
        ask_instead.push(role_name.to_owned());
    }
    let message = WrongChannel {
        procedure: procedure.name.clone(),
        subject: case.letter.subject.clone(),
        ask_instead,
    };
    Judgement::done("wrong-channel", vec![tell(case, sender, message)])
}

pub(super) fn tell(case: &Case<'_>, to: &Party, message: impl Into<Message>) -> Judged {
    let message = message.into();
    let due = case.received_at;
    Judged::Tell(Box::new(Notice {
        to: to.clone(),
        message,
        ask: None,
        due,
        documents: false,
        files: vec![],
    }))
}

/// Asks one of the desk's people where a mail goes.
fn ask(case: &Case<'_>, to: &Party, message: Message) -> Judged {
    Judged::Tell(Box::new(Notice {
        to: to.clone(),
        message,
        ask: Some(Ask {
            about: AskedFor::Triage,
            version: 1,
        }),
        due: case.received_at,
        documents: false,
        files: vec![],
    }))
}

/// All procedures, by the number that one answers with: the two likeliest first. The number is
/// that of the office's order, so that it is the same in every mail.
pub(super) fn options(case: &Case<'_>) -> Vec<TriageOption> {
    let guesses = &case.reading.classification.guesses;
    let likely = |id: &ProcedureId| guesses.iter().take(2).position(|guess| guess == id);
    let procedures = case.office.procedures.iter().enumerate();
    let mut options: Vec<TriageOption> = procedures
        .map(|(index, procedure)| TriageOption {
            number: index + 1,
            id: procedure.id.clone(),
            name: procedure.name.clone(),
        })
        .collect();
    options.sort_by_key(|o| (likely(&o.id).unwrap_or(usize::MAX), o.number));
    options
}

/// So many were opened in the same name today, with nothing to prove it, that a person must look.
pub fn too_many(case: &Case<'_>) -> Judgement {
    triage(case, case.sender().as_ref(), TriageReason::TooMany)
}

/// A person must look at the mail: the desk's people get its text, its sender a word.
pub(super) fn triage(case: &Case<'_>, sender: Option<&Party>, why: TriageReason) -> Judgement {
    let letter = case.letter;
    let guesses = case.reading.classification.guesses.iter();
    let guesses = guesses
        .filter_map(|id| case.office.procedure(id))
        .map(|p| p.name.clone());
    let message = Triage {
        from: letter
            .from
            .as_ref()
            .map_or_else(String::new, |a| a.address.clone()),
        subject: letter.subject.clone(),
        text: cut(&letter.text, 2_000),
        guesses: guesses.collect(),
        why,
        input: Some(case.input),
        options: options(case),
    };
    let message = Message::from(message);
    let people = case
        .office
        .directory
        .holders(&case.office.desk.triage_role, None, None);
    let mut judged: Vec<Judged> = people
        .into_iter()
        .map(|p| ask(case, &Party::of(p), message.clone()))
        .collect();
    // Strangers get no answer: their address may be forged.
    // Nor does who answers such a word with another: it may be a machine.
    let known = |s: &&Party| s.person.is_some() && !case.known.answers_desk_mail;
    if let Some(sender) = sender.filter(known) {
        judged.push(tell(
            case,
            sender,
            TriageReceived {
                subject: letter.subject.clone(),
            },
        ));
    }
    let reason = match why {
        TriageReason::Unclassified => "unclassified",
        TriageReason::NotAllowed => "not-allowed",
        TriageReason::NoSender => "no-sender",
        TriageReason::UnknownSignatory => "unknown-signatory",
        TriageReason::CannotBeRead => "cannot-be-read",
        TriageReason::TooMany => "too-many-unconfirmed",
    };
    Judgement {
        judged,
        fate: Fate::Review,
        reason,
    }
}
