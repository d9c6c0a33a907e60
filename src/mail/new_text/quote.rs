//! Quotes, and the original mail below.

use super::super::body::Body;
use super::super::line::{Line, Mark};
use super::Role;
use super::formula::{attribution, is_forward_marker, is_original_marker, is_rule};
use super::head::{HeaderBlock, header_block};

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

/// Marks quotes and the original; says where the original begins.
pub(super) fn mark(body: &Body, roles: &mut [Role]) -> Option<Original> {
    let lines = &body.lines;
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
        if line.depth > 0 || line.mark == Mark::Attribution {
            formula |= line.mark == Mark::Attribution;
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
    original
}

/// Whether the original mail begins at this line.
fn original_at(lines: &[Line], at: usize) -> Option<Original> {
    let line = lines.get(at).filter(|l| !l.is_blank() && l.depth == 0)?;
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
    if let Some(head) = header_block(lines, at, announced) {
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
        let announces = line.is_blank() || is_rule(line) || is_original_marker(line);
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
    for role in roles.iter_mut() {
        if *role == Role::Quote {
            *role = Role::New;
        }
    }
}
