//! What only shows when all files are seen together: names that must be found, given once, and held
//! by somebody.

use std::collections::{BTreeMap, BTreeSet};

use crate::office::{Field, FieldKind, Office, Role};

use super::coverage::{Coverage, Scope, coverage};
use super::findings::{Findings, Named, Thing};
use super::problem::{Place, suggestion};
use super::procedures::{Part, Use};
use super::territory::Spelling;
use super::{Parts, directory, procedures};

/// Every name is given once, and every name that is used was given.
pub(super) fn names(found: &Findings<'_>, broken: &BTreeSet<Thing>) {
    let defined = found.defined();
    let mut first: BTreeMap<(Thing, &str), Place<'_>> = BTreeMap::new();
    for named in &defined {
        let key = (named.thing, named.name.as_str());
        match first.get(&key) {
            None => {
                first.insert(key, named.place);
            }
            Some(place) => twice(found, named, *place),
        }
    }
    for named in found.referred() {
        let key = (named.thing, named.name.as_str());
        // A file that could not be read may well hold the name.
        if !first.contains_key(&key) && !broken.contains(&named.thing) {
            unknown(found, &named, &defined);
        }
    }
}

fn twice<'a>(found: &Findings<'a>, named: &Named<'a>, first: Place<'a>) {
    let what = format!("the {} `{}` is there twice", named.thing.word(), named.name);
    let advice = format!("remove or rename one; the other is at {}", first.short());
    found.problem(named.place, what, advice);
}

fn unknown<'a>(found: &Findings<'a>, named: &Named<'a>, defined: &[Named<'a>]) {
    let names: Vec<&str> = defined
        .iter()
        .filter(|d| d.thing == named.thing)
        .map(|d| d.name.as_str())
        .collect();
    let otherwise = match named.thing {
        Thing::Role => "add it to directory/roles.toml, or name another role",
        Thing::Person => "add the person to the directory, or name another one",
        Thing::Region | Thing::Programme => "add it to territory.toml, or name another one",
        Thing::Address => "name another address",
    };
    let what = format!("there is no {} `{}`", named.thing.word(), named.name);
    let advice = suggestion(&named.name, &names, otherwise);
    found.problem(named.place, what, advice);
}

/// One way of writing means one region, and one programme.
pub(super) fn spellings(found: &Findings<'_>, spellings: &[Spelling<'_>]) {
    let mut seen: BTreeMap<(Thing, String), &Spelling<'_>> = BTreeMap::new();
    for spelling in spellings {
        let key = (spelling.thing, spelling.written.value.to_lowercase());
        match seen.get(&key) {
            None => {
                seen.insert(key, spelling);
            }
            Some(first) if first.name == spelling.name => (),
            Some(first) => {
                let written = &spelling.written.value;
                let what = format!(
                    "`{written}` means both `{}` and `{}`",
                    first.name, spelling.name
                );
                let advice = format!(
                    "remove it from one; the other is at {}",
                    first.written.place.short()
                );
                found.problem(spelling.written.place, what, advice);
            }
        }
    }
}

/// What is wrong between the people of the directory.
pub(super) fn people(found: &Findings<'_>, parts: &Parts<'_>) {
    for (person, places) in &parts.directory.people {
        for (grant, place) in person.roles.iter().zip(&places.grants) {
            let Some(role) = role(&parts.directory, &grant.role.0) else {
                continue;
            };
            let stray = [
                ("region", grant.region.is_some() && !role.by_region),
                ("programme", grant.programme.is_some() && !role.by_programme),
            ];
            for (scope, _) in stray.into_iter().filter(|(_, stray)| *stray) {
                let what = format!("the role `{}` does not depend on a {scope}", role.id.0);
                let advice = format!("remove `{scope}` here, or set `by_{scope}` of the role");
                found.problem(*place, what, advice);
            }
        }
        if person.substitutes.iter().any(|s| s.person == person.id) {
            let what = format!("`{}` stands in for themselves", person.id.0);
            found.problem(places.substitutes, what, "name somebody else");
        }
        let shared = |id| {
            let people = &parts.directory.people;
            people.iter().any(|(p, _)| p.id == id && p.shared)
        };
        for member in person.members.iter().filter(|m| shared((*m).clone())) {
            let what = format!("`{}` is a shared mailbox, not a reader of one", member.0);
            found.problem(places.members, what, "name the people who read it");
        }
    }
}

/// The role with this id, if there is just one.
fn role<'r>(directory: &'r directory::Read<'_>, id: &str) -> Option<&'r Role> {
    let roles = directory.roles.iter().map(|(role, _)| role);
    let mut named = roles.filter(|role| role.id.0 == id);
    named.next().filter(|_| named.next().is_none())
}

/// A role that depends on region or programme is only found where the request states them.
pub(super) fn scopes(found: &Findings<'_>, parts: &Parts<'_>) {
    // What is said of a field that could not be read would only repeat it.
    for read in parts.procedures.iter().filter(|r| r.fields_are_sound) {
        for used in &read.uses {
            let Some(role) = role(&parts.directory, &used.role.value) else {
                continue;
            };
            let needs = [
                ("region", FieldKind::Region, role.by_region),
                ("programme", FieldKind::Programme, role.by_programme),
            ];
            for (scope, kind, _) in needs.into_iter().filter(|(.., needed)| *needed) {
                if !states(read, used, kind) {
                    let what = format!(
                        "the role `{}` depends on the {scope}, which this procedure may not know",
                        role.id.0
                    );
                    let advice = format!("add a required field of kind \"{scope}\"");
                    found.problem(used.role.place, what, advice);
                }
            }
        }
    }
}

fn states(read: &procedures::Read<'_>, used: &Use<'_>, kind: FieldKind) -> bool {
    let required = |field: &Field| match &field.required_when {
        _ if used.part == Part::IsReferredTo => true,
        Some(condition) => {
            let mut condition = condition.iter();
            condition.all(|(name, value)| used.when.get(name) == Some(value))
        }
        None => field.required,
    };
    let fields = &read.procedure.fields;
    fields.iter().any(|f| f.kind == kind && required(f))
}

/// Somebody may ask, and every role that is needed is held everywhere.
pub(super) fn held(found: &Findings<'_>, parts: &Parts<'_>, office: &Office) {
    for read in &parts.procedures {
        let roles = &read.procedure.requesters.roles;
        let people = &office.directory.people;
        let may_ask = |role| people.iter().any(|p| p.holds_anywhere(role));
        if !roles.is_empty() && !roles.iter().any(may_ask) {
            let what = "nobody of the directory may ask for this procedure";
            let advice = "give somebody one of these roles, or add a role that somebody holds";
            found.problem(read.requesters, what, advice);
        }
    }
    for proof in coverage(office) {
        let place = parts
            .directory
            .roles
            .iter()
            .find(|(r, _)| r.id == proof.role);
        if let Some((_, place)) = place
            && !proof.gaps.is_empty()
        {
            gap(found, *place, &proof);
        }
    }
}

fn gap(found: &Findings<'_>, place: Place<'_>, proof: &Coverage) {
    let role = &proof.role.0;
    let users = proof.needed_by.join(", ");
    let names: Vec<String> = proof.gaps.iter().map(scope_name).collect();
    let what = if names.len() == proof.scopes {
        format!("nobody holds the role `{role}`")
    } else {
        format!("nobody holds the role `{role}` for {}", names.join(", "))
    };
    let mut grant = format!("role = \"{role}\"");
    if let Some(scope) = proof.gaps.first() {
        let parts = [("region", &scope.region), ("programme", &scope.programme)];
        for (key, name) in parts {
            if let Some(name) = name {
                grant += &format!(", {key} = \"{name}\"");
            }
        }
    }
    let advice = format!("needed by {users}; give somebody roles = [{{ {grant} }}]");
    found.problem(place, what, advice);
}

/// "Ñuble", "Programa Eje", "Ñuble + Programa Eje".
fn scope_name(scope: &Scope) -> String {
    let parts: Vec<&str> = [&scope.region, &scope.programme]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    parts.join(" + ")
}
