//! The table of expressions (`expressions.tsv`), and what of it stands in a sentence.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::text::Sentence;
use crate::reading::RoleOfSender;
use crate::reading::words::phonetic;

/// What an expression says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Nothing, though it holds words that decide elsewhere ("la rendición fue aprobada").
    Mask,
    /// Nothing; as a question it asks for nothing that must be answered first.
    Courtesy,
    /// What was said before it no longer counts.
    Correction,
    /// Approves.
    Approve,
    /// A bare yes.
    Yes,
    /// Does not approve.
    Reject,
    /// A bare no.
    No,
    /// Approves under a condition; what follows is the condition.
    Condition,
    /// Limits an approval that stands before it; nothing by itself.
    If,
    /// Neither: later, perhaps, somebody else's words.
    Doubt,
    /// Asks.
    Question,
    /// Asks for what follows it.
    Need,
    /// Somebody else must answer.
    Delegate,
    /// Somebody else must go on with it; beside an approval it is an instruction.
    HandOn,
    /// Takes the work.
    Claim,
    /// The work is done.
    Done,
    /// The work was not done.
    NotDone,
    /// Takes the request back.
    Withdraw,
    /// Asks how far it is.
    Status,
}

impl Sign {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "mask" => Self::Mask,
            "courtesy" => Self::Courtesy,
            "correction" => Self::Correction,
            "approve" => Self::Approve,
            "yes" => Self::Yes,
            "reject" => Self::Reject,
            "no" => Self::No,
            "condition" => Self::Condition,
            "if" => Self::If,
            "doubt" => Self::Doubt,
            "question" => Self::Question,
            "need" => Self::Need,
            "delegate" => Self::Delegate,
            "hand-on" => Self::HandOn,
            "claim" => Self::Claim,
            "done" => Self::Done,
            "not-done" => Self::NotDone,
            "withdraw" => Self::Withdraw,
            "status" => Self::Status,
            _ => return None,
        })
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Expression {
    /// What it says.
    pub sign: Sign,
    roles: String,
    regex: Regex,
    /// A sentence that has it.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the table's own test"))]
    pub example: String,
}

/// An expression found in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it says.
    pub sign: Sign,
    /// Which sentence.
    pub sentence: usize,
    /// Bytes of the folded sentence.
    pub at: Range<usize>,
}

const TABLE: &str = include_str!("expressions.tsv");

/// Words that may stand between the beginning of a clause and what it says.
const LEAD: &str = concat!(
    r"(?:(?:y|pero|entonces|asi que|ok|bueno|bien|por lo tanto|por tanto|hola|",
    r"estimad\w+|ya|revisad[oa]s? y|vist[oa]s? y|leid[oa]s? y) )*"
);
/// Courtesies that may stand between what a clause says and its end.
const TAIL: &str =
    r"(?: por favor| (?:muchas )?gracias| saludos| atte| estimad\w+| nomas| no mas)*";

static EXPRESSIONS: LazyLock<Vec<Expression>> = LazyLock::new(|| parse_table(TABLE).0);

/// The rows, and those that could not be read.
fn parse_table(table: &str) -> (Vec<Expression>, Vec<String>) {
    let mut lists: BTreeMap<&str, &str> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    for line in table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            ["let", name, words, _] => {
                lists.insert(name, words);
            }
            [sign, roles, expression, example] => {
                match (Sign::parse(sign), compile(expression, &lists)) {
                    (Some(sign), Some(regex)) => rows.push(Expression {
                        sign,
                        roles: (*roles).to_owned(),
                        regex,
                        example: (*example).to_owned(),
                    }),
                    _ => broken.push(line.to_owned()),
                }
            }
            _ => broken.push(line.to_owned()),
        }
    }
    (rows, broken)
}

fn compile(expression: &str, lists: &BTreeMap<&str, &str>) -> Option<Regex> {
    let mut pattern = expression.to_owned();
    for (name, words) in lists {
        pattern = pattern.replace(&format!("{{{name}}}"), &format!("(?:{words})"));
    }
    pattern = phonetic(&pattern);
    let gap = r"(?: [^\s,;:.!?()]+){0,4}?";
    if let Some(open) = pattern.strip_suffix('…') {
        pattern = format!("{open}{}", gap.trim_end_matches('?'));
    }
    pattern = pattern
        .replace('…', &format!("{gap} "))
        .replace('<', &format!(r#"(?:^|[,:(.;!¡"-] ?){}"#, phonetic(LEAD)))
        .replace('>', &format!(r#"{}(?:$| ?[,:).;!"?-])"#, phonetic(TAIL)));
    Regex::new(&format!(r"(?:^|\b|\W)(?:{pattern})(?:\b|\W|$)")).ok()
}

/// What stands in a sentence, longer expressions first where several overlap; in order of place.
pub fn hits(index: usize, sentence: &Sentence, role: RoleOfSender) -> Vec<Hit> {
    let letter = match role {
        RoleOfSender::Approver => 'A',
        RoleOfSender::Executor => 'E',
        RoleOfSender::Requester => 'R',
    };
    let mut found: Vec<Hit> = EXPRESSIONS
        .iter()
        .filter(|e| e.roles.contains(letter))
        .flat_map(|e| {
            e.regex.find_iter(&sentence.folded).map(|m| Hit {
                sign: e.sign,
                sentence: index,
                at: trimmed(&sentence.folded, m.range()),
            })
        })
        .collect();
    // A condition, a doubt or a limit at the same place outweighs an approval of the same length.
    found.sort_by_key(|h| {
        (
            std::cmp::Reverse(h.at.len()),
            h.sign == Sign::Approve,
            h.at.start,
        )
    });
    let mut kept: Vec<Hit> = Vec::new();
    for hit in found {
        let overlaps = |k: &Hit| k.at.start < hit.at.end && hit.at.start < k.at.end;
        if !hit.at.is_empty() && !kept.iter().any(overlaps) {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|h| h.at.start);
    kept
}

/// A range without the punctuation and space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(part) = text.get(range.clone()) else {
        return range;
    };
    let outer = |c: char| !c.is_alphanumeric();
    let start = range.start + (part.len() - part.trim_start_matches(outer).len());
    let end = range.end - (part.len() - part.trim_end_matches(outer).len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::decide::text::sentences;

    #[test]
    fn every_row_can_be_read() {
        let (rows, broken) = parse_table(TABLE);
        assert_eq!(broken, Vec::<String>::new());
        assert!(rows.len() > 200);
    }

    #[test]
    fn every_row_has_an_example_that_says_it() {
        let mut wrong = Vec::new();
        for row in EXPRESSIONS.iter() {
            let found = sentences(&row.example)
                .iter()
                .any(|s| row.regex.is_match(&s.folded));
            if !found {
                wrong.push(format!(
                    "{:?} {}: {}",
                    row.sign,
                    row.regex.as_str(),
                    row.example
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
