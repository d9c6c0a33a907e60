//! Takes up the configuration anew while the desk runs (SIGHUP): all of it, or none.

use std::sync::Arc;

use super::setup::{self, Failed};
use super::workplace::Place;
use crate::daemon::Renewed;
use crate::desk::World;

/// Longest text about what is wrong that goes into a mail.
const LONGEST: usize = 2_000;

/// Reads everything and checks it as a whole. Of what holds already, clock, chance and store stay.
pub(super) fn renew(place: &Place, old: &World) -> Renewed {
    fresh(place, old).map_err(|error| {
        log(&error);
        let text = format!("{error:#}");
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    })
}

fn fresh(place: &Place, old: &World) -> anyhow::Result<(World, crate::daemon::Ends)> {
    let mut office = place.configuration.load()?;
    let templates = setup::load_templates(place.configuration.config.as_deref())?;
    if office.desk.state != old.office.desk.state {
        tracing::warn!(
            old = old.office.desk.state,
            new = office.desk.state,
            "the folder of the database cannot change while the desk runs: restart it"
        );
        office.desk.state.clone_from(&old.office.desk.state);
    }
    place.place_copies(&mut office);
    let ends = place.ends(&office, old)?;
    let key = place.key(&office, old)?;
    let world = World {
        office: Arc::new(office),
        templates: Arc::new(templates),
        key,
        ..old.clone()
    };
    Ok((world, ends))
}

/// All that is wrong, for the log; each problem is a line of its own there.
fn log(error: &anyhow::Error) {
    if let Some(Failed::Configuration(problems)) = error.downcast_ref::<Failed>() {
        for problem in problems {
            tracing::error!(%problem, "configuration");
        }
    }
}
