//! `directory/*.toml`: roles, people, shared mailboxes.

use crate::office::{Absence, Grant, Person, PersonId, Role, RoleId, Substitute};

use super::desk::{address, addresses};
use super::findings::{Findings, Spot, Thing};
use super::problem::Place;
use super::reader::Table;

/// What was read, with the places that later checks point to.
#[derive(Default)]
pub(super) struct Read<'a> {
    /// Roles with their places.
    pub roles: Vec<(Role, Place<'a>)>,
    /// People with their places.
    pub people: Vec<(Person, Places<'a>)>,
}

/// Places within a person's entry.
pub(super) struct Places<'a> {
    /// Of each grant.
    pub grants: Vec<Place<'a>>,
    /// Of the list of members.
    pub members: Place<'a>,
    /// Of the list of substitutes.
    pub substitutes: Place<'a>,
}

/// Reads one file of the directory.
pub(super) fn read<'a>(table: Table<'a>, into: &mut Read<'a>) {
    let roles = table.children("role").into_iter().map(role);
    into.roles.extend(roles);
    let people = table.children("person").into_iter().map(person);
    into.people.extend(people);
    table.finish();
}

fn role(table: Table<'_>) -> (Role, Place<'_>) {
    let id = id(&table);
    table.found().define(Thing::Role, &id);
    let role = Role {
        id: RoleId(id.value),
        name: table.text("name").value,
        by_region: table.flag("by_region", Some(false)),
        by_programme: table.flag("by_programme", Some(false)),
    };
    table.finish();
    (role, id.place)
}

fn person(table: Table<'_>) -> (Person, Places<'_>) {
    let found = table.found();
    let id = id(&table);
    found.define(Thing::Person, &id);
    let grants = table.children("roles");
    let places = Places {
        grants: grants.iter().map(Table::place).collect(),
        members: table.place_of("members"),
        substitutes: table.place_of("substitutes"),
    };
    let person = Person {
        id: PersonId(id.value),
        name: table.text("name").value,
        post: table.maybe_text("post").map(|s| s.value),
        addresses: own_addresses(&table),
        shared: table.flag("shared", Some(false)),
        members: members(&table),
        senders: addresses(found, table.texts("senders")),
        roles: grants.into_iter().map(grant).collect(),
        absences: table
            .children("absences")
            .into_iter()
            .filter_map(absence)
            .collect(),
        substitutes: table
            .children("substitutes")
            .into_iter()
            .map(substitute)
            .collect(),
    };
    check_shared(&person, &table);
    table.finish();
    (person, places)
}

fn id<'a>(table: &Table<'a>) -> Spot<'a, String> {
    let id = table.text("id");
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.value.chars().all(sound) {
        let what = format!("`{}` cannot be an id", id.value);
        let advice = "use small letters a-z, digits and hyphens: `jefa-daf`";
        table.found().problem(id.place, what, advice);
    }
    id
}

fn own_addresses(table: &Table<'_>) -> Vec<String> {
    let found = table.found();
    let spots = table.texts("addresses");
    if spots.is_empty() {
        let what = "nobody can be written to without an address";
        let advice = "add `addresses = [\"name@domain\"]`";
        found.problem(table.place_of("addresses"), what, advice);
    }
    let addresses = spots.into_iter().map(|spot| {
        let spot = address(found, spot);
        found.define(Thing::Address, &spot);
        spot.value
    });
    addresses.collect()
}

fn members(table: &Table<'_>) -> Vec<PersonId> {
    let members = table.texts("members").into_iter();
    members
        .map(|spot| person_named(table.found(), spot))
        .collect()
}

fn person_named<'a>(found: &Findings<'a>, spot: Spot<'a, String>) -> PersonId {
    found.refer(Thing::Person, &spot);
    PersonId(spot.value)
}

fn check_shared(person: &Person, table: &Table<'_>) {
    let (what, advice) = match (person.shared, person.members.is_empty()) {
        (true, true) => (
            "a shared mailbox that nobody reads",
            "add `members = [\"person-id\", …]`",
        ),
        (false, false) => (
            "a person with members",
            "add `shared = true`, or remove `members`",
        ),
        _ => return,
    };
    table
        .found()
        .problem(table.place_of("members"), what, advice);
}

fn grant(table: Table<'_>) -> Grant {
    let found = table.found();
    let role = table.text("role");
    found.refer(Thing::Role, &role);
    let scope = |thing, key| {
        let spot = table.maybe_text(key)?;
        found.refer(thing, &spot);
        Some(spot.value)
    };
    let grant = Grant {
        role: RoleId(role.value),
        region: scope(Thing::Region, "region"),
        programme: scope(Thing::Programme, "programme"),
    };
    table.finish();
    grant
}

fn absence(table: Table<'_>) -> Option<Absence> {
    let (from, until) = (table.date("from"), table.date("until"));
    check_order(&table, from.zip(until));
    table.finish();
    let (from, until) = from.zip(until)?;
    Some(Absence { from, until })
}

fn substitute(table: Table<'_>) -> Substitute {
    let person = person_named(table.found(), table.text("person"));
    let (from, until) = (table.maybe_date("from"), table.maybe_date("until"));
    check_order(&table, from.zip(until));
    table.finish();
    Substitute {
        person,
        from,
        until,
    }
}

fn check_order(table: &Table<'_>, days: Option<(chrono::NaiveDate, chrono::NaiveDate)>) {
    if let Some((from, until)) = days
        && until < from
    {
        let what = format!("it ends on {until}, before it begins on {from}");
        let place = table.place_of("until");
        table
            .found()
            .problem(place, what, "exchange `from` and `until`");
    }
}
