//! What really happened: who wrote each mail, and what they meant. The desk never sees it.

/// Who wrote a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody of the cast, with their own hands.
    Person(usize),
    /// Somebody who pretends to be another, or has another's mail.
    Forger,
    /// A program.
    Machine,
}

/// What a mail means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// This paper is asked for.
    Asks(u32),
    Data,
    Corrects,
    Confirms,
    Disowns,
    Approves,
    Rejects,
    /// "Ok, pero…", a question, something unclear, somebody else's business: decides nothing.
    Wavers,
    Claims,
    Done,
    NotDone,
    Withdraws,
    Repudiates,
    Thanks,
    AsksStatus,
    Sorts,
    /// Nothing that decides.
    Noise,
}

/// A mail that was written.
#[derive(Clone, Debug)]
pub struct Written {
    pub author: Author,
    pub says: Says,
    /// The mail that it says to be of its author.
    pub confirms: Option<usize>,
}
