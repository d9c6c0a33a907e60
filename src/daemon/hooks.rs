//! What the daemon asks of whoever runs it.

use std::time::Duration;

use super::shared::Ends;
use crate::desk::World;

/// Another configuration, whole, or why it was not taken up; it was told then.
pub type Renewed = Result<(World, Ends), String>;

/// What the daemon asks of whoever runs it. Called from its watch.
pub struct Hooks<'a> {
    /// Told every few seconds how the desk is, while every loop makes progress.
    pub alive: &'a dyn Fn(&str),
    /// Asked twice a second for another configuration; given the one that holds.
    pub renew: &'a dyn Fn(&World) -> Option<Renewed>,
    /// How often it is looked whether loops turn, and what is wrong: [`ROUND`], but for tests.
    pub round: Duration,
}

/// How often it is looked whether loops turn, and what is wrong.
pub const ROUND: Duration = Duration::from_secs(5);

impl<'a> Hooks<'a> {
    /// Only told that it is alive; the configuration stays.
    pub fn alive(alive: &'a dyn Fn(&str)) -> Self {
        Self {
            alive,
            renew: &|_| None,
            round: ROUND,
        }
    }
}
