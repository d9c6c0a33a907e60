//! Somebody, or a machine without any mark, that writes without end: heard up to a measure, then
//! set aside without a word, so that nobody else waits and no two machines answer each other for
//! ever.

use chrono::TimeDelta;

use super::decide::Read;
use super::ledger::Ledger;
use super::mask;
use super::world::DeskError;
use crate::judge::{Fate, Judged, Judgement, Trouble};
use crate::mail::SenderAuthentication;
use crate::request::{
    AlarmKind, AskedFor, Event, Notice, Party, Proof, State, TriageReceived, Verdict,
};

/// The time that the daily measure counts over.
const DAY: TimeDelta = TimeDelta::days(1);
/// Mails of one sender that a person must place, in an hour, of which each is told: a machine that
/// answers our answers writes such mails.
const UNPLACED: u32 = 8;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// Why such a mail is set aside.
pub(super) const REASON: &str = "too-many-from-sender";

/// A judgement of one mail too many of its sender comes to nothing but that: the mail is kept for a
/// person. The first one of a day is told, to the sender and, as an alarm, to the desk's people.
pub(super) fn bounded(
    ledger: &Ledger<'_>,
    (input, read, sender): (i64, &Read, &str),
    judgement: Judgement,
) -> Result<Judgement, DeskError> {
    let desk = &ledger.world.office.desk;
    let (books, now) = (ledger.books, ledger.now);
    // What is said of forged mails has a measure of its own; who is silent answers no machine. What
    // a person of the desk has run again is not part of any flood.
    let authentication = read.letter.authentication;
    if judgement.judged.is_empty()
        || authentication == SenderAuthentication::Fails
        || sender.is_empty()
        || desk.systems.iter().any(|system| system == sender)
        || books.is_placed_by_hand(input)?
        || decides(ledger, &judgement)?
    {
        return Ok(judgement);
    }
    // Others who write in somebody's name use up nothing of what is theirs.
    let from = (sender, authentication.name());
    let (today, _) = books.count_from(from, now - DAY)?;
    let (_, unplaced) = books.count_from(from, now - HOUR)?;
    let daily = today >= desk.limits.mails_from_address_and_day;
    let hourly = judgement.fate == Fate::Review && unplaced >= UNPLACED;
    if !daily && !hourly {
        return Ok(judgement);
    }
    let told = books
        .reported_troubles(now)?
        .iter()
        .any(|t| t.kind == AlarmKind::Flood && t.about == sender);
    let trouble = Trouble {
        kind: AlarmKind::Flood,
        about: sender.to_owned(),
        since: now,
        details: format!("{} correos en las últimas 24 horas", today + 1),
    };
    books.report_trouble(&trouble, Some(now + DAY))?;
    let from = mask::address(sender);
    tracing::warn!(input, %from, today, "one mail too many of this sender: set aside");
    Ok(Judgement {
        judged: match told {
            true => vec![],
            false => receipt(ledger, sender, &read.letter.subject)
                .into_iter()
                .collect(),
        },
        fate: Fate::Review,
        reason: REASON,
    })
}

/// Whether a judgement is a proven answer that decides what is open now. Nothing keeps it from
/// counting: where no server stamps, others can write in the sender's name until the measure is
/// full. Each ends what it answers, so that no machine goes on for ever by it.
fn decides(ledger: &Ledger<'_>, judgement: &Judgement) -> Result<bool, DeskError> {
    let [Judged::Apply(id, event)] = judgement.judged.as_slice() else {
        return Ok(false);
    };
    let Event::Answered(answer) = event.as_ref() else {
        return Ok(false);
    };
    let ends = matches!(
        answer.verdict,
        Verdict::Approve | Verdict::Reject | Verdict::Done | Verdict::NotDone
    );
    if !ends || !matches!(answer.proof, Proof::Counts(_)) {
        return Ok(false);
    }
    let request = ledger.books.request(*id)?;
    Ok(request.is_some_and(|request| {
        let open = match (answer.about, &request.state) {
            (AskedFor::Approval { step }, State::AwaitingApproval(state)) => {
                step == state.step || answer.verdict == Verdict::Reject
            }
            (AskedFor::Approval { .. }, State::AwaitingWork(_)) => {
                answer.verdict == Verdict::Reject
            }
            (AskedFor::Work, State::AwaitingWork(_))
            | (AskedFor::Confirmation, State::AwaitingConfirmation(_)) => true,
            _ => false,
        };
        open && answer.version == request.version
    }))
}

/// A word to the sender that a person will look at it; none for strangers.
fn receipt(ledger: &Ledger<'_>, sender: &str, subject: &str) -> Option<Judged> {
    let person = ledger.world.office.directory.by_address(sender)?;
    let message = TriageReceived {
        subject: subject.to_owned(),
    };
    Some(Judged::Tell(Box::new(Notice {
        to: Party::of(person),
        message: message.into(),
        ask: None,
        due: ledger.now,
        documents: false,
        files: vec![],
    })))
}
