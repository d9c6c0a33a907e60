//! Where a request goes next: data, the authority's word, the chain, the work. The one place that
//! decides it; states come here when what they waited for has come.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::draft::Draft;
use super::{
    Acknowledgement, Approval, ApprovalRequest, Asked, AskedFor, Attention, AttentionReason,
    AwaitingApproval, AwaitingConfirmation, AwaitingData, AwaitingWork, ClosingNotAllowed,
    Happened, MissingData, Next, OpeningConfirmation, Party, Refused, State, UnreadableDocument,
    Wanted, WorkOrder,
};
use crate::calendar::Closing;
use crate::office::{Field, FieldName, Office, Person, RoleId};

/// Moves on to the next thing that the request needs.
pub(super) fn advance(draft: &mut Draft<'_>) {
    if ask_for_data(draft) || ask_for_confirmation(draft) {
        return;
    }
    let step = draft.request.approvals.len();
    match draft.request.steps().get(step).cloned() {
        Some(declared) => ask_for_approval(draft, step, &declared.role, declared.hours),
        None => ask_for_work(draft),
    }
}

/// Required fields that have no value, in the procedure's order.
pub fn missing_fields(request: &super::Request) -> Vec<&Field> {
    let wanted = |field: &&Field| {
        let required = match &field.required_when {
            Some(conditions) => conditions
                .iter()
                .all(|(name, value)| request.has_value(name, value)),
            None => field.required,
        };
        required && !request.fields.contains_key(&field.name)
    };
    request.procedure.fields.iter().filter(wanted).collect()
}

/// Enters `AwaitingData` where something is missing or cannot be right.
fn ask_for_data(draft: &mut Draft<'_>) -> bool {
    let request = &draft.request;
    let mut wanted: Vec<Wanted> = vec![];
    for field in &request.procedure.fields {
        let refused = request.invalid.iter().find(|i| i.field == field.name);
        let missing = missing_fields(request).iter().any(|f| f.name == field.name);
        if refused.is_some() || missing {
            wanted.push(Wanted {
                label: field.label.clone(),
                example: field.example.clone(),
                refused: refused.map(|i| Refused {
                    value: i.value.clone(),
                    why: i.why.clone(),
                }),
            });
        }
    }
    let documents = missing_documents(request);
    let closing = refused_closing(draft);
    if wanted.is_empty() && documents.is_empty() && closing.is_none() {
        return false;
    }
    enter_data(draft);
    let summary = draft.summary();
    if let Some((field, at, before, after)) = closing
        && wanted.iter().all(|w| w.label == field.label)
    {
        let label = field.label;
        let message = ClosingNotAllowed {
            summary,
            label,
            closing_at: at,
            before,
            after,
        };
        ask_requesters(draft, message);
        return true;
    }
    let unreadable = draft.request.documents.iter().filter_map(|d| {
        let why = d.unreadable.clone()?;
        Some(UnreadableDocument {
            name: d.name.clone(),
            why,
        })
    });
    let message = MissingData {
        summary,
        wanted,
        documents,
        unreadable: unreadable.collect(),
    };
    ask_requesters(draft, message);
    true
}

/// Labels of the documents that the procedure requires, unless one came or stands in the mail.
fn missing_documents(request: &super::Request) -> Vec<String> {
    if request.document_in_body || request.documents.iter().any(|d| d.unreadable.is_none()) {
        return vec![];
    }
    let required = request.procedure.documents.iter().filter(|d| d.required);
    required.map(|d| d.label.clone()).collect()
}

fn enter_data(draft: &mut Draft<'_>) {
    let asked_at = draft.now;
    draft.enter(State::AwaitingData(AwaitingData {
        asked_at,
        reminded: false,
    }));
    let who = draft.request.requester.name.clone();
    draft.happened(Happened::DataAsked, &who);
}

fn ask_requesters(draft: &mut Draft<'_>, message: impl Into<super::Message>) {
    let message = message.into();
    for party in draft.requesters() {
        draft.ask(&party, AskedFor::Data, message.clone());
    }
}

/// The closing hour of a call that is not allowed, with the nearest that are.
fn refused_closing(
    draft: &Draft<'_>,
) -> Option<(Field, NaiveDateTime, NaiveDateTime, NaiveDateTime)> {
    let request = &draft.request;
    let name: &FieldName = request.procedure.closing.as_ref()?;
    let text = request.fields.get(name)?.value.as_text()?;
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
    match draft.office.calendar.closing(at, request.region()) {
        Closing::Allowed => None,
        Closing::Refused { before, after } => {
            Some((request.procedure.field(name)?.clone(), at, before, after))
        }
    }
}

/// Enters `AwaitingConfirmation` where the request rests on somebody's word that is not proven:
/// that of the authority, or of a signatory for whom another sent.
fn ask_for_confirmation(draft: &mut Draft<'_>) -> bool {
    let request = &draft.request;
    if request.confirmed.is_some() || !needs_confirmation(request, draft.office) {
        return false;
    }
    let (requester, sender) = (request.requester.clone(), request.sender.clone());
    let asked_at = draft.now;
    draft.enter(State::AwaitingConfirmation(AwaitingConfirmation {
        asked_at,
        reminded: false,
    }));
    draft.happened(Happened::ConfirmationAsked, &requester.name);
    let summary = draft.summary();
    let message = OpeningConfirmation {
        summary,
        sender: sender.name.clone(),
    };
    draft.ask_with_documents(&requester, AskedFor::Confirmation, message);
    if !sender.is(&requester) {
        let summary = draft.summary();
        let next = Next::Confirmation { by: requester.name };
        draft.tell(&sender, Acknowledgement { summary, next });
    }
    true
}

fn needs_confirmation(request: &super::Request, office: &Office) -> bool {
    if request.procedure.requester_is_authority() || approves_own_step(request, office) {
        return true;
    }
    if request.sender.is(&request.requester) {
        return false;
    }
    let signatory = request
        .requester
        .person
        .as_ref()
        .and_then(|id| office.directory.person(id));
    !signatory.is_some_and(|p| p.senders.contains(&request.sender.address))
}

/// Whether a step is the requester's own and counts as given: then it rests on their word.
fn approves_own_step(request: &super::Request, office: &Office) -> bool {
    let own = |role: &RoleId| {
        let holders = office
            .directory
            .addressed(role, request.region(), request.programme());
        holders
            .iter()
            .any(|p| request.requester.person.as_ref() == Some(&p.id))
    };
    request.procedure.requester_approves && request.steps().iter().any(|s| own(&s.role))
}

fn ask_for_approval(draft: &mut Draft<'_>, step: usize, role: &RoleId, hours: Option<u32>) {
    let office = draft.office;
    let region = draft.request.region();
    let holders = office
        .directory
        .addressed(role, region, draft.request.programme());
    let own = holders
        .iter()
        .any(|p| draft.request.requester.person.as_ref() == Some(&p.id));
    if own && draft.request.procedure.requester_approves && draft.request.confirmed.is_some() {
        let by = draft.request.requester.clone();
        let cell = "requester-approves".to_owned();
        let at = draft.now;
        draft.happened(Happened::Approved, &by.name);
        let role = role.clone();
        let standing_in_for = None;
        draft.request.approvals.push(Approval {
            step,
            role,
            by,
            standing_in_for,
            at,
            cell,
        });
        return advance(draft);
    }
    let asked = approvers(draft, &holders);
    let due = step_due(draft, step, hours);
    let state = AwaitingApproval {
        step,
        role: role.clone(),
        asked: asked.clone(),
        asked_at: draft.now,
        due,
        reminded: false,
    };
    draft.enter(State::AwaitingApproval(state));
    if asked.is_empty() {
        nobody_there(draft, role);
    }
    for one in &asked {
        ask_approver(draft, one, step, role, due);
    }
    acknowledge(draft);
}

/// Who is asked: each holder, or who acts for an absent one. The requester never decides on their
/// own request: their substitute is asked instead.
fn approvers(draft: &Draft<'_>, holders: &[&Person]) -> Vec<Asked> {
    let office = draft.office;
    let day = office
        .calendar
        .local(draft.now, draft.request.region())
        .date_naive();
    let mut asked: Vec<Asked> = vec![];
    for &holder in holders {
        let own = draft.request.requester.person.as_ref() == Some(&holder.id);
        let acting = match own {
            true => office.directory.substitute(holder, day),
            false => Some(office.directory.acting(holder, day)),
        };
        let Some(acting) = acting else { continue };
        if own && acting.id == holder.id || asked.iter().any(|a| a.party.is(&Party::of(acting))) {
            continue;
        }
        let standing_in_for = (acting.id != holder.id).then(|| holder.id.clone());
        asked.push(Asked {
            party: Party::of(acting),
            standing_in_for,
            unclear: 0,
        });
    }
    asked
}

/// Asks one approver.
pub(super) fn ask_approver(
    draft: &mut Draft<'_>,
    asked: &Asked,
    step: usize,
    role: &RoleId,
    due: DateTime<Utc>,
) {
    let directory = &draft.office.directory;
    let absent = asked
        .standing_in_for
        .as_ref()
        .and_then(|id| directory.person(id));
    let message = ApprovalRequest {
        summary: draft.summary(),
        role: role_name(draft.office, role),
        standing_in_for: absent.map(|p| p.name.clone()),
        approvals: draft.approved(),
        due,
    };
    draft.happened(Happened::ApprovalAsked, &asked.party.name);
    draft.ask_with_documents(&asked.party, AskedFor::Approval { step }, message);
}

/// When the answer on a step is wanted: its own hours, else an equal part of what remains.
fn step_due(draft: &Draft<'_>, step: usize, hours: Option<u32>) -> DateTime<Utc> {
    let request = &draft.request;
    let region = request.clock_region(draft.office);
    let calendar = &draft.office.calendar;
    let remaining = match hours {
        Some(hours) => TimeDelta::hours(i64::from(hours)),
        None => {
            let end = request.at_percent(100, draft.office, draft.now);
            let left = calendar.working_time(draft.now, end, region);
            // The steps still to come, this one included, and the work itself.
            let parts = request.steps().len().saturating_sub(step) + 1;
            left / i32::try_from(parts).unwrap_or(1)
        }
    };
    calendar.deadline(draft.now, remaining, region).at
}

fn ask_for_work(draft: &mut Draft<'_>) {
    let office = draft.office;
    let executor = draft.request.procedure.executor.clone();
    let (region, programme) = (draft.request.region(), draft.request.programme());
    let holders = office
        .directory
        .addressed(&executor.role, region, programme);
    let day = office.calendar.local(draft.now, region).date_naive();
    let mut asked: Vec<Asked> = vec![];
    for holder in holders {
        let acting = office.directory.acting(holder, day);
        let standing_in_for = (acting.id != holder.id).then(|| holder.id.clone());
        let party = Party::of(acting);
        if !asked.iter().any(|a| a.party.is(&party)) {
            asked.push(Asked {
                party,
                standing_in_for,
                unclear: 0,
            });
        }
    }
    let asked_at = draft.now;
    let state = AwaitingWork {
        asked: asked.clone(),
        claimed: None,
        asked_at,
        reminded: false,
    };
    draft.enter(State::AwaitingWork(state));
    if asked.is_empty() {
        nobody_there(draft, &executor.role);
    }
    let shared = |a: &Asked| {
        let person = a
            .party
            .person
            .as_ref()
            .and_then(|id| office.directory.person(id));
        person.is_some_and(|p| p.shared)
    };
    let claimable = asked.len() > 1 || asked.iter().any(shared);
    let names: Vec<&str> = asked.iter().map(|a| a.party.name.as_str()).collect();
    let order = |draft: &Draft<'_>, copy: bool| WorkOrder {
        summary: draft.summary(),
        approvals: draft.approved(),
        claimable: claimable && !copy,
        copy,
        executor: names.join(", "),
    };
    for one in &asked {
        let message = order(draft, false);
        draft.happened(Happened::WorkAsked, &one.party.name);
        draft.ask_with_documents(&one.party, AskedFor::Work, message);
    }
    for role in &executor.copy_to {
        let message = order(draft, true);
        draft.tell_role(role, message);
    }
    acknowledge(draft);
}

fn nobody_there(draft: &mut Draft<'_>, role: &RoleId) {
    let who = role_name(draft.office, role);
    attention(draft, AttentionReason::NobodyThere, &who, "");
}

/// Tells the desk's people that a request needs a person.
pub(super) fn attention(draft: &mut Draft<'_>, why: AttentionReason, who: &str, text: &str) {
    let summary = draft.summary();
    let message = Attention {
        summary,
        why,
        who: who.to_owned(),
        text: text.to_owned(),
    };
    let role = draft.office.desk.triage_role.clone();
    draft.tell_role(&role, message);
}

/// The Spanish name of a role.
pub(super) fn role_name(office: &Office, role: &RoleId) -> String {
    office
        .directory
        .role(role)
        .map_or_else(|| role.0.clone(), |r| r.name.clone())
}

/// Tells the requester once what was understood and what comes next.
fn acknowledge(draft: &mut Draft<'_>) {
    if draft.request.acknowledged {
        return;
    }
    draft.request.acknowledged = true;
    let names = |draft: &Draft<'_>| -> Vec<String> {
        draft
            .request
            .holders()
            .into_iter()
            .map(|p| p.name.clone())
            .collect()
    };
    let by = names(draft);
    let next = match &draft.request.state {
        State::AwaitingApproval(state) => Next::Approval {
            by,
            role: role_name(draft.office, &state.role),
        },
        _ => Next::Work { by },
    };
    let summary = draft.summary();
    draft.tell_requester(Acknowledgement { summary, next });
}
