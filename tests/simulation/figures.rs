//! What was played, in figures, and a hash that tells two plays apart.

use std::collections::BTreeMap;

use crate::host::digest;
use crate::truth::{Author, Says};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Mails to the desk.
    pub mails: u64,
    /// Mails of the desk that a server accepted.
    pub sent: u64,
    pub requests: u64,
    /// Requests open, and notices due, at the end.
    pub open: i64,
    pub due: i64,
    /// Open requests that were seen to wait for nobody.
    pub unheld: u64,
    pub undeliverable: u64,
    /// Complete papers that were taken for incomplete.
    pub misread: u64,
    /// Papers that were sent again and opened a second request.
    pub again: u64,
    /// Most mails to one address in a day.
    pub fullest: u32,
    pub forged: u64,
    pub machines: u64,
    pub faults: BTreeMap<&'static str, u64>,
    pub outcomes: BTreeMap<String, u64>,
    /// What mails of each meaning were taken for.
    pub taken: BTreeMap<(String, String), u64>,
    hash: Vec<u8>,
}

impl Figures {
    pub fn wrote(&mut self, author: Author, _: Says) {
        match author {
            Author::Forger => self.forged += 1,
            Author::Machine => self.machines += 1,
            Author::Person(_) => {}
        }
    }

    pub fn hash(&mut self, bytes: &[u8]) {
        self.hash.extend(digest(bytes));
        self.hash = digest(&self.hash);
    }

    pub fn outcome(&mut self, outcome: &str) {
        *self.outcomes.entry(outcome.to_owned()).or_default() += 1;
    }

    pub fn handled(&mut self, says: Says, reason: &str) {
        let says = match says {
            Says::Asks(_) => "Asks".to_owned(),
            other => format!("{other:?}"),
        };
        *self.taken.entry((says, reason.to_owned())).or_default() += 1;
    }

    /// The hash in letters.
    pub fn digest(&self) -> String {
        self.hash
            .iter()
            .take(8)
            .map(|b| format!("{b:02x}"))
            .collect()
    }

    /// Those of another play too.
    pub fn add(&mut self, other: &Self) {
        self.mails += other.mails;
        self.sent += other.sent;
        self.requests += other.requests;
        self.open += other.open;
        self.due += other.due;
        self.unheld += other.unheld;
        self.undeliverable += other.undeliverable;
        self.again += other.again;
        self.misread += other.misread;
        self.fullest = self.fullest.max(other.fullest);
        self.forged += other.forged;
        self.machines += other.machines;
        for (fault, times) in &other.faults {
            *self.faults.entry(fault).or_default() += times;
        }
        for (outcome, times) in &other.outcomes {
            *self.outcomes.entry(outcome.clone()).or_default() += times;
        }
        for (key, times) in &other.taken {
            *self.taken.entry(key.clone()).or_default() += times;
        }
    }

    /// Everything in words.
    pub fn text(&self) -> String {
        let mut text = format!(
            "mails in {} (forged {}, machines {}), out {}, requests {}, open at the end {}, due at \
             the end {}, undeliverable {}, most a day to one address {}, waiting for nobody {}, \
             opened again {}, misread {}\n",
            self.mails,
            self.forged,
            self.machines,
            self.sent,
            self.requests,
            self.open,
            self.due,
            self.undeliverable,
            self.fullest,
            self.unheld,
            self.again,
            self.misread
        );
        for (fault, times) in &self.faults {
            text += &format!("  fault {fault}: {times}\n");
        }
        for (outcome, times) in &self.outcomes {
            text += &format!("  outcome {outcome}: {times}\n");
        }
        for ((says, reason), times) in &self.taken {
            text += &format!("  {says} taken as {reason}: {times}\n");
        }
        text
    }
}
