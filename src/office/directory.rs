//! People and shared mailboxes, the roles they hold, and who stands in for whom.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The id of a person or shared mailbox in the directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub String);

/// The id of a role (`programme-manager`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleId(pub String);

/// A role and what limits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name in Spanish, as shown in mails ("Encargado Nacional de Programa").
    pub name: String,
    /// Whether each region has holders of its own.
    pub by_region: bool,
    /// Whether each programme has holders of its own.
    pub by_programme: bool,
}

/// A role held by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which role.
    pub role: RoleId,
    /// For this region only; none: for all.
    pub region: Option<String>,
    /// For this programme only; none: for all.
    pub programme: Option<String>,
}

/// Days on which somebody is away, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// First day away.
    pub from: NaiveDate,
    /// Last day away.
    pub until: NaiveDate,
}

/// Somebody who may stand in, in the order of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitute {
    /// Who.
    pub person: PersonId,
    /// From this day on; none: always.
    pub from: Option<NaiveDate>,
    /// Up to this day; none: always.
    pub until: Option<NaiveDate>,
}

/// A person or a shared mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Its id.
    pub id: PersonId,
    /// The name, as shown in mails.
    pub name: String,
    /// The post ("Jefa Administrativa Regional").
    pub post: Option<String>,
    /// E-mail addresses, lower case; the first is the one written to.
    pub addresses: Vec<String>,
    /// Whether this is a mailbox that several people read.
    pub shared: bool,
    /// Who reads a shared mailbox.
    pub members: Vec<PersonId>,
    /// Addresses that send for this person (secretary, analyst, document system), lower case.
    pub senders: Vec<String>,
    /// Roles held.
    pub roles: Vec<Grant>,
    /// Known absences.
    pub absences: Vec<Absence>,
    /// Who stands in, in order.
    pub substitutes: Vec<Substitute>,
}

impl Person {
    /// The address that the desk writes to.
    pub fn address(&self) -> &str {
        self.addresses.first().map_or("", String::as_str)
    }

    /// Whether the person is away on this day.
    pub fn is_absent(&self, day: NaiveDate) -> bool {
        self.absences
            .iter()
            .any(|a| a.from <= day && day <= a.until)
    }

    /// Whether the person holds the role for this region and programme.
    pub fn holds(&self, role: &RoleId, region: Option<&str>, programme: Option<&str>) -> bool {
        self.roles.iter().any(|g| {
            &g.role == role
                && (g.region.is_none() || g.region.as_deref() == region)
                && (g.programme.is_none() || g.programme.as_deref() == programme)
        })
    }

    /// Whether the person holds the role for any region and programme.
    pub fn holds_anywhere(&self, role: &RoleId) -> bool {
        self.roles.iter().any(|g| &g.role == role)
    }
}

/// Everybody the desk knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// People and shared mailboxes.
    pub people: Vec<Person>,
    /// Roles.
    pub roles: Vec<Role>,
}

impl Directory {
    /// The person or mailbox with this id.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|p| &p.id == id)
    }

    /// The role with this id.
    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|r| &r.id == id)
    }

    /// The person or mailbox that this address belongs to (case is folded).
    pub fn by_address(&self, address: &str) -> Option<&Person> {
        let address = address.to_ascii_lowercase();
        self.people.iter().find(|p| p.addresses.contains(&address))
    }

    /// Everybody who holds the role for this region and programme, in the directory's order.
    pub fn holders(
        &self,
        role: &RoleId,
        region: Option<&str>,
        programme: Option<&str>,
    ) -> Vec<&Person> {
        self.people
            .iter()
            .filter(|p| p.holds(role, region, programme))
            .collect()
    }

    /// Who is written to for the role: its holders, but one mail for a shared mailbox and not one
    /// more for each of its readers.
    pub fn addressed(
        &self,
        role: &RoleId,
        region: Option<&str>,
        programme: Option<&str>,
    ) -> Vec<&Person> {
        let holders = self.holders(role, region, programme);
        let reads = |person: &Person| {
            holders
                .iter()
                .any(|h| h.shared && h.members.contains(&person.id))
        };
        holders.iter().copied().filter(|p| !reads(p)).collect()
    }

    /// Who acts for the person on this day: the person, or the first substitute who is not away.
    /// Where nobody stands in, the person. Substitutes' own substitutes are not asked.
    pub fn acting<'a>(&'a self, person: &'a Person, day: NaiveDate) -> &'a Person {
        if !person.is_absent(day) {
            return person;
        }
        self.substitute(person, day).unwrap_or(person)
    }

    /// The first substitute who may act on this day and is not away.
    pub fn substitute<'a>(&'a self, person: &'a Person, day: NaiveDate) -> Option<&'a Person> {
        self.substitutes(person, day).next()
    }

    /// The substitutes who may act on this day and are not away, in order.
    pub fn substitutes<'a>(
        &'a self,
        person: &'a Person,
        day: NaiveDate,
    ) -> impl Iterator<Item = &'a Person> {
        let may = move |s: &&Substitute| {
            s.from.is_none_or(|f| f <= day) && s.until.is_none_or(|u| day <= u)
        };
        let substitutes = person.substitutes.iter().filter(may);
        substitutes
            .filter_map(|s| self.person(&s.person))
            .filter(move |p| !p.is_absent(day))
    }
}
