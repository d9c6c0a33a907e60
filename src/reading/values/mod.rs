//! One value of each kind, read from the words under a label.
//!
//! Lives here: dates, hours, RUT, regions, programmes, numbers, and places left open. May not live
//! here: where a value stands in a mail (`form/`, `prose/`).

mod date;
mod kind;
mod place;
mod rut;
mod time;

pub use date::{DateMention, dates, year_note};
pub use kind::{Read, clean, is_numbered, is_open, read, whole};
pub use place::{
    bare_programme, programme_by_word, programme_in_text, programme_of_value, region_in_text,
    region_of_value,
};
pub use rut::ruts;
pub use time::times;
