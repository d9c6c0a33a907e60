//! Newsletters and notices to many. A list header alone says "a list", not "a newsletter": most
//! such mails are people's posts.

use super::super::line::fold;
use super::Case;
use super::words::NOBODY;

/// Header fields that only senders of campaigns write.
#[rustfmt::skip]
const CAMPAIGN_FIELDS: &[&str] = &[
    "list-unsubscribe-post", "feedback-id", "x-campaign", "x-campaignid", "x-campaign-id",
    "x-mailchimp-campaign", "x-mc-user", "x-csa-complaints", "x-sg-eid", "x-mailer-sid",
];

/// Header fields that software of discussion lists writes.
const POST_FIELDS: &[&str] = &[
    "list-post",
    "mailing-list",
    "x-beenthere",
    "x-mailman-version",
    "x-mailing-list",
];

/// Words by which a newsletter lets go of its readers; folded.
#[rustfmt::skip]
const UNSUBSCRIBE: &[&str] = &[
    "unsubscribe", "darse de baja", "darte de baja", "cancelar suscripcion",
    "cancelar la suscripcion", "cancelar tu suscripcion", "desuscrib", "dejar de recibir",
    "opt out", "opt-out", "remove yourself", "manage your subscription",
];

/// By what a mail is a newsletter or a notice to many, if it is one.
pub(super) fn evidence(case: &Case<'_>) -> Option<String> {
    let headers = case.headers;
    let answers = headers.has("in-reply-to") || headers.has("references");
    let local = case
        .from
        .and_then(|f| f.address.split('@').next())
        .unwrap_or_default();
    let nobody = NOBODY
        .iter()
        .any(|n| local == *n || local.starts_with(&format!("{n}-")));
    if answers && !nobody {
        return None;
    }
    let precedence = headers.get("precedence").map(fold).unwrap_or_default();
    let to_many = matches!(precedence.as_str(), "bulk" | "junk" | "list");
    // what software of discussion lists writes: a post, whatever its footer says
    let post = headers.first_of(POST_FIELDS).is_some();
    let unsubscribe = headers.has("list-unsubscribe");
    if let Some(field) = headers.first_of(CAMPAIGN_FIELDS) {
        return Some(field.to_owned());
    }
    let text = fold_tail(case.full_text);
    let says = UNSUBSCRIBE.iter().find(|w| text.contains(**w));
    if nobody && (to_many || unsubscribe || says.is_some()) {
        return Some(format!("from: {local}"));
    }
    // a list that only its owner writes to; the digest of a list
    let answer = fold(case.subject).starts_with("re:");
    if precedence == "bulk" && headers.has("list-id") && !post && !answers && !answer {
        return Some("precedence: bulk, list-id".to_owned());
    }
    if local.ends_with("-request") && fold(case.subject).contains(" vol ") {
        return Some("from: -request, subject: vol".to_owned());
    }
    let word = says?;
    if unsubscribe && !post {
        return Some(format!("list-unsubscribe, text: {word}"));
    }
    (to_many && !post && !headers.has("list-id"))
        .then(|| format!("precedence: {precedence}, text: {word}"))
}

/// The end of a text, where such words stand; folded.
fn fold_tail(text: &str) -> String {
    let lines: Vec<String> = text.lines().rev().take(30).map(fold).collect();
    lines.join(" ")
}
