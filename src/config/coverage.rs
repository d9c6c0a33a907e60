//! The proof that every step and every piece of work finds somebody, for every region and
//! programme.

use std::collections::BTreeMap;

use crate::office::{Office, Otherwise, Role, RoleId};

/// A region and a programme, each where the role depends on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The region.
    pub region: Option<String>,
    /// The programme.
    pub programme: Option<String>,
}

/// What is proved of one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The role.
    pub role: RoleId,
    /// Who needs it: ids of procedures, and "desk".
    pub needed_by: Vec<String>,
    /// How many scopes it must be found for: 1, regions, programmes, or both multiplied.
    pub scopes: usize,
    /// Scopes for which nobody holds it.
    pub gaps: Vec<Scope>,
}

/// Looks for holders of every role that a procedure or the desk itself needs, for every region and
/// programme that the role depends on. Ordered by role; roles that do not exist are left out.
pub fn coverage(office: &Office) -> Vec<Coverage> {
    let mut proofs = vec![];
    for (role, needed_by) in needed(office) {
        let Some(role) = office.directory.role(&role) else {
            continue;
        };
        let scopes = scopes(role, office);
        let open = |scope: &&Scope| {
            let (region, programme) = (scope.region.as_deref(), scope.programme.as_deref());
            let holders = office.directory.holders(&role.id, region, programme);
            holders.is_empty()
        };
        proofs.push(Coverage {
            role: role.id.clone(),
            needed_by,
            scopes: scopes.len(),
            gaps: scopes.iter().filter(open).cloned().collect(),
        });
    }
    proofs
}

fn needed(office: &Office) -> BTreeMap<RoleId, Vec<String>> {
    let mut needed: BTreeMap<RoleId, Vec<String>> = BTreeMap::new();
    let mut add = |role: &RoleId, by: &str| {
        let users = needed.entry(role.clone()).or_default();
        if !users.iter().any(|u| u == by) {
            users.push(by.to_owned());
        }
    };
    add(&office.desk.triage_role, "desk");
    add(&office.desk.escalation_role, "desk");
    for procedure in office.procedures.iter() {
        let id = procedure.id.as_str();
        for step in procedure.chains.iter().flat_map(|c| &c.steps) {
            add(&step.role, id);
            for role in step.escalation_role.iter() {
                add(role, id);
            }
        }
        add(&procedure.executor.role, id);
        for role in procedure.escalation_role.iter() {
            add(role, id);
        }
        for role in &procedure.executor.copy_to {
            add(role, id);
        }
        if let Otherwise::Refer(role) = &procedure.requesters.otherwise {
            add(role, id);
        }
    }
    needed
}

fn scopes(role: &Role, office: &Office) -> Vec<Scope> {
    let named = |names: Vec<&String>, matters: bool| -> Vec<Option<String>> {
        if matters {
            names.into_iter().cloned().map(Some).collect()
        } else {
            vec![None]
        }
    };
    let regions = office.regions.iter().map(|r| &r.name).collect();
    let programmes: Vec<&String> = office.programmes.iter().map(|p| &p.name).collect();
    let mut scopes = vec![];
    for region in named(regions, role.by_region) {
        for programme in named(programmes.clone(), role.by_programme) {
            let region = region.clone();
            scopes.push(Scope { region, programme });
        }
    }
    scopes
}
