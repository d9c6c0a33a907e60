//! What may happen: random settings and events.

use proptest::prelude::*;

/// People of the shipped directory who play, and a stranger.
pub const CAST: [&str; 12] = [
    "lorena-cortes",
    "beatriz-alcaino",
    "diego-fuenzalida",
    "pilar-sotomayor",
    "tomas-zepeda",
    "isidora-saavedra",
    "daf",
    "hugo-marambio",
    "gloria-astete",
    "susana-pizarro",
    "equipo-sigec",
    "rocio-lillo",
];

/// Procedures that play; the first needs two steps, the last the word of its authority.
pub const PROCEDURES: [&str; 4] = [
    "rendition-disapproval",
    "technical-report-disapproval",
    "budget-allocation-date-change",
    "budget-modification-date-change",
];

/// How a play begins.
#[derive(Clone, Debug)]
pub struct Setting {
    pub procedure: usize,
    pub requester: usize,
    pub sender: Option<usize>,
    pub own_step_counts: bool,
    pub national: bool,
    pub incomplete: bool,
    /// Roles that somebody holds beside the directory's: person, role.
    pub grants: Vec<(usize, usize)>,
    /// Somebody stands in for somebody.
    pub substitutes: Vec<(usize, usize)>,
}

pub const ROLES: [&str; 3] = [
    "regional-administrative-head",
    "programme-manager",
    "administration-and-finance",
];

pub fn setting() -> impl Strategy<Value = Setting> {
    let person = || 0..CAST.len();
    (
        0..PROCEDURES.len(),
        person(),
        prop::option::weighted(0.2, person()),
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        prop::collection::vec((person(), 0..ROLES.len()), 0..3),
        prop::collection::vec((person(), person()), 0..3),
    )
        .prop_map(|all| Setting {
            procedure: all.0,
            requester: all.1,
            sender: all.2,
            own_step_counts: all.3,
            national: all.4,
            incomplete: all.5,
            grants: all.6,
            substitutes: all.7,
        })
}

/// What an answer is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    Open,
    Step(usize),
    Work,
    Confirmation,
}

/// Who acts: somebody of the cast, one of those who hold the request or approved it, the requester,
/// or a stranger.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Cast(usize),
    Holder(usize),
    Approver(usize),
    Requester,
    Stranger,
}

/// One event.
#[derive(Clone, Debug)]
pub enum Op {
    Answer {
        who: Who,
        verdict: usize,
        about: About,
        stale: bool,
        proof: bool,
        to: Option<usize>,
    },
    Data {
        who: Who,
        change: bool,
        endorses: bool,
        proof: bool,
        /// Whether a document comes with it.
        document: bool,
        /// "Yes, I sent that", or no.
        confirms: Option<bool>,
    },
    /// The requester takes up again what is closed.
    TakeUp(bool),
    Comment(Who),
    Withdraw(Who, bool),
    Again(Who),
    Bounce(Who),
    Away(Who, Option<u8>),
    Left(Who),
    Repudiate(Who, bool),
    Wake,
    Hours(u16),
    Absent(usize, u8, u8),
    Grant(usize, usize),
    Drop(usize, usize),
    Address(usize),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        3 => (0..CAST.len()).prop_map(Who::Cast),
        5 => (0..3_usize).prop_map(Who::Holder),
        2 => (0..3_usize).prop_map(Who::Approver),
        2 => Just(Who::Requester),
        1 => Just(Who::Stranger),
    ]
}

fn about() -> impl Strategy<Value = About> {
    prop_oneof![
        6 => Just(About::Open),
        2 => (0..3_usize).prop_map(About::Step),
        1 => Just(About::Work),
        1 => Just(About::Confirmation),
    ]
}

fn verdict() -> impl Strategy<Value = usize> {
    // Approvals are what the properties are about.
    prop_oneof![4 => Just(0_usize), 1 => Just(1), 2 => 2..9_usize]
}

fn answer() -> impl Strategy<Value = Op> {
    let often = |p| prop::bool::weighted(p);
    let to = prop::option::of(0..CAST.len());
    (who(), verdict(), about(), often(0.15), often(0.85), to).prop_map(
        |(who, verdict, about, stale, proof, to)| Op::Answer {
            who,
            verdict,
            about,
            stale,
            proof,
            to,
        },
    )
}

pub fn op() -> impl Strategy<Value = Op> {
    let person = || 0..CAST.len();
    let often = |p| prop::bool::weighted(p);
    let asker = || prop_oneof![1 => who(), 2 => Just(Who::Requester)];
    let confirms = prop_oneof![5 => Just(None), 2 => Just(Some(true)), 1 => Just(Some(false))];
    let data = (
        asker(),
        any::<bool>(),
        any::<bool>(),
        often(0.6),
        any::<bool>(),
        confirms,
    );
    prop_oneof![
        12 => answer(),
        3 => data.prop_map(|(who, change, endorses, proof, document, confirms)| Op::Data {
            who,
            change,
            endorses,
            proof,
            document,
            confirms,
        }),
        2 => any::<bool>().prop_map(Op::TakeUp),
        1 => who().prop_map(Op::Comment),
        1 => (who(), often(0.3)).prop_map(|(who, proof)| Op::Withdraw(who, proof)),
        1 => who().prop_map(Op::Again),
        2 => who().prop_map(Op::Bounce),
        2 => (who(), prop::option::of(prop_oneof![0..3_u8, 0..20_u8])).prop_map(|(who, days)| Op::Away(who, days)),
        1 => who().prop_map(Op::Left),
        2 => (who(), often(0.7)).prop_map(|(who, proof)| Op::Repudiate(who, proof)),
        6 => Just(Op::Wake),
        3 => (1..120_u16).prop_map(Op::Hours),
        1 => (person(), 0..5_u8, 0..10_u8).prop_map(|(p, from, days)| Op::Absent(p, from, days)),
        1 => (person(), 0..ROLES.len()).prop_map(|(p, role)| Op::Grant(p, role)),
        1 => (person(), 0..ROLES.len()).prop_map(|(p, role)| Op::Drop(p, role)),
        1 => person().prop_map(Op::Address),
    ]
}
