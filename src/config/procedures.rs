//! `procedures/<id>.toml`: one procedure a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::office::{
    Chain, ClockStop, DocumentRule, Executor, FieldName, Otherwise, Procedure, ProcedureId,
    Recognition, Requesters, RoleId, Step,
};

use super::fields;
use super::findings::{Spot, Thing};
use super::problem::Place;
use super::reader::Table;

/// Hours that a procedure or step may have: at most a year and a half of working time.
const HOURS: (u64, u64) = (1, 3_000);

/// What a role does in a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Approves, is given the work or a copy: must be found for every request.
    Works,
    /// Is named to those who may not ask.
    IsReferredTo,
}

/// A role that a procedure names.
#[derive(Debug)]
pub(super) struct Use<'a> {
    /// Which role, and where.
    pub role: Spot<'a, String>,
    /// What for.
    pub part: Part,
    /// For which data (the condition of its chain).
    pub when: BTreeMap<FieldName, String>,
}

/// A procedure with the places that later checks point to.
#[derive(Debug)]
pub(super) struct Read<'a> {
    /// The procedure.
    pub procedure: Procedure,
    /// Roles that it names.
    pub uses: Vec<Use<'a>>,
    /// Where it says who may ask.
    pub requesters: Place<'a>,
    /// Whether its fields were read without a problem.
    pub fields_are_sound: bool,
}

/// Reads a procedure; its id is the name of its file.
pub(super) fn read<'a>(id: &str, table: Table<'a>) -> Read<'a> {
    let mut uses = vec![];
    let before = table.found().count();
    let fields = fields::read(&table);
    let fields_are_sound = table.found().count() == before;
    let documents = table.children("document").into_iter().map(document);
    let escalation_role = escalation_role(&table, &mut uses, &BTreeMap::new());
    let procedure = Procedure {
        id: ProcedureId(id.to_owned()),
        name: table.text("name").value,
        requesters: requesters(&table, &mut uses),
        documents: documents.collect(),
        chains: chains(&table, &fields, &mut uses),
        executor: executor(&table, &mut uses),
        hours: hours(table.number("hours", HOURS, None)),
        clock_stops: clock_stops(&table),
        closing: fields::closing(&table, &fields),
        requester_approves: table.flag("requester_approves", Some(false)),
        escalation_role,
        recognition: recognition(&table),
        fields: fields.into_iter().map(|f| f.field).collect(),
    };
    let requesters = table.place_of("requesters");
    table.finish();
    Read {
        procedure,
        uses,
        requesters,
        fields_are_sound,
    }
}

fn hours(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn role<'a>(table: &Table<'a>, spot: Spot<'a, String>) -> RoleId {
    table.found().refer(Thing::Role, &spot);
    RoleId(spot.value)
}

fn used<'a>(table: &Table<'a>, role: Spot<'a, String>, part: Part) -> Use<'a> {
    table.found().refer(Thing::Role, &role);
    Use {
        role,
        part,
        when: BTreeMap::new(),
    }
}

fn requesters<'a>(procedure: &Table<'a>, uses: &mut Vec<Use<'a>>) -> Requesters {
    let Some(table) = procedure.needed_child("requesters", "requesters") else {
        return Requesters {
            roles: vec![],
            otherwise: Otherwise::Triage,
        };
    };
    let roles = table.texts("roles").into_iter();
    let requesters = Requesters {
        roles: roles.map(|spot| role(&table, spot)).collect(),
        otherwise: otherwise(&table, uses),
    };
    table.finish();
    requesters
}

fn otherwise<'a>(table: &Table<'a>, uses: &mut Vec<Use<'a>>) -> Otherwise {
    if !table.is_table("otherwise") {
        let _ = table.word("otherwise", &[("triage", ())], None);
        return Otherwise::Triage;
    }
    let Some(child) = table.child("otherwise") else {
        return Otherwise::Triage;
    };
    let refer = used(&child, child.text("refer"), Part::IsReferredTo);
    let role = RoleId(refer.role.value.clone());
    uses.push(refer);
    child.finish();
    Otherwise::Refer(role)
}

fn document(table: Table<'_>) -> DocumentRule {
    let rule = DocumentRule {
        label: table.text("label").value,
        required: table.flag("required", None),
    };
    table.finish();
    rule
}

fn chains<'a>(
    procedure: &Table<'a>,
    fields: &[fields::Read<'a>],
    uses: &mut Vec<Use<'a>>,
) -> Vec<Chain> {
    let found = procedure.found();
    let tables = procedure.children("chain");
    procedure.need(
        "chain",
        "[[chain]], with `steps = []` where nobody approves",
    );
    let mut chains: Vec<Chain> = vec![];
    let mut conditions: Vec<(Place<'a>, BTreeMap<FieldName, String>)> = vec![];
    for table in tables {
        let place = table.place();
        let chain = chain(table, fields, uses);
        if conditions
            .iter()
            .any(|(_, earlier)| covers(earlier, &chain.when))
        {
            let advice = "put the chain without `when` last, or make the conditions differ";
            found.problem(
                place,
                "this chain is never taken: an earlier one always holds",
                advice,
            );
        }
        conditions.push((place, chain.when.clone()));
        chains.push(chain);
    }
    fields::check_conditions(procedure, fields, &conditions);
    chains
}

/// Whether the first condition holds wherever the second does.
fn covers(first: &BTreeMap<FieldName, String>, second: &BTreeMap<FieldName, String>) -> bool {
    first
        .iter()
        .all(|(field, value)| second.get(field) == Some(value))
}

fn chain<'a>(table: Table<'a>, fields: &[fields::Read<'a>], uses: &mut Vec<Use<'a>>) -> Chain {
    let when = fields::condition(&table, "when", fields).unwrap_or_default();
    let mut roles = BTreeSet::new();
    let mut steps = vec![];
    let example = "`steps = [{ role = \"…\" }]`, or `steps = []` where nobody approves";
    table.need("steps", example);
    for child in table.children("steps") {
        let named = Use {
            when: when.clone(),
            ..used(&child, child.text("role"), Part::Works)
        };
        let role = RoleId(named.role.value.clone());
        if !roles.insert(role.clone()) {
            let what = format!("the role `{}` approves twice in this chain", role.0);
            child
                .found()
                .problem(named.role.place, what, "name each role once");
        }
        uses.push(named);
        let limit = child
            .has("hours")
            .then(|| child.number("hours", HOURS, None));
        steps.push(Step {
            role,
            hours: limit.map(hours),
            escalation_role: escalation_role(&child, uses, &when),
        });
        child.finish();
    }
    table.finish();
    Chain { when, steps }
}

/// Who is told of a lateness, where the procedure or the step names somebody.
fn escalation_role<'a>(
    table: &Table<'a>,
    uses: &mut Vec<Use<'a>>,
    when: &BTreeMap<FieldName, String>,
) -> Option<RoleId> {
    if !table.has("escalation_role") {
        return None;
    }
    let named = Use {
        when: when.clone(),
        ..used(table, table.text("escalation_role"), Part::Works)
    };
    let role = RoleId(named.role.value.clone());
    uses.push(named);
    Some(role)
}

fn executor<'a>(procedure: &Table<'a>, uses: &mut Vec<Use<'a>>) -> Executor {
    let Some(table) = procedure.needed_child("executor", "executor") else {
        return Executor {
            role: RoleId(String::new()),
            copy_to: vec![],
            hand_on_text: false,
        };
    };
    let works = used(&table, table.text("role"), Part::Works);
    let role = RoleId(works.role.value.clone());
    uses.push(works);
    let mut copy_to = vec![];
    for spot in table.texts("copy_to") {
        let copied = used(&table, spot, Part::Works);
        copy_to.push(RoleId(copied.role.value.clone()));
        uses.push(copied);
    }
    let hand_on_text = table.flag("hand_on_text", Some(false));
    table.finish();
    Executor {
        role,
        copy_to,
        hand_on_text,
    }
}

fn clock_stops(table: &Table<'_>) -> Vec<ClockStop> {
    if !table.has("clock_stops") {
        return vec![ClockStop::Requester];
    }
    let words = [
        ("requester", ClockStop::Requester),
        ("approver", ClockStop::Approver),
        ("executor", ClockStop::Executor),
    ];
    let spots = table.texts("clock_stops").into_iter();
    spots
        .filter_map(|spot| table.as_word(&spot, &words))
        .collect()
}

fn recognition(procedure: &Table<'_>) -> Recognition {
    let Some(table) = procedure.needed_child("recognition", "recognition") else {
        return Recognition::default();
    };
    let recognition = Recognition {
        phrases: table.plain_texts("phrases"),
        words: table.plain_texts("words"),
        against: table.plain_texts("against"),
    };
    if recognition.phrases.is_empty() && recognition.words.is_empty() {
        let advice = "add `phrases` that name the procedure, as people write it";
        let what = "nothing would ever be recognised as this procedure";
        table.found().problem(table.place(), what, advice);
    }
    table.finish();
    recognition
}
