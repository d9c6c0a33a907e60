//! The places where the process may die, by name: what was made durable before each of them is
//! found again by the next start, and what was not is done again.
//!
//! Lives here: the table of the points, what arms them (builds with debug assertions only: a
//! release has no code for them), and the fsync whose failure ends the process. May not live here:
//! anything that is done at a point.
//!
//! The room lies among those that touch the world, and below them: they call it between two acts
//! of theirs, as the desk does between two of its own.

#[cfg(debug_assertions)]
mod armed;
mod durable;
mod table;

pub use durable::{end_process, sync, sync_folder};
pub use table::{Point, When};

/// Says that the process has come to a point. Does nothing, unless `MESAD_CRASH_AT` names it.
#[inline]
pub fn here(point: Point) {
    #[cfg(debug_assertions)]
    armed::here(point, &[]);
    #[cfg(not(debug_assertions))]
    let _ = point;
}

/// The same with what is in hand, so that one input alone can be the death of the process.
#[inline]
pub fn here_with(point: Point, in_hand: &[u8]) {
    #[cfg(debug_assertions)]
    armed::here(point, in_hand);
    #[cfg(not(debug_assertions))]
    let _ = (point, in_hand);
}

/// Awaits something; its first pause is the point: what was to be said to the other side is said,
/// and the answer is not there yet.
pub async fn here_waiting<F: Future>(point: Point, said: F) -> F::Output {
    let mut said = std::pin::pin!(said);
    let mut first = true;
    std::future::poll_fn(move |context| {
        let polled = said.as_mut().poll(context);
        if polled.is_pending() && std::mem::replace(&mut first, false) {
            here(point);
        }
        polled
    })
    .await
}

/// Whether the act that comes next shall fail, as a test asks by `MESAD_FAIL_AT`.
#[inline]
pub fn fails(point: Point) -> bool {
    #[cfg(debug_assertions)]
    return armed::fails(point);
    #[cfg(not(debug_assertions))]
    {
        let _ = point;
        false
    }
}

/// Whether what the environment arms is there to be armed.
///
/// # Errors
/// What is wrong with it, and which points there are.
pub fn check() -> Result<(), String> {
    #[cfg(debug_assertions)]
    armed::check()?;
    Ok(())
}

/// How often this process came to a point; never, where nothing is counted.
pub fn count(point: Point) -> u32 {
    #[cfg(debug_assertions)]
    return armed::count(point);
    #[cfg(not(debug_assertions))]
    {
        let _ = point;
        0
    }
}
