//! A mail whose plain text says one thing and whose HTML says another decides nothing: what its
//! sender saw, and what a reader of the record will see, cannot both be what was read. Nor does one
//! approve that is written with letters which only look like those that were read.

use crate::mail::Letter;
use crate::reading::{self, Decision, DecisionKind, RoleOfSender};

/// The decision, unclear where the form of the text that was not read contradicts it.
pub(super) fn of_both_forms(
    letter: &Letter,
    role: RoleOfSender,
    decision: Option<Decision>,
) -> Option<Decision> {
    let mut decision = decision?;
    let approves = matches!(decision.kind, DecisionKind::Approve | DecisionKind::Done);
    if contradicts(letter, role, decision.kind) || (approves && is_strange(&letter.text)) {
        decision.kind = DecisionKind::Unclear;
    }
    Some(decision)
}

fn contradicts(letter: &Letter, role: RoleOfSender, said: DecisionKind) -> bool {
    use DecisionKind::{Approve, Conditional, Done, NotDone, Question, Reject, Unclear};
    let Some(form) = &letter.other_form else {
        return false;
    };
    let other = Letter {
        text: form.text.clone(),
        ..letter.clone()
    };
    let other = reading::decide(&other, role).map_or(Unclear, |d| d.kind);
    let opposite = match said {
        Approve | Done => matches!(other, Reject | NotDone | Conditional | Question),
        Reject | NotDone => matches!(other, Approve | Done),
        _ => return false,
    };
    opposite || (form.lacks && other != said)
}

/// Whether letters of other alphabets, or of the sets that imitate ours, stand among the words:
/// "No apruebo" with a Cyrillic o is not read as a "no".
fn is_strange(text: &str) -> bool {
    let latin =
        |c: char| matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{fb00}'..='\u{fb06}');
    text.chars().any(|c| c.is_alphabetic() && !latin(c))
}
