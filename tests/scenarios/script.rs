//! Lines of a scenario → what happens and what is expected. Unknown words are errors.

use chrono::{NaiveDate, NaiveDateTime};

/// What a line makes happen.
#[derive(Debug)]
pub enum Act {
    /// The clock goes to a local time.
    At(NaiveDateTime),
    /// The next wake-up, at the local time said.
    Wake(NaiveDateTime),
    /// A request begins.
    Open {
        procedure: String,
        by: String,
        sender: Option<String>,
        data: Vec<(String, String)>,
    },
    /// Somebody answers; `about` is `approval0`, `work`, `confirmation`.
    Answer {
        by: String,
        verdict: String,
        about: Option<String>,
        version: Option<u32>,
        proof: bool,
        to: Option<String>,
        said: Option<Said>,
    },
    /// The requester sends data.
    Data {
        by: String,
        data: Vec<(String, String)>,
        files: Vec<String>,
        proof: bool,
        /// "Sí, es mío", or not, of what was kept.
        confirms: Option<bool>,
        /// In answer to the mail before the last that asked.
        older: bool,
    },
    /// Somebody writes something that decides nothing.
    Comment { by: String, shown: bool },
    /// The requester takes it back.
    Withdraw { by: String, proof: bool },
    /// Somebody asks how far it is.
    Status { by: String },
    /// The same request again.
    Again { by: String },
    /// A mail came back for good.
    Bounce { person: String },
    /// An automatic answer.
    Away {
        person: String,
        until: Option<NaiveDate>,
    },
    /// An operator does something by hand.
    Operator { by: String, words: Vec<String> },
    /// A mailbox says that its owner left.
    Left { person: String },
    /// Somebody says that what bears their name is not theirs.
    Disclaim { by: String, proof: bool },
    /// The directory changes.
    Directory(Change),
}

/// Of which persons of the form an answer says what, by name.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub done: Vec<String>,
    pub open: Vec<String>,
    pub doubtful: bool,
}

/// A change of the directory.
#[derive(Clone, Debug)]
pub enum Change {
    /// Somebody is away, both days included.
    Absent(String, NaiveDate, NaiveDate),
    /// Somebody holds a role from now on, for everything or where it says.
    Holds {
        person: String,
        role: String,
        scope: Vec<(String, String)>,
    },
    /// Somebody holds a role no more.
    Drops(String, String),
    /// Somebody has a further address.
    Address(String, String),
    /// A step of a procedure has hours of its own.
    Hours(String, usize, u32),
    /// Somebody else than the desk's is told when a step is late.
    Escalates(String, usize, String),
    /// A substitute stands in for somebody, after the others.
    Substitute(String, String),
}

/// A line: its number, what happens, and the whole outcome.
#[derive(Debug)]
pub struct Line {
    pub number: usize,
    pub act: Act,
    pub expected: Option<String>,
}

/// Reads a scenario.
pub fn read(text: &str) -> Result<Vec<Line>, String> {
    let mut lines = vec![];
    let mut joined = String::new();
    for (index, raw) in text.lines().enumerate() {
        let raw = raw.split('#').next().unwrap_or_default().trim();
        if raw.is_empty() {
            continue;
        }
        // A line that ends in a backslash goes on in the next one.
        if let Some(head) = raw.strip_suffix('\\') {
            joined += &format!("{} ", head.trim());
            continue;
        }
        joined += raw;
        let (left, right) = match joined.split_once("->") {
            Some((left, right)) => (left.trim().to_owned(), Some(words(right).join(" "))),
            None => (joined.clone(), None),
        };
        let act = act(&words(&left)).map_err(|e| format!("{}: {e}", index + 1))?;
        lines.push(Line {
            number: index + 1,
            act,
            expected: right,
        });
        joined.clear();
    }
    Ok(lines)
}

/// Words, with "double quotes" around those that hold spaces.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (vec![], String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn act(words: &[String]) -> Result<Act, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let own = |s: &str| s.to_owned();
    Ok(match words.as_slice() {
        ["at", date, time] => Act::At(instant(date, time)?),
        ["wake", date, time] => Act::Wake(instant(date, time)?),
        ["open", procedure, "by", by, "sent-by", sender, rest @ ..] => Act::Open {
            procedure: own(procedure),
            by: own(by),
            sender: Some(own(sender)),
            data: data(rest)?,
        },
        ["open", procedure, "by", by, rest @ ..] => Act::Open {
            procedure: own(procedure),
            by: own(by),
            sender: None,
            data: data(rest)?,
        },
        ["answer", by, verdict, rest @ ..] => answer(by, verdict, rest)?,
        ["data", by, rest @ ..] => addition(by, rest)?,
        ["comment", by] => Act::Comment {
            by: own(by),
            shown: false,
        },
        ["comment", by, "shown"] => Act::Comment {
            by: own(by),
            shown: true,
        },
        ["withdraw", by] => Act::Withdraw {
            by: own(by),
            proof: true,
        },
        ["withdraw", by, "unproven"] => Act::Withdraw {
            by: own(by),
            proof: false,
        },
        ["status", by] => Act::Status { by: own(by) },
        ["again", by] => Act::Again { by: own(by) },
        ["bounce", person] => Act::Bounce {
            person: own(person),
        },
        ["away", person] => Act::Away {
            person: own(person),
            until: None,
        },
        ["operator", by, rest @ ..] => Act::Operator {
            by: own(by),
            words: rest.iter().map(|w| own(w)).collect(),
        },
        ["away", person, "until", date] => Act::Away {
            person: own(person),
            until: Some(day(date)?),
        },
        _ => return change(words.as_slice()),
    })
}

/// Who is there, and who holds what.
fn change(words: &[&str]) -> Result<Act, String> {
    let own = |s: &str| s.to_owned();
    Ok(match words {
        ["left", person] => Act::Left {
            person: own(person),
        },
        ["disclaim", by] => Act::Disclaim {
            by: own(by),
            proof: true,
        },
        ["disclaim", by, "unproven"] => Act::Disclaim {
            by: own(by),
            proof: false,
        },
        ["absent", person, from, until] => {
            Act::Directory(Change::Absent(own(person), day(from)?, day(until)?))
        }
        ["holds", person, role, rest @ ..] => Act::Directory(Change::Holds {
            person: own(person),
            role: own(role),
            scope: data(rest)?,
        }),
        ["drops", person, role] => Act::Directory(Change::Drops(own(person), own(role))),
        ["address", person, address] => Act::Directory(Change::Address(own(person), own(address))),
        ["hours", procedure, step, hours] => Act::Directory(Change::Hours(
            own(procedure),
            step.parse().map_err(|_| format!("not a step: {step}"))?,
            hours.parse().map_err(|_| format!("not hours: {hours}"))?,
        )),
        ["escalates", procedure, step, role] => Act::Directory(Change::Escalates(
            own(procedure),
            step.parse().map_err(|_| format!("not a step: {step}"))?,
            own(role),
        )),
        ["substitute", person, other] => {
            Act::Directory(Change::Substitute(own(person), own(other)))
        }
        other => return Err(format!("no such line: {}", other.join(" "))),
    })
}

fn addition(by: &str, rest: &[&str]) -> Result<Act, String> {
    let (mut files, mut values) = (vec![], vec![]);
    let (mut proof, mut confirms, mut older) = (true, None, false);
    for word in rest {
        match *word {
            "unproven" => proof = false,
            "confirms" => confirms = Some(true),
            "older" => older = true,
            "denies" => confirms = Some(false),
            word => match word.strip_prefix("doc=") {
                Some(name) => files.push(name.to_owned()),
                None => values.push(word),
            },
        }
    }
    Ok(Act::Data {
        by: by.to_owned(),
        data: data(&values)?,
        files,
        proof,
        confirms,
        older,
    })
}

fn answer(by: &str, verdict: &str, rest: &[&str]) -> Result<Act, String> {
    let (mut about, mut version, mut proof, mut to) = (None, None, true, None);
    let mut said: Option<Said> = None;
    let names = |value: &str| value.split(';').map(str::to_owned).collect();
    for word in rest {
        match word.split_once('=') {
            Some(("about", value)) => about = Some(value.to_owned()),
            Some(("version", value)) => version = value.parse().ok(),
            Some(("to", value)) => to = Some(value.to_owned()),
            Some(("made", value)) => said.get_or_insert_default().done = names(value),
            Some(("open", value)) => said.get_or_insert_default().open = names(value),
            None if *word == "doubtful" => said.get_or_insert_default().doubtful = true,
            None if *word == "unproven" => proof = false,
            _ => return Err(format!("unknown word: {word}")),
        }
    }
    Ok(Act::Answer {
        by: by.to_owned(),
        verdict: verdict.to_owned(),
        about,
        version,
        proof,
        to,
        said,
    })
}

pub fn data(words: &[&str]) -> Result<Vec<(String, String)>, String> {
    let pair = |word: &&str| match word.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("not name=value: {word}")),
    };
    words.iter().map(pair).collect()
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|e| format!("{text}: {e}"))
}

fn instant(date: &str, time: &str) -> Result<NaiveDateTime, String> {
    let text = format!("{date} {time}");
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").map_err(|e| format!("{text}: {e}"))
}
