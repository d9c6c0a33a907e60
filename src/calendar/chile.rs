//! The calendar that ships: the ministry's hours, Chile's holidays, the regions that differ.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use chrono_tz::{America, Tz};

use super::{Calendar, Holidays, Hours, RegionRules};

impl Calendar {
    /// The calendar of the office that ships: Monday to Thursday 08:00–16:00, Friday 08:00–15:00 in
    /// Santiago.
    ///
    /// Regions that differ: Arica y Parinacota (7 June, Ley 20.663), Ñuble (20 August, Ley 20.768),
    /// Magallanes and Aysén (zones of their own). The law gives 20 August to the communes of
    /// Chillán and Chillán Viejo only; there is no finer place than a region here, so all of Ñuble
    /// has it.
    pub fn chile() -> Self {
        let block = |end| vec![(hour(8), hour(end))];
        let blocks = [16, 16, 16, 16, 15].into_iter().map(block);
        Self {
            zone: America::Santiago,
            hours: Hours::Office,
            blocks: (0..).zip(blocks).collect(),
            holidays: Holidays::Chile,
            days_off: vec![],
            regions: regions(),
        }
    }
}

fn regions() -> BTreeMap<String, RegionRules> {
    let holiday = |month, day, name: &str| RegionRules {
        zone: None,
        holidays: vec![(month, day, name.to_owned())],
    };
    let zone = |zone: Tz| RegionRules {
        zone: Some(zone),
        holidays: vec![],
    };
    let born = "Nacimiento del Prócer de la Independencia (Chillán y Chillán Viejo)";
    [
        (
            "Arica y Parinacota",
            holiday(6, 7, "Asalto y Toma del Morro de Arica"),
        ),
        ("Ñuble", holiday(8, 20, born)),
        ("Aysén", zone(America::Coyhaique)),
        ("Magallanes", zone(America::Punta_Arenas)),
    ]
    .into_iter()
    .map(|(name, rules)| (name.to_owned(), rules))
    .collect()
}

/// The full hour of a day; midnight for what no day has.
fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)
}
