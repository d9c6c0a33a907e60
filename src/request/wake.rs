//! When a request must be looked at again though nobody wrote. Whatever is not closed has a
//! wake-up: nothing waits for nobody.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::{Request, State, Wake, WakeReason};
use crate::office::Office;

/// The shortest time before a reminder, in working hours.
const SHORTEST: TimeDelta = TimeDelta::hours(1);
/// After how many times the request's hours a requester who does not answer is told to a person.
const FORGOTTEN_AFTER: i32 = 2;
/// How many times rarer than reminders the desk's people are told of a requester who stays silent.
const RARER: u32 = 5;

/// The next wake-up of a request; none only where it is closed.
pub(super) fn next(request: &Request, office: &Office, now: DateTime<Utc>) -> Option<Wake> {
    // Of those that fall on the same moment the first is taken.
    [
        reminder(request, office),
        overdue(request),
        deadline(request, office, now),
        still(request, office),
        look(request, office, now),
    ]
    .into_iter()
    .flatten()
    .min_by_key(|wake| wake.at)
}

/// Warnings, then the breach; nothing while the clock stands still.
fn deadline(request: &Request, office: &Office, now: DateTime<Utc>) -> Option<Wake> {
    if request.is_paused() || matches!(request.state, State::Closed(_)) || request.warned >= 100 {
        return None;
    }
    let warning = office
        .desk
        .rhythm
        .warnings
        .iter()
        .copied()
        .find(|p| *p > request.warned);
    let (percent, reason) = match warning {
        Some(percent) => (percent, WakeReason::Warning(percent)),
        None => (100, WakeReason::Breach),
    };
    Some(Wake {
        at: request.at_percent(percent, office, now),
        reason,
    })
}

/// One reminder to whoever holds it, after a part of their time.
fn reminder(request: &Request, office: &Office) -> Option<Wake> {
    let region = request.clock_region(office);
    let calendar = &office.calendar;
    let part = |from, time: TimeDelta| {
        // Who is asked when hardly any time is left is not reminded at once.
        let time = (time * i32::from(office.desk.rhythm.reminder) / 100).max(SHORTEST);
        Wake {
            at: calendar.deadline(from, time, region).at,
            reason: WakeReason::Reminder,
        }
    };
    let whole = TimeDelta::hours(i64::from(request.procedure.hours));
    let forgotten = |from| {
        let at = calendar.deadline(from, whole * FORGOTTEN_AFTER, region).at;
        Wake {
            at,
            reason: WakeReason::Forgotten,
        }
    };
    match &request.state {
        State::AwaitingData(s) if !s.reminded => Some(part(s.asked_at, whole)),
        State::AwaitingConfirmation(s) if !s.reminded => Some(part(s.asked_at, whole)),
        State::AwaitingData(s) if !s.forgotten => Some(forgotten(s.asked_at)),
        State::AwaitingConfirmation(s) if !s.forgotten => Some(forgotten(s.asked_at)),
        State::AwaitingApproval(s) if !s.reminded => Some(part(
            s.asked_at,
            calendar.working_time(s.asked_at, s.due, region),
        )),
        State::AwaitingWork(s) if !s.reminded => {
            let end = request.at_percent(100, office, s.asked_at);
            Some(part(
                s.asked_at,
                calendar.working_time(s.asked_at, end, region),
            ))
        }
        State::AwaitingData(_)
        | State::AwaitingConfirmation(_)
        | State::AwaitingApproval(_)
        | State::AwaitingWork(_)
        | State::Closed(_) => None,
    }
}

/// The end of a step's hours, once.
fn overdue(request: &Request) -> Option<Wake> {
    let State::AwaitingApproval(state) = &request.state else {
        return None;
    };
    (!state.overdue).then_some(Wake {
        at: state.due,
        reason: WakeReason::Overdue,
    })
}

/// Whatever goes on waiting is brought to mind again every few working days.
fn still(request: &Request, office: &Office) -> Option<Wake> {
    let days = office.desk.rhythm.again_days;
    let (from, days) = match &request.state {
        State::AwaitingApproval(s) if s.overdue => (s.stirred_at.unwrap_or(s.due), days),
        State::AwaitingWork(s) if s.reminded => (s.stirred_at.unwrap_or(s.asked_at), days),
        State::AwaitingData(s) if s.forgotten => (s.stirred_at.unwrap_or(s.asked_at), days * RARER),
        State::AwaitingConfirmation(s) if s.forgotten => {
            (s.stirred_at.unwrap_or(s.asked_at), days * RARER)
        }
        State::AwaitingData(_)
        | State::AwaitingConfirmation(_)
        | State::AwaitingApproval(_)
        | State::AwaitingWork(_)
        | State::Closed(_) => return None,
    };
    Some(Wake {
        at: opening(request, office, from, days),
        reason: WakeReason::Still,
    })
}

/// Each working day begins with a look at who should be asked today.
fn look(request: &Request, office: &Office, now: DateTime<Utc>) -> Option<Wake> {
    let waits = matches!(
        request.state,
        State::AwaitingApproval(_) | State::AwaitingWork(_)
    );
    waits.then(|| Wake {
        at: opening(request, office, now, 1),
        reason: WakeReason::Look,
    })
}

/// When the office opens on the `days`-th working day after `from`.
fn opening(request: &Request, office: &Office, from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let region = request.clock_region(office);
    let calendar = &office.calendar;
    let mut at = from;
    for _ in 0..days {
        let day = calendar.local(at, region).date_naive();
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        let midnight = calendar.instant(next.and_time(NaiveTime::MIN), region);
        at = calendar
            .next_open(midnight, region)
            .max(at + TimeDelta::hours(1));
    }
    at
}
