//! Quotes, and the original mail below.

use super::super::body::Body;
use super::super::line::{Line, Mark, fold, head};
use super::Role;
use super::formula::{
    attribution, is_forward_marker, is_groupwise_line, is_notes_line, is_original_marker, is_rule,
};
use super::head::{HeaderBlock, header_block, unknown_block};
use super::signature::is_answer;

/// The original mail that stands below, without quote marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Original {
    /// Its first line, after what the client wrote above it.
    pub start: usize,
    /// Whether the client says that it was forwarded.
    pub forwarded: bool,
    /// Its head, where the client wrote one.
    pub head: HeaderBlock,
}

/// Marks quotes and the original; says where the original begins, and whether a client's formula
/// was found.
pub(super) fn mark(body: &Body, roles: &mut [Role]) -> (Option<Original>, bool) {
    let lines = &body.lines;
    let widest = lines.iter().filter(|l| l.depth > 0).map(marked_chars).max();
    let widest = widest.unwrap_or_default();
    let mut original = None;
    let mut formula = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(found) = original_at(lines, at) {
            let from = announcement_start(lines, roles, at);
            fill(roles, from, roles.len(), Role::Original);
            original = Some(found);
            formula = true;
            break;
        }
        let is_attribution = line.mark == Mark::Attribution || is_original_marker(line);
        if line.depth > 0 || is_attribution || is_broken_off(lines, at, widest) {
            formula |= is_attribution;
            fill(roles, at, at + 1, Role::Quote);
            at += 1;
            continue;
        }
        let count = attribution(lines, at);
        if count == 0 {
            at += 1;
            continue;
        }
        formula = true;
        fill(roles, at, at + count, Role::Quote);
        at += count;
        let quoted = lines
            .iter()
            .skip(at)
            .find(|l| !l.is_blank())
            .is_some_and(|l| l.depth > 0);
        if !quoted {
            // a client that marks no line: all that follows is the quote
            fill(roles, at, roles.len(), Role::Quote);
            break;
        }
    }
    if body.is_html && !formula {
        keep_indented(lines, roles);
    }
    let original = original.or_else(|| marked_original(lines, roles));
    (original, formula)
}

/// An original with its head that is marked as a quote, line by line, where nothing stands below
/// it.
fn marked_original(lines: &[Line], roles: &mut [Role]) -> Option<Original> {
    let start = lines.iter().rposition(|l| l.depth == 0 && !l.is_blank());
    let from = start.map_or(0, |at| at + 1);
    let at = (from..lines.len()).find(|i| lines.get(*i).is_some_and(|l| !l.is_blank()))?;
    let head = header_block(lines, at, true)?;
    fill(roles, at, roles.len(), Role::Original);
    Some(Original {
        start: head.end,
        forwarded: false,
        head,
    })
}

/// Whether an original mail, or a client's line above a quote, begins at this line.
pub(in super::super) fn begins_original(lines: &[Line], at: usize) -> bool {
    original_at(lines, at).is_some() || attribution(lines, at) > 0
}

/// Whether the original mail begins at this line.
fn original_at(lines: &[Line], at: usize) -> Option<Original> {
    let line = lines.get(at).filter(|l| !l.is_blank())?;
    if line.depth > 0 {
        return is_groupwise_line(line).then(|| Original {
            start: at + 1,
            ..Original::default()
        });
    }
    let forwarded = is_forward_marker(line);
    if forwarded || is_original_marker(line) {
        let next = next_filled(lines, at + 1);
        let head = next
            .and_then(|next| header_block(lines, next, true))
            .unwrap_or_default();
        let quoted = next.and_then(|n| lines.get(n)).is_some_and(|l| l.depth > 0);
        if quoted && !forwarded {
            return None;
        }
        return Some(Original {
            start: head.end.max(at + 1),
            forwarded,
            head,
        });
    }
    if line.mark == Mark::Attribution {
        return None;
    }
    let announced = matches!(line.mark, Mark::Boundary | Mark::Rule)
        || previous_filled(lines, at).is_some_and(|before| {
            is_rule(before) || is_original_marker(before) || is_forward_marker(before)
        });
    let unknown = || unknown_block(lines, at).filter(|_| line.mark == Mark::Rule);
    if let Some(head) = header_block(lines, at, announced).or_else(unknown) {
        return Some(Original {
            start: head.end,
            forwarded: false,
            head,
        });
    }
    (line.mark == Mark::Boundary).then(|| Original {
        start: at,
        ..Original::default()
    })
}

/// A client's or server's longest line, in characters; longer ones are broken.
const WRAP_CHARS: usize = 78;
/// Narrowest quote, in characters, that may have been broken at its own width.
const NARROWEST_CHARS: usize = 45;

/// Characters of a quoted line with its marks; those of a very long line only roughly.
fn marked_chars(line: &Line) -> usize {
    let text = head(line.text.trim_end(), WRAP_CHARS * 8);
    text.chars().count() + 2 * usize::from(line.depth)
}

/// Whether a line is the end of the quoted line above it, broken off on its way by a program that
/// does not know quotes: it stands between quoted lines, the line above does not end a sentence,
/// and both together are too long for one line. `widest`: the longest quoted line.
fn is_broken_off(lines: &[Line], at: usize, widest: usize) -> bool {
    let (Some(before), Some(line), Some(after)) = (
        at.checked_sub(1).and_then(|i| lines.get(i)),
        lines.get(at),
        lines.get(at + 1),
    ) else {
        return false;
    };
    let above = before.text.trim_end();
    let ends = above.is_empty() || above.ends_with(['.', '?', '!', ':', ';']);
    if line.depth > 0 || before.depth == 0 || after.depth == 0 || line.is_blank() || ends {
        return false;
    }
    let text = head(line.text.trim(), WRAP_CHARS * 8);
    let chars = |text: &str| text.chars().count();
    let marked = marked_chars(before);
    if marked <= WRAP_CHARS + 2 && marked + 1 + chars(text) > WRAP_CHARS {
        return true;
    }
    // broken at the width of this quote, which may be narrower
    let first = text.split_whitespace().next().unwrap_or_default();
    let low = |text: &str| text.trim_start().starts_with(char::is_lowercase);
    let dangles = above.split_whitespace().last().is_some_and(|w| {
        w.ends_with(',') || (w.chars().count() <= 3 && low(w) && w.chars().all(char::is_alphabetic))
    });
    let goes_on = dangles || ((low(text) || low(&after.text)) && !is_answer(&fold(text)));
    goes_on
        && (NARROWEST_CHARS..=WRAP_CHARS + 2).contains(&widest)
        && marked + 1 + chars(first) > widest
}

fn next_filled(lines: &[Line], from: usize) -> Option<usize> {
    (from..lines.len())
        .take(4)
        .find(|i| lines.get(*i).is_some_and(|l| !l.is_blank()))
}

fn previous_filled(lines: &[Line], at: usize) -> Option<&Line> {
    lines
        .get(..at)?
        .iter()
        .rev()
        .take(3)
        .find(|l| !l.is_blank())
}

/// The first line of what a client writes above an original: rules, markers and blank lines.
fn announcement_start(lines: &[Line], roles: &[Role], at: usize) -> usize {
    let mut start = at;
    for i in (0..at).rev() {
        let (Some(line), Some(role)) = (lines.get(i), roles.get(i)) else {
            break;
        };
        let announces =
            line.is_blank() || is_rule(line) || is_original_marker(line) || is_notes_line(line);
        if *role != Role::New || line.depth > 0 || !announces {
            break;
        }
        start = i;
    }
    start
}

fn fill(roles: &mut [Role], from: usize, to: usize, with: Role) {
    let to = to.min(roles.len());
    for role in roles.get_mut(from..to).unwrap_or_default() {
        // a reference line of the desk within the original is part of it
        *role = with;
    }
}

/// Lines of indented text in which a client's formula is looked for.
const INDENTED_LINES: usize = 50;

/// Where nothing but indented text is there, and nothing says that it is quoted, the sender
/// indented it.
fn keep_indented(lines: &[Line], roles: &mut [Role]) {
    let written = lines
        .iter()
        .zip(roles.iter())
        .any(|(line, role)| *role == Role::New && !line.is_blank());
    if written {
        return;
    }
    // the client's line above a quote, or a head, may stand within what is indented
    let quoted = (0..lines.len().min(INDENTED_LINES))
        .any(|at| attribution(lines, at) > 0 || header_block(lines, at, false).is_some());
    if quoted {
        return;
    }
    for role in roles.iter_mut() {
        if *role == Role::Quote {
            *role = Role::New;
        }
    }
}
