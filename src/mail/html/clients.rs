//! How clients mark quotes, originals and signatures in HTML: names of classes and ids, and the
//! lines that they draw. A client is a word in one of these lists.

use super::token::Attributes;

/// Elements that hold a quoted mail: parts of a class, beginnings of an id.
const QUOTES: &[&str] = &[
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "moz-forward-container",
];

/// Elements with which the original begins: ends of an id, after the prefix that webmails add.
const BOUNDARIES: &[&str] = &[
    "divrplyfwdmsg",
    "mail-editor-reference-message-container",
    "olk_src_body_section",
];

/// Elements and lines above the head of an original: ends of an id.
const RULES: &[&str] = &["appendonsend", "replysplit", "zwchr", "stopspelling"];

/// Elements that hold the line above a quote: parts of a class.
const ATTRIBUTIONS: &[&str] = &["gmail_attr", "moz-cite-prefix"];

/// Whether what the element holds is quoted.
pub(super) fn is_quote(name: &str, a: &Attributes) -> bool {
    let named = QUOTES
        .iter()
        .any(|q| a.class.contains(q) || a.id.contains(q));
    named
        || (name == "blockquote" && !is_indentation(a))
        || (name == "div" && has_bar(&a.style) && a.id != "signature")
}

/// A paragraph that its writer indented with a button: Gmail and Outlook on the web use the element
/// of quotes for it, but say that no bar stands at its left.
fn is_indentation(a: &Attributes) -> bool {
    let cites = a.cites || a.kind == "cite" || a.class.contains("quote");
    let bare = a.style.contains("border:none") || a.style.contains("border:0");
    let proof = a.class.contains("elementtoproof") && !a.style.contains("border-left");
    !cites && ((bare && !has_bar(&a.style)) || proof)
}

/// The bar at the left that Outlook draws beside an original ("border-left:solid blue 1.5pt").
fn has_bar(style: &str) -> bool {
    style.split(';').any(|rule| {
        rule.strip_prefix("border-left:")
            .is_some_and(|value| value.contains("solid") && !value.starts_with('0'))
    })
}

/// Whether the original begins with the element.
pub(super) fn is_boundary(a: &Attributes) -> bool {
    BOUNDARIES.iter().any(|id| a.id.ends_with(id))
        || a.class.contains("ms-outlook-mobile-reference-message")
        || a.marker == "__headers__"
}

/// Whether a line that clients draw above the head of an original stands here; an author may draw
/// one, too, so that the head must follow.
pub(super) fn is_rule(a: &Attributes) -> bool {
    RULES.iter().any(|id| a.id.ends_with(id)) || a.marker == "__divider__" || is_border(&a.style)
}

/// Outlook's line above the head of an original mail.
fn is_border(style: &str) -> bool {
    style.contains("border-top:solid#e1e1e1")
        || style.contains("border-top:solid#b5c4df")
        || style.contains("border-top:solidb5c4df")
        || style.contains("border-top:#b5c4df")
        || (style.contains("border:none") && style.contains("border-top:solid"))
        || style.contains("border-style:solidnonenone")
}

/// Whether the element holds the line above a quote.
pub(super) fn is_attribution(a: &Attributes) -> bool {
    ATTRIBUTIONS.iter().any(|c| a.class.contains(c)) || a.id == "reply-intro"
}

/// Whether the client puts the signature into the element.
pub(super) fn is_signature(a: &Attributes) -> bool {
    let class = |c: &str| {
        c.ends_with("signature")
            || c.starts_with("gmail_signature")
            || c.starts_with("protonmail_signature")
    };
    a.class.split_ascii_whitespace().any(class)
        || a.id.ends_with("signature")
        || a.name == "messagesignaturesection"
        || a.marker.starts_with("__sig_")
}
