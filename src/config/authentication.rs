//! `authentication` and its keys in `desk.toml`: whose word about senders is believed.

use crate::office::{Authentication, Authserv, StampPlace};

use super::findings::Spot;
use super::reader::Table;

#[derive(Clone, Copy)]
enum Mode {
    None,
    Authserv,
    Microsoft365,
    Google,
}

const MODES: [(&str, Mode); 4] = [
    ("none", Mode::None),
    ("authserv", Mode::Authserv),
    ("microsoft365", Mode::Microsoft365),
    ("google", Mode::Google),
];

/// Reads the keys.
pub(super) fn read(table: &Table<'_>) -> Authentication {
    let mode = table.word("authentication", &MODES, Some(Mode::None));
    let ids = table.text_or_texts("authserv_id");
    let relays = table.texts("authserv_relays");
    let place = table.has("authserv_place");
    let words = [("above", StampPlace::Above), ("below", StampPlace::Below)];
    let stamp = table.word("authserv_place", &words, Some(StampPlace::Above));
    match mode.unwrap_or(Mode::None) {
        Mode::Authserv => Authentication::Authserv(Authserv {
            ids: needed_ids(table, ids),
            relays: relays.into_iter().map(|r| host(table, r)).collect(),
            place: stamp.unwrap_or(StampPlace::Above),
        }),
        other => {
            let spots = ids.into_iter().chain(relays).map(|spot| spot.place);
            let places = spots.chain(place.then(|| table.place_of("authserv_place")));
            if let Some(first) = places.into_iter().next() {
                let what = "the keys `authserv_…` belong to `authentication = \"authserv\"`";
                let advice = "change `authentication`, or remove them";
                table.found().problem(first, what, advice);
            }
            match other {
                Mode::None | Mode::Authserv => Authentication::None,
                Mode::Microsoft365 => Authentication::Microsoft365,
                Mode::Google => Authentication::Google,
            }
        }
    }
}

fn needed_ids(table: &Table<'_>, ids: Vec<Spot<'_, String>>) -> Vec<String> {
    if ids.is_empty() {
        let what = "`authentication = \"authserv\"` needs `authserv_id`";
        let advice = "add `authserv_id = \"…\"`: the first word after \
                      `Authentication-Results:` in a mail that came to the desk";
        let place = table.place_of("authentication");
        table.found().problem(place, what, advice);
    }
    ids.into_iter().map(|id| host(table, id)).collect()
}

/// A host's name, or another word that can stand for an authserv-id, in lower case.
fn host(table: &Table<'_>, spot: Spot<'_, String>) -> String {
    let value = spot.value.to_ascii_lowercase();
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if value.is_empty() || !value.chars().all(sound) {
        let what = format!("`{}` is no name of a server", spot.value);
        let advice = "write the name alone, as in `mx.oficina.example`";
        table.found().problem(spot.place, what, advice);
    }
    value
}
