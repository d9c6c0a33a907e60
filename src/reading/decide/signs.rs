//! The tables of expressions (`words/*.tsv`), and what of them stands in a sentence.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexSet, RegexSetBuilder};

use super::forms;
use super::text::{Sentence, VISTO_BUENO_WORD};
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
    /// What an approval lets happen ("devolver la rendición"); nothing by itself.
    Act,
    /// A bare yes.
    Yes,
    /// Does not approve.
    Reject,
    /// A bare no.
    No,
    /// Approves under a condition; what follows is the condition.
    Condition,
    /// Begins what must be fulfilled; beside an approval it makes a condition.
    If,
    /// The same so plainly that it counts in a later sentence too.
    Must,
    /// Takes something back of an approval that stands before it.
    But,
    /// Beside an approval: a part of what was asked.
    Only,
    /// An approval that is not given yet: with a condition it is one, without it a doubt.
    Would,
    /// Not now: what is decided in the same clause is not decided yet.
    Later,
    /// Perhaps, or somebody else says so.
    Hedge,
    /// Still looks at it: a doubt, unless the decision follows.
    Pending,
    /// Neither yes nor no, wherever it stands.
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
            "act" => Self::Act,
            "yes" => Self::Yes,
            "reject" => Self::Reject,
            "no" => Self::No,
            "condition" => Self::Condition,
            "if" => Self::If,
            "must" => Self::Must,
            "but" => Self::But,
            "only" => Self::Only,
            "would" => Self::Would,
            "later" => Self::Later,
            "hedge" => Self::Hedge,
            "pending" => Self::Pending,
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
    /// Whether the expression has its own "no", which turns nothing round.
    denies: bool,
    blames: bool,
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
    /// Whether the expression has its own "no", which turns nothing round.
    pub denies: bool,
    /// Whether the expression says why ("el sistema arroja error").
    pub blames: bool,
    /// Where the words that belong to it end, if not with the sentence.
    pub stop: Option<usize>,
}

/// The tables, in the order in which they are read: lists and verbs first.
const TABLES: [&str; 9] = [
    include_str!("words/forms.tsv"),
    include_str!("words/silence.tsv"),
    include_str!("words/approve.tsv"),
    include_str!("words/reject.tsv"),
    include_str!("words/limits.tsv"),
    include_str!("words/asks.tsv"),
    include_str!("words/others.tsv"),
    include_str!("words/work.tsv"),
    include_str!("words/requester.tsv"),
];

/// Words that may stand between the beginning of a clause and what it says.
const LEAD: &str = concat!(
    r"(?:(?:y|pero|entonces|asi que|ok|bueno|bien|por lo tanto|por tanto|en consecuencia|hola|",
    r"estimad\w+|ya|(?:revisad|vist|leid|copiad|recibid|analizad|conversad)[oa]s? y) )*"
);
/// Courtesies that may stand between what a clause says and its end.
const TAIL: &str = concat!(
    r"(?: por favor| (?:muchas )?gracias| saludos| atte| estimad\w+| nomas| no mas|",
    r" jef[ea]| equipo| colegas?)*"
);

/// What an expression holds that has its own "no".
const DENIALS: [&str; 4] = ["no (", "no hay", "no qued", "no puedo"];

static EXPRESSIONS: LazyLock<Vec<Expression>> = LazyLock::new(|| parse(&TABLES).0);

/// All rows at once: most say nothing of a sentence, and one search tells which. Without it each
/// row is searched for.
static ANY: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let rows = EXPRESSIONS.iter().map(|e| e.regex.as_str());
    let limit = 64 << 20;
    let set = RegexSetBuilder::new(rows)
        .size_limit(limit)
        .dfa_size_limit(limit)
        .build();
    set.ok()
});

/// An expression in the language of the tables, by the names that they give.
pub fn expression(text: &str) -> Option<Regex> {
    let lines = TABLES.iter().flat_map(|t| t.lines());
    compile(text, &names(lines))
}

/// The lists and verbs of the tables.
fn names<'a>(lines: impl Iterator<Item = &'a str>) -> Names<'a> {
    let named = |line: &'a str| {
        let mut cells = line.split('\t');
        match (cells.next()?, cells.next()?, cells.next()?) {
            ("list", name, words) => Some((name, Named::List(words))),
            ("verb", name, verbs) => Some((name, Named::Verbs(verbs))),
            _ => None,
        }
    };
    lines.filter_map(named).collect()
}

/// What a name in braces stands for.
enum Named<'a> {
    List(&'a str),
    Verbs(&'a str),
}

type Names<'a> = BTreeMap<&'a str, Named<'a>>;

/// The rows, and those that could not be read.
fn parse(tables: &[&str]) -> (Vec<Expression>, Vec<String>) {
    let mut names: Names<'_> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    let lines = tables.iter().flat_map(|t| t.lines());
    for line in lines.filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            ["list", name, words] => {
                names.insert(name, Named::List(words));
            }
            ["verb", name, verbs] => {
                names.insert(name, Named::Verbs(verbs));
            }
            [sign, roles, expression, example] => {
                let blames = sign.ends_with('!');
                match (
                    Sign::parse(sign.trim_end_matches('!')),
                    compile(expression, &names),
                ) {
                    (Some(sign), Some(regex)) => rows.push(Expression {
                        sign,
                        roles: (*roles).to_owned(),
                        regex,
                        blames,
                        denies: DENIALS.iter().any(|d| expression.contains(d)),
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

/// Every name in braces replaced by what it stands for, in a group; none where one is unknown.
fn named(expression: &str, names: &Names<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = expression;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}')?;
        let (name, form) = name.split_once('.').unwrap_or((name, ""));
        let words = match names.get(name)? {
            Named::List(words) => named(words, names)?,
            Named::Verbs(verbs) => forms::pattern(verbs, form)?,
        };
        out.push_str(before);
        out.push_str("(?:");
        out.push_str(&words);
        out.push(')');
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// "vb" as the tables write it, by its sound.
static VB: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u:\bbb\b)").ok());

fn compile(expression: &str, names: &Names<'_>) -> Option<Regex> {
    let start = if expression.contains('<') {
        ""
    } else {
        r"(?-u:\b)"
    };
    let sound = phonetic(&named(expression, names)?);
    let vb = VB.as_ref()?;
    let mut pattern = vb.replace_all(&sound, VISTO_BUENO_WORD).into_owned();
    let gap = r"(?: [^\s,;:.!?()]+){0,4}?";
    if let Some(open) = pattern.strip_suffix('…') {
        pattern = format!("{open}{}", gap.trim_end_matches('?'));
    }
    let begin = format!(r"(?:^|[^a-z0-9íó°/ ] ?){}", phonetic(LEAD));
    let end = format!(r#"{}(?:$| ?[,:).;!"?-])"#, phonetic(TAIL));
    pattern = pattern.replace('…', &format!("{gap} "));
    pattern = grouped(&angled(&pattern, &begin, &end));
    let (own, follows) = pattern.split_once(" // ").unwrap_or((&pattern, ""));
    // Folded words have few letters: small classes and ASCII boundaries keep the search fast.
    let pattern = format!(r"{start}({own})(?:{follows})(?:(?-u:\b)|[^a-z0-9]|$)",);
    Regex::new(&pattern.replace(r"\w", "[a-z0-9°íó]")).ok()
}

/// Groups of the tables choose between words and capture nothing.
fn grouped(pattern: &str) -> String {
    pattern.replace("(?:", "(").replace('(', "(?:")
}

/// "<" and ">" replaced.
fn angled(pattern: &str, begin: &str, end: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '<' => out.push_str(begin),
            '>' => out.push_str(end),
            other => out.push(other),
        }
    }
    out
}

/// Sentences in which no row finds anything that counts.
const GREETINGS: [&str; 12] = [
    "estimado",
    "estimada",
    "estimados",
    "estimadas",
    "saludos",
    "saludos cordiales",
    "atte",
    "atentamente",
    "cordialmente",
    "un abraso",
    "buenos dias",
    "buenas tardes",
];

/// The rows that stand in a folded sentence.
fn there(folded: &str) -> Vec<&'static Expression> {
    match ANY.as_ref() {
        Some(any) => {
            let found = any.matches(folded);
            found
                .iter()
                .filter_map(|row| EXPRESSIONS.get(row))
                .collect()
        }
        None => EXPRESSIONS.iter().collect(),
    }
}

/// What stands in a sentence, longer expressions first where several overlap; in order of place.
pub fn hits(index: usize, sentence: &Sentence, role: RoleOfSender) -> Vec<Hit> {
    if GREETINGS.contains(&sentence.folded.trim_matches([' ', ',', '.', ':', '!'])) {
        return Vec::new();
    }
    let letter = match role {
        RoleOfSender::Approver => 'A',
        RoleOfSender::Executor => 'E',
        RoleOfSender::Requester => 'R',
    };
    let mut found: Vec<Hit> = there(&sentence.folded)
        .into_iter()
        .filter(|e| e.roles.contains(letter))
        .flat_map(|e| {
            e.regex.captures_iter(&sentence.folded).filter_map(|c| {
                let own = c.get(1)?.range();
                let words = sentence.folded.get(own.clone()).unwrap_or("");
                Some(Hit {
                    sign: e.sign,
                    sentence: index,
                    at: trimmed(&sentence.folded, own),
                    denies: e.denies && words.split(' ').any(|w| w == "no"),
                    blames: e.blames,
                    stop: None,
                })
            })
        })
        .collect();
    // A condition, a doubt or a limit at the same place outweighs an approval of the same length;
    // a doubt a refusal, too.
    found.sort_by_key(|h| {
        (
            std::cmp::Reverse(h.at.len()),
            match h.sign {
                Sign::Act => 3,
                Sign::But => 2,
                Sign::Approve | Sign::Done if !h.denies => 2,
                Sign::Doubt => 0,
                _ => 1,
            },
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
        let (rows, broken) = parse(&TABLES);
        assert_eq!(broken, Vec::<String>::new());
        assert!(rows.len() > 200);
        assert!(ANY.is_some(), "one search for all rows");
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
