//! A TOML table read with care: every access names the key it knows, every fault is noted with its
//! place, and reading goes on with a harmless value, since a configuration with a problem is never
//! used.

use std::cell::RefCell;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::findings::{Findings, Spot};
use super::problem::{Place, choice, nearest};

/// A table of a file.
#[derive(Debug)]
pub(super) struct Table<'a> {
    found: &'a Findings<'a>,
    file: &'a super::File,
    place: Place<'a>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
    /// Keys that must be there and are not, with what to write; told by [`Table::finish`].
    missing: RefCell<Vec<(&'static str, String)>>,
}

impl<'a> Table<'a> {
    /// The table that is a whole file.
    pub fn root(found: &'a Findings<'a>, file: &'a super::File, entries: &'a DeTable<'a>) -> Self {
        Self {
            found,
            file,
            place: Place::whole(file),
            entries,
            asked: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// Where the table stands.
    pub fn place(&self) -> Place<'a> {
        self.place
    }

    /// What reading has found so far.
    pub fn found(&self) -> &'a Findings<'a> {
        self.found
    }

    /// Whether the table has the key; the key counts as known from now on.
    pub fn has(&self, key: &'static str) -> bool {
        self.entry(key).is_some()
    }

    /// Whether the key's value is a table.
    pub fn is_table(&self, key: &'static str) -> bool {
        self.entry(key).is_some_and(|v| v.get_ref().is_table())
    }

    /// The place of a key's value; of the table where the key is missing.
    pub fn place_of(&self, key: &'static str) -> Place<'a> {
        self.entry(key).map_or(self.place, |v| self.at(v))
    }

    /// Every key with its place and text value, for tables whose keys are names of their own.
    pub fn pairs(&self) -> Vec<(Spot<'a, String>, Spot<'a, String>)> {
        let entries = self.entries.iter();
        let pairs = entries.map(|(key, value)| {
            let key = Spot {
                value: key.get_ref().to_string(),
                place: Place::new(self.file, key.span()),
            };
            (key, self.as_text(value))
        });
        pairs.collect()
    }

    /// A text that must be there.
    pub fn text(&self, key: &'static str) -> Spot<'a, String> {
        match self.entry(key) {
            Some(value) => self.as_text(value),
            None => {
                self.missing(key, format!("`{key} = \"…\"`"));
                Spot {
                    value: String::new(),
                    place: self.place,
                }
            }
        }
    }

    /// A text that may be missing.
    pub fn maybe_text(&self, key: &'static str) -> Option<Spot<'a, String>> {
        self.entry(key).map(|value| self.as_text(value))
    }

    /// A list of texts; empty where it is missing.
    pub fn texts(&self, key: &'static str) -> Vec<Spot<'a, String>> {
        let items = self.items(key, "a list of texts, [\"…\", \"…\"]");
        items.into_iter().map(|v| self.as_text(v)).collect()
    }

    /// One text, or a list of them; empty where it is missing.
    pub fn text_or_texts(&self, key: &'static str) -> Vec<Spot<'a, String>> {
        match self.entry(key) {
            Some(value) if value.get_ref().is_str() => vec![self.as_text(value)],
            Some(_) => self.texts(key),
            None => vec![],
        }
    }

    /// The texts of a list without their places.
    pub fn plain_texts(&self, key: &'static str) -> Vec<String> {
        self.texts(key).into_iter().map(|s| s.value).collect()
    }

    /// A whole number of the range; without a default it must be there.
    pub fn number(&self, key: &'static str, range: (u64, u64), default: Option<u64>) -> u64 {
        let (low, high) = range;
        match self.entry(key) {
            Some(value) => self.as_number(value, range),
            None => {
                if default.is_none() {
                    self.missing(key, format!("`{key} = …`, a number from {low} to {high}"));
                }
                default.unwrap_or(low).clamp(low, high)
            }
        }
    }

    /// A list of whole numbers of the range; none where it is missing.
    pub fn numbers(&self, key: &'static str, range: (u64, u64)) -> Option<Vec<u64>> {
        self.entry(key)?;
        let items = self.items(key, "a list of numbers, [50, 80]");
        let numbers = items.into_iter().map(|v| self.as_number(v, range));
        Some(numbers.collect())
    }

    /// `true` or `false`; without a default it must be there.
    pub fn flag(&self, key: &'static str, default: Option<bool>) -> bool {
        let Some(value) = self.entry(key) else {
            if default.is_none() {
                self.missing(key, format!("`{key} = true` or `{key} = false`"));
            }
            return default.unwrap_or_default();
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(value, "true or false, without quotes");
            false
        })
    }

    /// One of some words; without a default it must be there. The first stands in for a wrong one.
    pub fn word<T: Copy>(
        &self,
        key: &'static str,
        words: &[(&'static str, T)],
        default: Option<T>,
    ) -> Option<T> {
        match self.entry(key) {
            Some(value) => self.as_word(&self.as_text(value), words),
            None => {
                if default.is_none() {
                    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                    self.missing(key, format!("`{key} = \"…\"`: {}", choice(&names)));
                }
                default
            }
        }
    }

    /// The meaning of a word; none, and a problem, where it is none of these.
    pub fn as_word<T: Copy>(
        &self,
        spot: &Spot<'a, String>,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == spot.value);
        if found.is_none() && !spot.value.is_empty() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let advice = match nearest(&spot.value, names.iter().copied()) {
                Some(near) if names.len() == 1 => format!("did you mean `{near}`?"),
                Some(near) => format!("did you mean `{near}`? It may be {}", choice(&names)),
                None => format!("it may be {}", choice(&names)),
            };
            let what = format!("`{}` is not a word that is known here", spot.value);
            self.found.problem(spot.place, what, advice);
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// A date that may be missing.
    pub fn maybe_date(&self, key: &'static str) -> Option<NaiveDate> {
        let value = self.entry(key)?;
        let wanted = "a date without quotes, 2026-09-14";
        let Some(stamp) = value.get_ref().as_datetime() else {
            self.wrong_type(value, wanted);
            return None;
        };
        let (Some(date), None, None) = (stamp.date, stamp.time, stamp.offset) else {
            self.wrong_type(value, wanted);
            return None;
        };
        let real = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into());
        if real.is_none() {
            let what = format!("{stamp} is not a day of the calendar");
            self.found
                .problem(self.at(value), what, "write a real date");
        }
        real
    }

    /// A date that must be there.
    pub fn date(&self, key: &'static str) -> Option<NaiveDate> {
        if !self.has(key) {
            self.missing(key, format!("`{key} = 2026-09-14`, a date without quotes"));
        }
        self.maybe_date(key)
    }

    /// A table within this one.
    pub fn child(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.entry(key)?;
        self.as_table(value)
    }

    /// A table within this one that must be there; `section` is its whole name.
    pub fn needed_child(&self, key: &'static str, section: &str) -> Option<Table<'a>> {
        if !self.has(key) {
            self.missing(key, format!("[{section}]"));
        }
        self.child(key)
    }

    /// The tables of a list, `[[key]]` or `key = [{ … }]`.
    pub fn children(&self, key: &'static str) -> Vec<Table<'a>> {
        let items = self.items(key, &format!("a list of tables, [[{key}]]"));
        items.into_iter().filter_map(|v| self.as_table(v)).collect()
    }

    /// Says which keys nobody asked for, and which are missing. Called once everything known was
    /// read.
    pub fn finish(self) {
        let asked = self.asked.borrow().clone();
        for (key, _) in self.entries.iter() {
            let name: &str = key.get_ref();
            if asked.contains(&name) {
                continue;
            }
            let absent = asked.iter().filter(|k| !self.entries.contains_key(**k));
            let near = nearest(name, absent.copied());
            let advice = match (near, asked.as_slice()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => String::from("nothing is known here: remove it"),
                (None, known) => format!("known here: {}", known.join(", ")),
            };
            // A misspelt key is said once, not as missing as well.
            self.missing
                .borrow_mut()
                .retain(|(key, _)| near != Some(*key));
            let place = Place::new(self.file, key.span());
            self.found
                .problem(place, format!("unknown key `{name}`"), advice);
        }
        self.abandon();
    }

    /// Says which keys are missing where it cannot be told which others belong here.
    pub fn abandon(self) {
        for (key, example) in self.missing.into_inner() {
            let advice = match (self.place.is_whole(), example.starts_with('[')) {
                (_, true) => format!("add {example}; the shipped configuration shows how"),
                (true, false) => format!("add {example}, above the first [section]"),
                (false, false) => format!("add {example}"),
            };
            let what = format!("the key `{key}` is missing");
            self.found.problem(self.place, what, advice);
        }
    }

    /// Notes that a list must be there, with what to write.
    pub fn need(&self, key: &'static str, example: &str) {
        if !self.has(key) {
            self.missing(key, example.to_owned());
        }
    }

    fn entry(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.entries.get(key)
    }

    fn at(&self, value: &Spanned<DeValue<'a>>) -> Place<'a> {
        Place::new(self.file, value.span())
    }

    fn missing(&self, key: &'static str, example: String) {
        self.missing.borrow_mut().push((key, example));
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'a>>, wanted: &str) {
        let what = format!("this is {}", article(value.get_ref().type_str()));
        self.found
            .problem(self.at(value), what, format!("it must be {wanted}"));
    }

    fn as_text(&self, value: &Spanned<DeValue<'a>>) -> Spot<'a, String> {
        let text = value.get_ref().as_str().map(str::trim);
        match text {
            None => self.wrong_type(value, "a text in quotes, \"…\""),
            Some("") => {
                let what = "this text is empty";
                self.found
                    .problem(self.at(value), what, "write something, or remove the key");
            }
            Some(_) => (),
        }
        Spot {
            value: text.unwrap_or_default().to_owned(),
            place: self.at(value),
        }
    }

    fn as_number(&self, value: &Spanned<DeValue<'a>>, (low, high): (u64, u64)) -> u64 {
        let wanted = format!("a whole number from {low} to {high}, without quotes");
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(value, &wanted);
            return low;
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if (low..=high).contains(&number) => number,
            _ => {
                let what = format!("{integer} is out of range");
                let advice = format!("it must be {wanted}");
                self.found.problem(self.at(value), what, advice);
                low
            }
        }
    }

    fn as_table(&self, value: &'a Spanned<DeValue<'a>>) -> Option<Table<'a>> {
        let Some(entries) = value.get_ref().as_table() else {
            self.wrong_type(value, "a table");
            return None;
        };
        Some(Table {
            found: self.found,
            file: self.file,
            place: self.at(value),
            entries,
            asked: RefCell::default(),
            missing: RefCell::default(),
        })
    }

    fn items(&self, key: &'static str, wanted: &str) -> Vec<&'a Spanned<DeValue<'a>>> {
        let Some(value) = self.entry(key) else {
            return vec![];
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(value, wanted);
            return vec![];
        };
        list.iter().collect()
    }
}

fn article(kind: &str) -> String {
    match kind {
        "string" => String::from("a text"),
        "integer" => String::from("a whole number"),
        "float" => String::from("a decimal number"),
        "boolean" => String::from("true or false"),
        "datetime" => String::from("a date or time"),
        "array" => String::from("a list"),
        other => format!("a {other}"),
    }
}
