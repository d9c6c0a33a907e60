//! What reading has found: problems, names given, names used.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::problem::{Place, Problem};

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a, T> {
    /// The value; an empty text where it is missing.
    pub value: T,
    /// Where it stands, or ought to.
    pub place: Place<'a>,
}

/// What a name in the configuration may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// A role of the directory.
    Role,
    /// A person or shared mailbox of the directory.
    Person,
    /// A region.
    Region,
    /// A programme.
    Programme,
    /// An address of the desk or of a person.
    Address,
}

impl Thing {
    /// Its name in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Person => "person",
            Self::Region => "region",
            Self::Programme => "programme",
            Self::Address => "address",
        }
    }
}

/// A name that stands somewhere.
#[derive(Clone, Debug)]
pub(super) struct Named<'a> {
    /// What it stands for.
    pub thing: Thing,
    /// The name.
    pub name: String,
    /// Where.
    pub place: Place<'a>,
}

/// What reading has found so far.
#[derive(Debug, Default)]
pub(super) struct Findings<'a> {
    problems: RefCell<Vec<Problem>>,
    defined: RefCell<Vec<Named<'a>>>,
    referred: RefCell<Vec<Named<'a>>>,
}

impl<'a> Findings<'a> {
    /// Notes a problem.
    pub fn problem(&self, place: Place<'_>, what: impl Into<String>, advice: impl Into<String>) {
        self.add(place.problem(what.into(), advice.into()));
    }

    /// Notes a problem that is ready made.
    pub fn add(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// How many problems there are so far.
    pub fn count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// Notes that something gets its name here.
    pub fn define(&self, thing: Thing, spot: &Spot<'a, String>) {
        note(&self.defined, thing, spot);
    }

    /// Notes that something is referred to by name here.
    pub fn refer(&self, thing: Thing, spot: &Spot<'a, String>) {
        note(&self.referred, thing, spot);
    }

    /// Whether every name that is used was given, and no name given twice.
    pub fn names_are_sound(&self) -> bool {
        let defined = self.defined.borrow();
        let key = |n: &Named<'a>| (n.thing, n.name.clone());
        let names: BTreeSet<_> = defined.iter().map(key).collect();
        let known = |n: &Named<'a>| names.contains(&key(n));
        names.len() == defined.len() && self.referred.borrow().iter().all(known)
    }

    /// All names given.
    pub fn defined(&self) -> Vec<Named<'a>> {
        self.defined.borrow().clone()
    }

    /// All names used.
    pub fn referred(&self) -> Vec<Named<'a>> {
        self.referred.borrow().clone()
    }

    /// Everything that is wrong, by file, line and column.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.problems.borrow().clone();
        problems.sort_by(|a, b| {
            (&a.file, a.line, a.column, &a.what).cmp(&(&b.file, b.line, b.column, &b.what))
        });
        problems.dedup();
        problems
    }
}

fn note<'a>(list: &RefCell<Vec<Named<'a>>>, thing: Thing, spot: &Spot<'a, String>) {
    // An empty name was reported where it was read.
    if !spot.value.is_empty() {
        list.borrow_mut().push(Named {
            thing,
            name: spot.value.clone(),
            place: spot.place,
        });
    }
}
