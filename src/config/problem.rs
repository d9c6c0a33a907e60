//! What is wrong in a configuration, and where.

use std::fmt;
use std::ops::Range;

/// One file of the configuration: its name relative to the folder, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// `desk.toml`, `procedures/rendition-disapproval.toml`, …
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Something that is wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which file.
    pub file: String,
    /// Line from 1; 0 where the problem has no place (a missing file).
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// How many characters the caret marks.
    pub width: usize,
    /// The line itself.
    pub text: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl Problem {
    /// A problem of a whole file, or of one that is not there.
    #[must_use]
    pub fn of_file(file: &str, what: String, advice: String) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            width: 0,
            text: String::new(),
            what,
            advice,
        }
    }
}

/// `file:line:column: what`, the line, a caret beneath it, and what to do.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            writeln!(f, "{}: {}", self.file, self.what)?;
        } else {
            let Self {
                file, line, column, ..
            } = self;
            writeln!(f, "{file}:{line}:{column}: {}", self.what)?;
            writeln!(f, "  | {}", self.text)?;
            // A tab stays a tab, so that the caret stands beneath its place in any terminal.
            let lead: String = self
                .text
                .chars()
                .take(column.saturating_sub(1))
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            writeln!(f, "  | {lead}{}", "^".repeat(self.width.max(1)))?;
        }
        write!(f, "  = {}", self.advice)
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    file: &'a File,
    /// Bytes; none: the file as a whole.
    span: Option<(usize, usize)>,
}

impl<'a> Place<'a> {
    /// The bytes of a file.
    pub fn new(file: &'a File, span: Range<usize>) -> Self {
        Self {
            file,
            span: Some((span.start, span.end)),
        }
    }

    /// A file as a whole.
    pub fn whole(file: &'a File) -> Self {
        Self { file, span: None }
    }

    /// Whether this is a file as a whole.
    pub fn is_whole(&self) -> bool {
        self.span.is_none()
    }

    /// `file:line`, for the advice of a problem at another place.
    pub fn short(&self) -> String {
        match self.problem(String::new(), String::new()) {
            Problem { line: 0, file, .. } => file,
            Problem { line, file, .. } => format!("{file}:{line}"),
        }
    }

    /// A problem at this place.
    pub fn problem(&self, what: String, advice: String) -> Problem {
        let Some((start, end)) = self.span else {
            return Problem::of_file(&self.file.name, what, advice);
        };
        let text = &self.file.text;
        let before = text.get(..start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_text = text
            .get(line_start..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        let column = before
            .get(line_start..)
            .map_or(0, |lead| lead.chars().count());
        let marked = text.get(start..end).and_then(|m| m.lines().next());
        Problem {
            file: self.file.name.clone(),
            line: before.matches('\n').count() + 1,
            column: column + 1,
            width: marked.map_or(1, |m| m.chars().count().max(1)),
            text: shown(line_text),
            what,
            advice,
        }
    }
}

/// Parts of names of keys whose values nobody should read in an error: the secret itself is often
/// written where its place belongs.
const SECRET: [&str; 6] = ["pass", "secret", "clave", "contras", "token", "pwd"];

/// A line as it is shown: without the value of what seems to be a secret.
fn shown(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let named = SECRET.iter().filter_map(|word| lower.find(word)).min();
    let value = named.and_then(|at| Some(at + lower.get(at..)?.find('=')? + 1));
    match value.and_then(|at| line.get(..at)) {
        Some(before) => format!("{before} …"),
        None => line.to_owned(),
    }
}

/// The candidate that a misspelt word most likely stands for.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|c| {
            let likeness = strsim::normalized_damerau_levenshtein(&word, &c.to_lowercase());
            (likeness, c)
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        // The first of equals, so that the advice does not depend on the order of comparison.
        .fold(None, |best: Option<(f64, &str)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .map(|(_, c)| c)
}

/// "did you mean `x`?", or what there is to choose from.
pub(super) fn suggestion(word: &str, candidates: &[&str], otherwise: &str) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

/// `a`, `b` or `c`.
pub(super) fn choice(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    match quoted.as_slice() {
        [] => String::from("nothing"),
        [one] => one.clone(),
        [many @ .., last] => format!("{} or {last}", many.join(", ")),
    }
}
