//! Tables of expressions: how `after_end.tsv` and `repudiation.tsv` are read. A row is some signs,
//! a regular expression over folded words, and an example; `let NAME WORDS` names words for the
//! rows below it.

use std::collections::BTreeMap;

use regex::Regex;

/// Characters of a text that are looked at: who has something to say does it in fewer.
const MOST_TEXT: usize = 4_000;

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    /// What it says, by the first columns.
    pub(super) signs: Vec<String>,
    /// Matches whole words, folded.
    pub(super) regex: Regex,
    /// A sentence that it is made for.
    pub(super) example: String,
}

/// Reads a table whose rows begin with so many signs.
pub(super) fn rows(text: &str, signs: usize) -> Result<Vec<Row>, String> {
    let mut lists: BTreeMap<String, &str> = BTreeMap::new();
    let mut rows = vec![];
    let lines = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        if let ["let", name, words, ..] = columns.as_slice() {
            lists.insert(format!("{{{name}}}"), words);
            continue;
        }
        let Some((signs, [expression, example])) = columns.split_at_checked(signs) else {
            return Err(format!("not so many columns as the others: {line}"));
        };
        let named = |pattern: String, (name, words): (&String, &&str)| pattern.replace(name, words);
        let pattern = lists.iter().fold((*expression).to_owned(), named);
        let regex = Regex::new(&format!(r"\b(?:{pattern})\b"));
        rows.push(Row {
            signs: signs.iter().map(|sign| (*sign).to_owned()).collect(),
            regex: regex.map_err(|error| format!("{expression}: {error}"))?,
            example: (*example).to_owned(),
        });
    }
    Ok(rows)
}

/// The part of a text that is looked at.
pub(super) fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(MOST_TEXT);
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
