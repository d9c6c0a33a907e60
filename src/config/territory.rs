//! `territory.toml`: regions and programmes.

use crate::office::{Programme, Region};

use super::findings::{Spot, Thing};
use super::reader::Table;

/// A way to write a region or programme, and which one it means.
pub(super) struct Spelling<'a> {
    /// A region or a programme.
    pub thing: Thing,
    /// As written.
    pub written: Spot<'a, String>,
    /// The one name.
    pub name: String,
}

/// Everything of the file.
#[derive(Default)]
pub(super) struct Territory<'a> {
    /// Regions, in order.
    pub regions: Vec<Region>,
    /// Programmes, in order.
    pub programmes: Vec<Programme>,
    /// All ways to write them.
    pub spellings: Vec<Spelling<'a>>,
}

/// Reads `territory.toml`.
pub(super) fn read(table: Table<'_>) -> Territory<'_> {
    let mut territory = Territory::default();
    for child in table.children("region") {
        let (name, synonyms) = entry(child, Thing::Region, &mut territory.spellings);
        territory.regions.push(Region { name, synonyms });
    }
    for child in table.children("programme") {
        let (name, synonyms) = entry(child, Thing::Programme, &mut territory.spellings);
        territory.programmes.push(Programme { name, synonyms });
    }
    table.finish();
    territory
}

fn entry<'a>(
    table: Table<'a>,
    thing: Thing,
    spellings: &mut Vec<Spelling<'a>>,
) -> (String, Vec<String>) {
    let name = table.text("name");
    table.found().define(thing, &name);
    let synonyms = table.texts("synonyms");
    let plain = synonyms.iter().map(|s| s.value.clone()).collect();
    let all = std::iter::once(name.clone()).chain(synonyms);
    spellings.extend(all.map(|written| Spelling {
        thing,
        written,
        name: name.value.clone(),
    }));
    table.finish();
    (name.value, plain)
}
