//! How requests hang together, and what others have said about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Approval, DocumentRef, Party, Request, RequestId, cut};
use crate::office::{Evidence, Fields, Office, Person, Source};

/// How a request hangs together with an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelatedKind {
    /// It takes up again what was closed: its data are those, but no approval is.
    Continues,
    /// Both cite the same memorandum, for different matters.
    SameMemorandum,
}

/// The earlier request that one hangs together with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// How.
    pub kind: RelatedKind,
    /// Which.
    pub request: RequestId,
    /// Its number.
    pub number: String,
    /// The words that took it up again; empty where there were none.
    pub said: String,
}

/// What somebody wrote about a request that decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who.
    pub by: Party,
    /// When.
    pub at: DateTime<Utc>,
    /// The words, cut at 2,000 characters.
    pub text: String,
    /// Documents that came with them.
    pub documents: Vec<DocumentRef>,
}

/// A remark, as mails show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remarked {
    /// Who; with the address, where the directory does not know them.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The words, cut at 300 characters.
    pub text: String,
    /// Names of the documents that came with them.
    pub documents: Vec<String>,
}

/// Remarks that are kept with a request, and that a mail shows: the newest.
const KEPT: usize = 50;
const SHOWN: usize = 5;

impl Party {
    /// The name as it is shown to others. Whoever the directory does not know may call themselves
    /// anything: the address is shown too.
    pub(super) fn shown(&self) -> String {
        match (&self.person, self.name == self.address) {
            (None, false) => format!("{} <{}>", self.name, self.address),
            _ => self.name.clone(),
        }
    }
}

impl Approval {
    /// Whether the desk recorded it, and the step is somebody's: they hold its role, or read the
    /// mailbox that does. Nobody holds a step of their own request.
    pub fn is_recorded_for(&self, by: &Party, request: &Request, office: &Office) -> bool {
        let Some(id) = by.person.as_ref().filter(|_| self.recorded.is_some()) else {
            return false;
        };
        let (region, programme) = (request.region(), request.programme());
        let holders = office.directory.holders(&self.role, region, programme);
        let theirs = |p: &&Person| &p.id == id || (p.shared && p.members.contains(id));
        !request.is_requesters(by) && holders.iter().any(theirs)
    }
}

impl Request {
    /// Keeps what somebody wrote, for whoever acts on the request next.
    pub(super) fn remember(&mut self, remark: Remark) {
        self.remarks.push(remark);
        let over = self.remarks.len().saturating_sub(KEPT);
        self.remarks.drain(..over);
    }

    /// The newest remarks, as mails show them.
    pub(super) fn remarked(&self) -> Vec<Remarked> {
        let over = self.remarks.len().saturating_sub(SHOWN);
        let newest = self.remarks.iter().skip(over);
        let shown = |remark: &Remark| Remarked {
            by: remark.by.shown(),
            at: remark.at,
            text: cut(&remark.text, 300),
            documents: remark.documents.iter().map(|d| d.name.clone()).collect(),
        };
        newest.map(shown).collect()
    }

    /// The documents that go with a mail: the requester's, then those that people of the directory
    /// sent with their remarks.
    pub fn all_documents(&self) -> Vec<&DocumentRef> {
        let known = |r: &&Remark| r.by.person.is_some();
        let of_others = self.remarks.iter().filter(known).flat_map(|r| &r.documents);
        self.documents.iter().chain(of_others).collect()
    }

    /// What a request that continues this one begins with: its data, with this one as the evidence,
    /// and the link. Approvals stay behind: what is asked now, nobody has approved.
    pub fn handed_down(&self, said: &str) -> (Fields, Related) {
        let mut fields = self.fields.clone();
        for datum in fields.values_mut() {
            datum.evidence = Evidence {
                source: Source::Request(self.number.clone()),
                line: 0,
                quote: datum.evidence.quote.clone(),
            };
        }
        (fields, self.link(RelatedKind::Continues, said))
    }

    /// The link from a later request to this one.
    pub fn link(&self, kind: RelatedKind, said: &str) -> Related {
        Related {
            kind,
            request: self.id,
            number: self.number.clone(),
            said: cut(said, 1_000),
        }
    }
}
