//! The reference model: what was proven, and who could decide. It is written as one would explain it
//! to an auditor, and shares nothing with the machine but the directory.

use chrono::NaiveDate;
use mesad::office::{Office, Person, PersonId, RoleId};
use mesad::request::{Party, Request, State};

/// A proven "apruebo".
#[derive(Clone, Debug)]
struct Given {
    /// When, in the order of events.
    order: usize,
    by: Party,
    version: u32,
    /// Up to which step its sender's mail can have reached: the one that it answers, or later ones.
    step: usize,
    /// Roles that its sender could decide as, that day.
    roles: Vec<RoleId>,
}

/// What the model remembers.
#[derive(Debug, Default)]
pub struct Reference {
    given: Vec<Given>,
    /// Who last said, proven, that what bears their name is not theirs.
    disclaimed: Vec<(usize, Party)>,
    /// Proven words of the requester for a version: confirmations, and data that they sent.
    words: Vec<u32>,
    order: usize,
    /// From which step on approvals were taken back, and the version that was out then.
    reopened: Vec<(usize, u32)>,
    /// The version that last changed the data.
    data_since: u32,
}

impl Reference {
    /// A proven approval was sent.
    pub fn approves(&mut self, by: &Party, step: usize, version: u32, roles: Vec<RoleId>) {
        self.order += 1;
        self.given.push(Given {
            order: self.order,
            by: by.clone(),
            version,
            step,
            roles,
        });
    }

    /// A proven "no fui yo" was sent.
    pub fn disclaims(&mut self, by: &Party) {
        self.order += 1;
        self.disclaimed.push((self.order, by.clone()));
    }

    /// Approvals from this step on were not theirs: what was sent up to now asks for nothing more.
    pub fn reopened(&mut self, step: usize, version: u32) {
        self.reopened.push((step, version));
    }

    /// The data are others now.
    pub fn data_changed(&mut self, version: u32) {
        self.data_since = version;
    }

    fn vouched(&self) -> bool {
        self.words.iter().any(|version| *version >= self.data_since)
    }

    /// The requester's proven word for this version.
    pub fn vouches(&mut self, version: u32) {
        self.words.push(version);
    }

    /// Whether each approval that the request shows could be given, and was.
    pub fn check(&self, request: &Request, office: &Office) -> Result<(), String> {
        for (index, approval) in request.approvals.iter().enumerate() {
            if approval.step != index {
                return Err(format!("approval {index} is of step {}", approval.step));
            }
            let declared = request.steps().get(index).map(|s| &s.role);
            if declared != Some(&approval.role) {
                return Err(format!("step {index} approved as {:?}", approval.role));
            }
            if approval.cell == "requester-approves" {
                self.own(request, office, &approval.by)?;
                continue;
            }
            let old = |(from, version): &(usize, u32)| {
                approval.step >= *from && approval.version <= *version
            };
            if self.reopened.iter().any(old) {
                return Err(format!("an answer to an old mail counted: {approval:?}"));
            }
            let since = self.disclaimed.iter().filter(|(_, by)| by.is(&approval.by));
            let since = since.map(|(order, _)| *order).max().unwrap_or(0);
            let rests = self.given.iter().any(|g| {
                g.by.is(&approval.by)
                    && g.version == approval.version
                    && g.version >= self.data_since
                    && g.order > since
                    && g.step <= approval.step
                    && g.roles.contains(&approval.role)
            });
            if !rests {
                return Err(format!("nobody gave {approval:?}"));
            }
        }
        self.complete(request)
    }

    /// Work, and its end, only with every step approved.
    fn complete(&self, request: &Request) -> Result<(), String> {
        let worked = match &request.state {
            State::AwaitingWork(_) => true,
            State::Closed(closed) => matches!(
                closed.ending,
                mesad::request::Ending::Done | mesad::request::Ending::NotDone
            ),
            _ => false,
        };
        if worked && request.approvals.len() != request.steps().len() {
            return Err("work without every approval".to_owned());
        }
        let authority = request.procedure.requester_is_authority();
        if worked && authority && !self.vouched() {
            return Err("work on an authority's word that nobody proved".to_owned());
        }
        Ok(())
    }

    /// The requester's own step counts where the procedure says so and their word is proven.
    fn own(&self, request: &Request, _: &Office, by: &Party) -> Result<(), String> {
        let sound =
            request.procedure.requester_approves && request.requester.is(by) && self.vouched();
        match sound {
            true => Ok(()),
            false => Err("their own step, on a word that nobody proved".to_owned()),
        }
    }
}

/// The roles of a request's chain that somebody could decide as on a day: who holds them, who reads a
/// mailbox that does, who stands in for one who does. Never the requester.
pub fn roles_of(request: &Request, office: &Office, by: &Party, day: NaiveDate) -> Vec<RoleId> {
    let directory = &office.directory;
    let Some(id) = by.person.clone().filter(|_| !request.requester.is(by)) else {
        return vec![];
    };
    let holds = |person: &Person, role: &RoleId| {
        person.roles.iter().any(|grant| {
            &grant.role == role
                && (grant.region.is_none() || grant.region.as_deref() == request.region())
                && (grant.programme.is_none() || grant.programme.as_deref() == request.programme())
        })
    };
    let stands_in = |person: &Person, id: &PersonId| {
        person.substitutes.iter().any(|s| {
            &s.person == id
                && s.from.is_none_or(|from| from <= day)
                && s.until.is_none_or(|until| day <= until)
        })
    };
    let may = |role: &RoleId| {
        directory.people.iter().any(|person| {
            let theirs = person.id == id
                || (person.shared && person.members.contains(&id))
                || stands_in(person, &id);
            theirs && holds(person, role)
        })
    };
    let roles = request.steps().iter().map(|s| s.role.clone());
    roles.filter(may).collect()
}
