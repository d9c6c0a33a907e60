//! Watches over the loops: says that the desk is alive as long as each turns, raises alarms, sees
//! the clock jump, takes up another configuration.

use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use super::hooks::{Hooks, Renewed};
use super::shared::{LOOPS, Shared};
use crate::desk::health::Pulse;
use crate::desk::{DeskError, World, alarm, calendar, jump, space};
use crate::judge::Trouble;
use crate::request::AlarmKind;

/// After so many rounds without a beat a loop does not turn any more; it may wait for minutes.
const SILENT_ROUNDS: u32 = 120;
/// Every so many rounds it is written down that the desk lives: a minute.
const LIVE_ROUNDS: u32 = 12;

/// Returns when the desk must stop, or when a loop has ended by itself.
pub(super) fn watch(shared: &Shared, loops: &[JoinHandle<()>], hooks: &Hooks<'_>) {
    let mut beats = Beats::default();
    let run = begin(&shared.world());
    let mut state;
    (hooks.alive)("begins");
    let mut round = 0_u32;
    while !shared.stopping() {
        see_clock(shared);
        shared.pulse.room(space::room(&shared.world()));
        state = look(shared);
        if round.is_multiple_of(LIVE_ROUNDS)
            && let Some(run) = run
            && let Err(error) = alarm::live(&shared.world(), &shared.pulse, run)
        {
            tracing::error!(%error, "that the desk lives could not be written down");
        }
        wait(shared, hooks);
        // As it stops the loops may be quicker than this one: that end is written down.
        if !shared.stopping() && loops.iter().any(JoinHandle::is_finished) {
            return;
        }
        beats.count(shared);
        let stuck = beats.stuck();
        if stuck.is_empty() {
            (hooks.alive)(&state);
        }
        shared.pulse.stuck(stuck);
        round = round.wrapping_add(1);
    }
    let world = shared.world();
    let now = world.clock.now();
    if let Some(run) = run {
        let ended = world
            .store
            .transact(move |books| Ok::<_, DeskError>(books.run_ends(run, now)?));
        if let Err(error) = ended {
            tracing::error!(%error, "the desk's end could not be written down");
        }
    }
}

/// Waits for a round, in parts; a new configuration is taken up at once.
fn wait(shared: &Shared, hooks: &Hooks<'_>) {
    const PART: Duration = Duration::from_millis(500);
    let mut left = hooks.round;
    while !left.is_zero() && !shared.stopping() {
        if let Some(renewed) = (hooks.renew)(&shared.world()) {
            renew(shared, renewed);
        }
        shared.pause(PART.min(left));
        left = left.saturating_sub(PART);
    }
}

/// Takes up another configuration, or tells why not: then the one that holds goes on.
fn renew(shared: &Shared, renewed: Renewed) {
    const KIND: AlarmKind = AlarmKind::Configuration;
    let told = match renewed {
        Ok((world, ends)) => {
            shared.renew(world.clone(), ends);
            tracing::warn!(event = "configuration-renewed", "configuration taken up");
            let moved = calendar::turn(&world).map(|_| ());
            moved.and_then(|()| alarm::take_back(&world, KIND, ""))
        }
        Err(error) => {
            tracing::error!(
                event = "configuration-refused",
                %error,
                "the configuration that holds goes on"
            );
            alarm::report(&shared.world(), KIND, ("", &error), None)
        }
    };
    if let Err(error) = told {
        tracing::error!(%error, "what another configuration brings could not be done");
    }
}

/// Writes down that the desk begins; a clock that stands before the end of the last run is told.
fn begin(world: &World) -> Option<i64> {
    let now = world.clock.now();
    let run = world.store.transact(move |books| {
        let last = books.last_run()?.map(|run| run.alive_at);
        Ok::<_, DeskError>((books.run_begins(env!("CARGO_PKG_VERSION"), now)?, last))
    });
    match run {
        Ok((run, last)) => {
            if let Some(last) = last {
                report(jump::after_a_pause(world, last));
            }
            Some(run)
        }
        Err(error) => {
            tracing::error!(%error, "that the desk runs could not be written down");
            None
        }
    }
}

fn see_clock(shared: &Shared) {
    let world = shared.world();
    let (now, steady) = (world.clock.now(), world.clock.steady());
    let Some(by) = shared.pulse.tick(now, steady, jump::limit(&world)) else {
        return;
    };
    // What came meanwhile is decided before anybody is reminded.
    shared.catching_up.again(now);
    report(jump::happened(&world, by));
    shared.out.ring();
}

fn report(done: Result<(), DeskError>) {
    if let Err(error) = done {
        tracing::error!(%error, "what a jump of the clock has moved could not be moved back");
    }
}

/// Looks at alarms; says in a line how the desk is.
fn look(shared: &Shared) -> String {
    let world = shared.world();
    match alarm::turn(&world, &shared.pulse) {
        Ok(found) => {
            shared.out.ring();
            state(&world, &shared.pulse, &found)
        }
        Err(error) => {
            tracing::error!(%error, "alarms could not be looked at");
            format!("alarms cannot be looked at: {error}")
        }
    }
}

fn state(world: &World, pulse: &Pulse, found: &[Trouble]) -> String {
    let fetched = pulse.fetched_at().map_or_else(
        || "not fetched yet".to_owned(),
        |at| {
            let local = world.office.calendar.local(at, None);
            format!("fetched {}", local.format("%H:%M:%S"))
        },
    );
    match found {
        [] => format!("healthy; {fetched}"),
        found => {
            let names: Vec<&str> = found.iter().map(|t| t.kind.name()).collect();
            format!("alarm: {}; {fetched}", names.join(", "))
        }
    }
}

/// How often each loop has turned.
#[derive(Default)]
struct Beats {
    seen: [u64; 3],
    silent: [u32; 3],
}

impl Beats {
    fn count(&mut self, shared: &Shared) {
        for ((beat, seen), silent) in shared
            .beats
            .iter()
            .zip(&mut self.seen)
            .zip(&mut self.silent)
        {
            let now = beat.load(Ordering::SeqCst);
            *silent = if *seen == now { *silent + 1 } else { 0 };
            *seen = now;
        }
    }

    fn stuck(&self) -> Vec<String> {
        let named = LOOPS.iter().zip(self.silent);
        let stuck = named.filter(|(_, silent)| *silent >= SILENT_ROUNDS);
        stuck.map(|(name, _)| (*name).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::hooks::ROUND;
    use super::*;

    /// The tests look more often than a desk does; here is what docs/running.md promises.
    #[test]
    fn a_loop_that_does_not_turn_is_told_after_ten_minutes_and_life_noted_each_minute() {
        assert_eq!(ROUND * SILENT_ROUNDS, Duration::from_secs(600));
        assert_eq!(ROUND * LIVE_ROUNDS, Duration::from_secs(60));
    }
}
