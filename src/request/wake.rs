//! When a request must be looked at again though nobody wrote.

use chrono::{DateTime, Utc};

use super::{Request, State, Wake, WakeReason};
use crate::office::Office;

/// The shortest time before a reminder, in working hours.
const SHORTEST: chrono::TimeDelta = chrono::TimeDelta::hours(1);
/// After how many times the request's hours a requester who does not answer is told to a person.
const FORGOTTEN_AFTER: i32 = 2;

/// The next wake-up of a request; none where only a mail can change it.
pub(super) fn next(request: &Request, office: &Office, now: DateTime<Utc>) -> Option<Wake> {
    [reminder(request, office), deadline(request, office, now)]
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
    let part = |from, time: chrono::TimeDelta| {
        // Who is asked when hardly any time is left is not reminded at once.
        let time = (time * i32::from(office.desk.rhythm.reminder) / 100).max(SHORTEST);
        Wake {
            at: calendar.deadline(from, time, region).at,
            reason: WakeReason::Reminder,
        }
    };
    let whole = chrono::TimeDelta::hours(i64::from(request.procedure.hours));
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
