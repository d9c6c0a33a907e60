//! Counts the bytes and lines that are looked at, in tests, so that they bound the work that a
//! hostile mail makes without a clock.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static WORK: Cell<usize> = const { Cell::new(0) };
}

/// Counts so many bytes or lines.
pub(super) fn work(amount: usize) {
    #[cfg(test)]
    WORK.set(WORK.get().saturating_add(amount));
    #[cfg(not(test))]
    let _ = amount;
}

/// What was counted on this thread since the last call.
#[cfg(test)]
pub(super) fn take_work() -> usize {
    WORK.take()
}
