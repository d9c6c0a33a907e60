//! The database of a simulation: in memory, on the thread that asks, with faults at the borders of
//! each transaction. What was committed outlives the process that is simulated; nothing else does.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use super::books::{Books, STATEMENTS, in_transaction, plan_once};
use super::error::StoreError;
use super::schema;

/// A border of a transaction, where a simulated process or disk may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Before it begins.
    Begin,
    /// Before it is committed: a fault here undoes it.
    Commit {
        /// Whether it changed anything.
        wrote: bool,
    },
    /// After it was committed: a fault here keeps the answer from whoever asked.
    Committed,
}

/// Decides which border fails, and how.
pub trait Faults: std::fmt::Debug + Send {
    /// The fault at this border; none: it is passed.
    fn at(&mut self, border: Border) -> Option<StoreError>;
}

/// What is on a simulated disk. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct Disk(Arc<Mutex<Connection>>);

impl Disk {
    /// An empty database with today's schema.
    ///
    /// # Errors
    /// SQLite's.
    pub fn new() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        // Few and large ones: a commit may walk through all pages that are in memory.
        connection.pragma_update(None, "page_size", 16_384)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        plan_once(&connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        schema::migrated(&mut connection)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Looks at what is there, past the desk.
    pub fn look<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The way of a simulated process to its disk.
#[derive(Clone, Debug)]
pub struct Here {
    disk: Disk,
    faults: Arc<Mutex<Box<dyn Faults>>>,
}

impl Here {
    /// A process that has this disk.
    pub fn new(disk: Disk, faults: Box<dyn Faults>) -> Self {
        let faults = Arc::new(Mutex::new(faults));
        Self { disk, faults }
    }

    fn at(&self, border: Border) -> Result<(), StoreError> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.at(border).map_or(Ok(()), Err)
    }

    pub(super) fn transact<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Books<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        self.at(Border::Begin)?;
        let mut connection = self.disk.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = connection.total_changes();
        let done = in_transaction(&mut connection, TransactionBehavior::Immediate, |books| {
            let done = work(books)?;
            let wrote = books.transaction.total_changes() != before;
            self.at(Border::Commit { wrote })?;
            Ok::<_, E>(done)
        })?;
        drop(connection);
        self.at(Border::Committed)?;
        Ok(done)
    }
}
