//! What a template sees: the message's own fields, with instants as words in the local time of the
//! request's region, and a few names that every mail has.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use crate::request::{AskedFor, Notice};

use super::compose::reply_address;
use super::words::{self, Local};
use super::{LetterError, Rendering, number, region};

/// Fields that hold an instant: shown as a whole sentence of words.
const INSTANTS: [&str; 6] = ["deadline", "due", "at", "until", "asked_at", "received_at"];

/// Fields that hold a local time.
const LOCAL_TIMES: [&str; 3] = ["closing_at", "before", "after"];

/// Lists in which instants are short (`12-11-2026 15:30`).
const SHORT: [&str; 5] = ["timeline", "open", "remarks", "mails", "confirmations"];

/// The variables of a template, but for `heading` and `reply`, which rest on the subject.
pub(super) fn of(notice: &Notice, with: &Rendering<'_>) -> Result<Map<String, Value>, LetterError> {
    let local = Local {
        calendar: &with.office.calendar,
        region: region(&notice.message),
    };
    let failed = |why: String| LetterError::Template {
        template: notice.message.template().to_owned(),
        why,
    };
    let plain = serde_json::to_value(&notice.message).map_err(|e| failed(e.to_string()))?;
    let Value::Object(mut all) = in_words("", plain, &local, false) else {
        return Err(failed(String::from("a message is a map")));
    };
    all.remove("message");
    let desk = &with.office.desk;
    let person = notice.to.person.as_ref();
    let shared = person
        .and_then(|id| with.office.directory.person(id))
        .is_some_and(|p| p.shared);
    let attached: Vec<String> = with
        .attachments
        .iter()
        .map(|a| words::one_line(&a.name, 120))
        .collect();
    all.insert("number".into(), json!(number(&notice.message)));
    all.insert(
        "desk".into(),
        json!({ "name": desk.name, "tag": desk.tag, "address": desk.address }),
    );
    let name = words::one_line(&notice.to.name, 120);
    let named = !name.is_empty() && !name.eq_ignore_ascii_case(&notice.to.address);
    all.insert(
        "to".into(),
        json!({ "name": named.then_some(name), "address": notice.to.address, "shared": shared }),
    );
    all.insert(
        "ask".into(),
        json!(notice.ask.as_ref().map(|a| asked(a.about))),
    );
    all.insert("token".into(), json!(with.token));
    all.insert("attached".into(), json!(attached));
    Ok(all)
}

/// The variable `reply`: what a ready answer needs.
pub(super) fn reply(subject: &str, with: &Rendering<'_>) -> Value {
    json!({
        "address": reply_address(with),
        "subject": super::subject::reply(subject),
        "token": with.token,
    })
}

fn asked(about: AskedFor) -> &'static str {
    match about {
        AskedFor::Approval { .. } => "approval",
        AskedFor::Work => "work",
        AskedFor::Data => "data",
        AskedFor::Kept { .. } => "kept",
        AskedFor::Confirmation => "confirmation",
        AskedFor::Triage => "triage",
    }
}

fn in_words(key: &str, value: Value, local: &Local<'_>, short: bool) -> Value {
    match value {
        Value::String(text) => Value::String(text_in_words(key, &text, local, short)),
        Value::Array(items) => {
            let short = short || SHORT.contains(&key);
            let items = items.into_iter();
            Value::Array(items.map(|v| in_words(key, v, local, short)).collect())
        }
        Value::Object(map) => {
            let mut shown = Map::new();
            for (k, v) in map {
                if let Some(brief) = brief(&k, &v) {
                    shown.insert(format!("{k}_brief"), Value::String(brief));
                }
                let v = in_words(&k, v, local, short);
                shown.insert(k, v);
            }
            Value::Object(shown)
        }
        other => other,
    }
}

/// A local time in few words, which stands beside the many: `before_brief`.
fn brief(key: &str, value: &Value) -> Option<String> {
    let at = value.as_str().filter(|_| LOCAL_TIMES.contains(&key))?;
    Some(words::brief(at.parse().ok()?))
}

fn text_in_words(key: &str, text: &str, local: &Local<'_>, short: bool) -> String {
    if INSTANTS.contains(&key)
        && let Ok(at) = text.parse::<DateTime<Utc>>()
    {
        return if short {
            local.short(at)
        } else {
            local.instant(at)
        };
    }
    if LOCAL_TIMES.contains(&key)
        && let Ok(at) = text.parse::<NaiveDateTime>()
    {
        return words::civil(at);
    }
    if matches!(key, "date" | "away_until")
        && let Ok(date) = text.parse::<NaiveDate>()
    {
        return words::day(date);
    }
    words::clean(text)
}
