//! What comes of an operator's act. It goes the way of everybody's answers as far as it can: the
//! same receipts, the same people told, and never a decision on the operator's own request.

use chrono::NaiveDate;

use super::draft::Draft;
use super::operator::{Act, Operated, Refusal, Ruling};
use super::{
    Answer, Asked, AskedFor, AwaitingWork, Closed, DeskAct, DeskActed, Ending, Event, Happened,
    Motive, Outcome, Party, Pause, Proof, Recorded, Request, State, Stepped, Verdict, Withdrawn,
    advance, ask_approval, ask_work, awaiting_approval, common, objection, step, work_done,
};
use crate::office::{Office, Person, PersonId, RoleId};

/// Why an act would be refused; none where it holds.
pub fn refusal(request: &Request, operated: &Operated, office: &Office) -> Option<Refusal> {
    let closed = matches!(request.state, State::Closed(_));
    match &operated.act {
        Act::Decide(ruling) => {
            let own = request.is_requesters(&operated.by.party());
            unfit(&request.state, *ruling).or(own.then_some(Refusal::OwnRequest))
        }
        Act::Assign { to, beyond } => unfit_for(request, to, *beyond, office),
        Act::Reopen => (!closed).then_some(Refusal::Open),
        Act::Reclassify { .. } | Act::Amend { .. } | Act::Withdraw if closed => {
            Some(Refusal::Closed)
        }
        Act::Reclassify {
            procedure, beyond, ..
        } => {
            let person = request.requester.person.as_ref();
            let person = person.and_then(|id| office.directory.person(id));
            let roles = &procedure.requesters.roles;
            let may = person
                .is_some_and(|p| roles.is_empty() || roles.iter().any(|r| p.holds_anywhere(r)));
            let same = procedure.id == request.procedure.id;
            let not = (!may && !beyond).then_some(Refusal::MayNotAsk);
            same.then_some(Refusal::Unchanged).or(not)
        }
        Act::Amend { fields } => {
            let known = |name| request.fields.get(name).map(|d| &d.value);
            let same = |(name, datum): (_, &Option<crate::office::Datum>)| {
                known(name) == datum.as_ref().map(|d| &d.value)
            };
            fields.iter().all(same).then_some(Refusal::Unchanged)
        }
        Act::Release => match &request.state {
            State::AwaitingWork(state) if state.claimed.is_some() => None,
            other => Some(waits(other).unwrap_or(Refusal::NotClaimed)),
        },
        Act::Withdraw | Act::Away { .. } => None,
    }
}

/// Where the state waits for something else than this decision.
fn unfit(state: &State, ruling: Ruling) -> Option<Refusal> {
    match (state, ruling) {
        (
            State::AwaitingApproval(_) | State::AwaitingConfirmation(_),
            Ruling::Approve | Ruling::Reject,
        )
        | (State::AwaitingWork(_), Ruling::Done | Ruling::NotDone) => None,
        (State::AwaitingApproval(_), Ruling::Done | Ruling::NotDone) => {
            Some(Refusal::WaitsForApproval)
        }
        (State::AwaitingConfirmation(_), Ruling::Done | Ruling::NotDone) => {
            Some(Refusal::WaitsForConfirmation)
        }
        (State::AwaitingWork(_), Ruling::Approve | Ruling::Reject) => Some(Refusal::WaitsForWork),
        (State::AwaitingData(_), _) => Some(Refusal::WaitsForData),
        (State::Closed(_), _) => Some(Refusal::Closed),
    }
}

/// What a state waits for that has no holders of the work.
fn waits(state: &State) -> Option<Refusal> {
    match state {
        State::AwaitingData(_) => Some(Refusal::WaitsForData),
        State::AwaitingConfirmation(_) => Some(Refusal::WaitsForConfirmation),
        State::AwaitingApproval(_) => Some(Refusal::WaitsForApproval),
        State::Closed(_) => Some(Refusal::Closed),
        State::AwaitingWork(_) => None,
    }
}

fn unfit_for(request: &Request, to: &PersonId, beyond: bool, office: &Office) -> Option<Refusal> {
    let (role, asked, decides) = match &request.state {
        State::AwaitingApproval(state) => (&state.role, &state.asked, true),
        State::AwaitingWork(state) => (&request.procedure.executor.role, &state.asked, false),
        other => return waits(other),
    };
    let Some(person) = office.directory.person(to) else {
        return Some(Refusal::Unknown);
    };
    if decides && request.is_requesters(&Party::of(person)) {
        return Some(Refusal::ToRequester);
    }
    if let [one] = asked.as_slice()
        && one.party.is(&Party::of(person))
    {
        return Some(Refusal::Theirs);
    }
    let fits = beyond || standing(request, role, person, office).is_some();
    (!fits).then_some(Refusal::NotTheirs)
}

/// Whether somebody may be given what a role must do: for whom they then stand in, if for anybody.
pub(super) fn standing(
    request: &Request,
    role: &RoleId,
    person: &Person,
    office: &Office,
) -> Option<Option<PersonId>> {
    let (region, programme) = (request.region(), request.programme());
    let holders = office.directory.holders(role, region, programme);
    let reads = |h: &Person| h.id == person.id || (h.shared && h.members.contains(&person.id));
    if holders.iter().any(|h| reads(h)) {
        return Some(None);
    }
    let absent = holders.iter().find(|holder| {
        let mut substitutes = holder.substitutes.iter();
        substitutes.any(|s| s.person == person.id)
    });
    absent.map(|holder| Some(holder.id.clone()))
}

pub(super) fn on(mut draft: Draft<'_>, operated: &Operated) -> Stepped {
    if refusal(&draft.request, operated, draft.office).is_some() {
        return draft.finish(Outcome::RefusedOperator);
    }
    draft.recorded = Some(Recorded {
        by: operated.by.name().to_owned(),
        reason: operated.reason.clone(),
    });
    let by = operated.by.party();
    match &operated.act {
        Act::Decide(ruling) => decide(draft, operated, *ruling),
        Act::Assign { to, .. } => assign(draft, to, &by),
        Act::Reclassify {
            procedure,
            fields,
            invalid,
            ..
        } => {
            draft.request.procedure = (**procedure).clone();
            draft.request.fields = fields.clone();
            draft.request.invalid = invalid.clone();
            changed(draft, Happened::Reclassified, &by, DeskActed::Reclassified)
        }
        Act::Amend { fields } => {
            for (name, datum) in fields {
                draft.request.invalid.retain(|i| &i.field != name);
                match datum {
                    Some(datum) => draft.request.fields.insert(name.clone(), datum.clone()),
                    None => draft.request.fields.remove(name),
                };
            }
            changed(draft, Happened::Amended, &by, DeskActed::Amended)
        }
        Act::Withdraw => withdraw(draft, &by),
        Act::Reopen => reopen(draft, &by),
        Act::Release => release(draft, &by),
        Act::Away { person, until } => away(draft, person, *until),
    }
}

/// An out-of-office, told by the desk's people.
fn away(draft: Draft<'_>, person: &PersonId, until: Option<NaiveDate>) -> Stepped {
    let event = Event::Away {
        person: person.clone(),
        until,
    };
    step(draft.request, &event, draft.office, draft.now)
}

/// The answer that somebody who was asked would have given, by the operator.
fn answer(draft: &Draft<'_>, operated: &Operated, verdict: Verdict, about: AskedFor) -> Answer {
    Answer {
        by: operated.by.party(),
        about,
        version: draft.request.version,
        verdict,
        hands_on_to: None,
        documents: vec![],
        persons: None,
        reason: Some(operated.reason.clone()),
        text: String::new(),
        received_at: draft.now,
        proof: Proof::Counts(operated.cell.clone()),
    }
}

fn decide(mut draft: Draft<'_>, operated: &Operated, ruling: Ruling) -> Stepped {
    let verdict = match ruling {
        Ruling::Approve => Verdict::Approve,
        Ruling::Reject => Verdict::Reject,
        Ruling::Done => Verdict::Done,
        Ruling::NotDone => Verdict::NotDone,
    };
    let by = operated.by.party();
    match draft.request.state.clone() {
        State::AwaitingApproval(state) => {
            let about = AskedFor::Approval { step: state.step };
            let answer = answer(&draft, operated, verdict, about);
            if ruling == Ruling::Approve {
                // None of those asked: the operator stands in for nobody.
                let nobody = state.asked.len();
                let cell = operated.cell.clone();
                return awaiting_approval::approve(draft, state, nobody, &answer, &cell);
            }
            objection::stop(&mut draft, &answer, &state.role);
            draft.finish(Outcome::Rejected)
        }
        State::AwaitingConfirmation(_) if ruling == Ruling::Approve => {
            draft.request.confirmed = Some(operated.cell.clone());
            draft.happened(Happened::Confirmed, &by.name);
            let requester = draft.request.requester.clone();
            desk_act(&mut draft, &[requester], &by, DeskActed::Confirmed);
            advance::advance(&mut draft);
            draft.finish(Outcome::Confirmed)
        }
        State::AwaitingConfirmation(_) => {
            let answer = answer(&draft, operated, verdict, AskedFor::Confirmation);
            objection::stop(&mut draft, &answer, &RoleId(String::new()));
            draft.finish(Outcome::Rejected)
        }
        State::AwaitingWork(state) => work(draft, &state, operated, (ruling, verdict)),
        // `refusal` has sent these away.
        State::AwaitingData(_) | State::Closed(_) => draft.finish(Outcome::RefusedOperator),
    }
}

fn work(
    mut draft: Draft<'_>,
    state: &AwaitingWork,
    operated: &Operated,
    (ruling, verdict): (Ruling, Verdict),
) -> Stepped {
    let by = operated.by.party();
    let answer = answer(&draft, operated, verdict, AskedFor::Work);
    let done = ruling == Ruling::Done;
    // Who has the work in hand learns that it is settled; the others learn it as always.
    let told_anyway = done && state.claimed.is_none() && state.asked.len() > 1;
    let holders: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
    if !told_anyway {
        let acted = if done {
            DeskActed::Done
        } else {
            DeskActed::NotDone
        };
        desk_act(&mut draft, &holders, &by, acted);
    }
    match done {
        true => work_done::done(draft, state, &answer),
        false => work_done::not_done(draft, state, &answer),
    }
}

/// Tells people what the desk did by hand, but for whoever did it.
fn desk_act(draft: &mut Draft<'_>, to: &[Party], by: &Party, acted: DeskActed) {
    for party in to.iter().filter(|p| !p.is(by)) {
        let message = DeskAct {
            summary: draft.summary(),
            acted,
            held_by: draft.request.held_by(),
        };
        draft.tell(party, message);
    }
}

/// Those who hold a request that waits for a decision or for work.
fn busy(request: &Request) -> Vec<Party> {
    match &request.state {
        State::AwaitingApproval(state) => state.asked.iter().map(|a| a.party.clone()).collect(),
        State::AwaitingWork(state) => state.asked.iter().map(|a| a.party.clone()).collect(),
        State::AwaitingData(_) | State::AwaitingConfirmation(_) | State::Closed(_) => vec![],
    }
}

fn assign(mut draft: Draft<'_>, to: &PersonId, by: &Party) -> Stepped {
    let office = draft.office;
    let Some(person) = office.directory.person(to) else {
        return draft.finish(Outcome::RefusedOperator);
    };
    let party = Party::of(person);
    let mut former = busy(&draft.request);
    former.retain(|p| !p.is(&party));
    let asked = |role: &RoleId, request: &Request| Asked {
        party: party.clone(),
        standing_in_for: standing(request, role, person, office).flatten(),
        motive: Some(Motive::Assigned),
        delegated_by: None,
        also: vec![],
        unclear: 0,
    };
    draft.happened(Happened::Assigned, &party.name);
    match draft.request.state.clone() {
        State::AwaitingApproval(mut state) => {
            let asked = asked(&state.role, &draft.request);
            state.asked = vec![asked.clone()];
            (state.asked_at, state.reminded) = (draft.now, false);
            state.overdue = false;
            let (step, role, due) = (state.step, state.role.clone(), state.due);
            draft.enter(State::AwaitingApproval(state));
            ask_approval::ask_approver(&mut draft, &asked, step, &role, due);
        }
        State::AwaitingWork(mut state) => {
            let asked = asked(&draft.request.procedure.executor.role, &draft.request);
            state.asked = vec![asked];
            (state.claimed, state.asked_at, state.reminded) = (None, draft.now, false);
            let all = state.asked.clone();
            draft.enter(State::AwaitingWork(state));
            ask_work::ask_executor(&mut draft, &party, &all);
        }
        State::AwaitingData(_) | State::AwaitingConfirmation(_) | State::Closed(_) => {}
    }
    desk_act(&mut draft, &former, by, DeskActed::Assigned);
    draft.finish(Outcome::Assigned)
}

/// The data are no longer what was approved or confirmed: a new version, and all steps again.
fn changed(mut draft: Draft<'_>, happened: Happened, by: &Party, acted: DeskActed) -> Stepped {
    let former = busy(&draft.request);
    let request = &mut draft.request;
    request.version += 1;
    request.approvals.clear();
    request.confirmed = None;
    request.acknowledged = false;
    // Who was asked for a document and has given all the data has given what it is for.
    request.document_in_body |= super::missing_fields(request).is_empty();
    draft.happened(happened, &by.name);
    advance::advance(&mut draft);
    let now: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
    let let_go: Vec<Party> = former
        .into_iter()
        .filter(|p| !now.iter().any(|n| n.is(p)))
        .collect();
    desk_act(&mut draft, &let_go, by, acted);
    draft.finish(match happened {
        Happened::Reclassified => Outcome::Reclassified,
        _ => Outcome::Amended,
    })
}

fn withdraw(mut draft: Draft<'_>, by: &Party) -> Stepped {
    let holders = busy(&draft.request);
    common::close(&mut draft, Ending::Withdrawn, by);
    draft.happened(Happened::Withdrawn, &by.name);
    let message = Withdrawn {
        summary: draft.summary(),
        by: by.name.clone(),
    };
    draft.tell_requester(message.clone());
    for party in holders.iter().filter(|p| !p.is(by)) {
        draft.tell(party, message.clone());
    }
    draft.finish(Outcome::Withdrawn)
}

/// Goes on where it ended; the time in between does not count, and no old mail does.
fn reopen(mut draft: Draft<'_>, by: &Party) -> Stepped {
    let State::Closed(Closed { ending, at, .. }) = draft.request.state.clone() else {
        return draft.finish(Outcome::RefusedOperator);
    };
    let now = draft.now;
    let request = &mut draft.request;
    request.version += 1;
    match request.pauses.last_mut() {
        // It ended while the clock stood still.
        Some(pause) if pause.until == Some(at) => pause.until = Some(now),
        _ => request.pauses.push(Pause {
            from: at,
            until: Some(now),
        }),
    }
    if ending == Ending::Disowned {
        request.confirmed = None;
    }
    draft.happened(Happened::Reopened, &by.name);
    advance::advance(&mut draft);
    let requesters = draft.requesters();
    desk_act(&mut draft, &requesters, by, DeskActed::Reopened);
    draft.finish(Outcome::Reopened)
}

fn release(mut draft: Draft<'_>, by: &Party) -> Stepped {
    let State::AwaitingWork(mut state) = draft.request.state.clone() else {
        return draft.finish(Outcome::RefusedOperator);
    };
    let former: Vec<Party> = state.claimed.take().into_iter().collect();
    (state.asked_at, state.reminded) = (draft.now, false);
    let asked = state.asked.clone();
    draft.enter(State::AwaitingWork(state));
    draft.happened(Happened::Released, &by.name);
    desk_act(&mut draft, &former, by, DeskActed::Released);
    for one in &asked {
        ask_work::ask_executor(&mut draft, &one.party, &asked);
    }
    draft.finish(Outcome::Released)
}
