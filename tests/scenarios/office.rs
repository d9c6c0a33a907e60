//! What scenarios change in the shipped directory.

use std::sync::Arc;

use mesad::office::{Absence, Grant, Office, Person, RoleId, Step, Substitute};

use crate::script::Change;

/// Changes the directory; a person or role that is not there is an error.
pub fn change(office: &mut Office, change: &Change) -> Result<(), String> {
    let roles: Vec<RoleId> = office
        .directory
        .roles
        .iter()
        .map(|r| r.id.clone())
        .collect();
    let ids: Vec<_> = office
        .directory
        .people
        .iter()
        .map(|p| p.id.clone())
        .collect();
    match change {
        Change::Absent(id, from, until) => person(office, id)?.absences.push(Absence {
            from: *from,
            until: *until,
        }),
        Change::Holds {
            person: id,
            role,
            scope,
        } => {
            let role = RoleId(role.clone());
            if !roles.contains(&role) {
                return Err(format!("no such role: {}", role.0));
            }
            let of = |key: &str| scope.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
            person(office, id)?.roles.push(Grant {
                role,
                region: of("region"),
                programme: of("programme"),
            });
        }
        Change::Drops(id, role) => person(office, id)?.roles.retain(|g| &g.role.0 != role),
        Change::Address(id, address) => person(office, id)?.addresses.push(address.clone()),
        Change::Hours(id, index, hours) => step(office, id, *index)?.hours = Some(*hours),
        Change::Escalates(id, index, role) => {
            step(office, id, *index)?.escalation_role = Some(RoleId(role.clone()));
        }
        Change::Substitute(id, other) => {
            let other = ids.into_iter().find(|i| &i.0 == other);
            let other = other.ok_or("no such substitute")?;
            person(office, id)?.substitutes.push(Substitute {
                person: other,
                from: None,
                until: None,
            });
        }
    }
    Ok(())
}

/// A step of the first chain of a procedure.
fn step<'a>(office: &'a mut Office, id: &str, index: usize) -> Result<&'a mut Step, String> {
    let procedure = Arc::make_mut(&mut office.procedures)
        .iter_mut()
        .find(|p| p.id.0 == id);
    let chain = procedure.and_then(|p| p.chains.first_mut());
    let step = chain.and_then(|c| c.steps.get_mut(index));
    step.ok_or(format!("no step {index} of {id}"))
}

fn person<'a>(office: &'a mut Office, id: &str) -> Result<&'a mut Person, String> {
    let mut people = office.directory.people.iter_mut();
    people
        .find(|p| p.id.0 == id)
        .ok_or(format!("nobody is called {id}"))
}
