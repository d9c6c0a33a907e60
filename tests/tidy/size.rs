//! Sizes: files, functions, parameters, lines.

use crate::finding;
use crate::source::{Source, closing, line_of, occurrences};

/// Lines of a file.
const FILE: usize = 500;
/// Lines of a function, from its `fn` to its closing brace.
const FUNCTION: usize = 70;
/// Parameters of a function, `self` not counted.
const PARAMETERS: usize = 5;
/// Characters of a line.
const COLUMNS: usize = 100;

/// Tables of data, whose lines may be longer.
const WIDE: [&str; 0] = [];

pub fn check(tree: &[Source]) -> Vec<String> {
    tree.iter().flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<String> {
    let mut findings = vec![];
    let mut report = |line, what: String| findings.push(finding(source, line, &what));
    let lines = source.text.lines().count();
    if lines > FILE {
        report(1, format!("{lines} lines, {FILE} at most"));
    }
    for (number, line) in source.text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > COLUMNS && !WIDE.contains(&source.path.as_str()) {
            report(number + 1, format!("{columns} columns, {COLUMNS} at most"));
        }
    }
    for function in functions(&source.code) {
        let (name, lines, parameters) = (&function.name, function.lines, function.parameters);
        if lines > FUNCTION {
            report(
                function.line,
                format!("{name} has {lines} lines, {FUNCTION} at most"),
            );
        }
        if parameters > PARAMETERS {
            let what = format!("{name} has {parameters} parameters, {PARAMETERS} at most");
            report(function.line, what);
        }
    }
    findings
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
    parameters: usize,
}

fn functions(code: &str) -> Vec<Function> {
    occurrences(code, "fn")
        .filter_map(|at| function(code, at))
        .collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    let rest = code[at + 2..].strip_prefix(' ')?;
    let name: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    if name.is_empty() {
        return None;
    }
    let open = after_generics(code, at + 3 + name.len())?;
    let close = closing(code, open);
    let body = body(code, close);
    let end = if code[body..].starts_with('{') {
        closing(code, body)
    } else {
        body + 1
    };
    let line = line_of(code, at);
    Some(Function {
        name,
        line,
        lines: line_of(code, end.min(code.len())) - line + 1,
        parameters: parameters(&code[open + 1..close - 1]),
    })
}

/// Where the parameters open, behind `<…>` if there is one.
fn after_generics(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0;
    let mut last = ' ';
    for (at, c) in code[from..].char_indices() {
        match c {
            '<' => depth += 1,
            '>' if last != '-' => depth -= 1,
            '(' if depth == 0 => return Some(from + at),
            '{' | ';' if depth == 0 => return None,
            _ => {}
        }
        last = c;
    }
    None
}

/// Where the body opens, or the `;` of a function without one.
fn body(code: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = code.as_bytes().get(at) {
        match byte {
            b'{' | b';' => return at,
            b'(' | b'[' => at = closing(code, at),
            _ => at += 1,
        }
    }
    code.len() - 1
}

fn parameters(list: &str) -> usize {
    let mut depth = 0;
    let mut last = ' ';
    let parts = list.split(|c| {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if last != '-' && last != '=' => depth -= 1,
            _ => {}
        }
        last = c;
        c == ',' && depth == 0
    });
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty() && !is_self(part))
        .count()
}

fn is_self(parameter: &str) -> bool {
    let pattern = parameter.split(':').next().unwrap_or_default().trim();
    pattern.trim_start_matches('&').split_whitespace().last() == Some("self")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str) -> Vec<String> {
        check(&[Source::new("src/mail/x.rs", text)])
    }

    #[test]
    fn a_long_file_is_named() {
        assert!(check_text(&"\n".repeat(500)).is_empty());
        let findings = check_text(&"\n".repeat(501));
        assert_eq!(findings, ["src/mail/x.rs:1: 501 lines, 500 at most"]);
    }

    #[test]
    fn a_long_function_is_named() {
        let of = |lines| {
            format!(
                "struct A;\nimpl A {{\n    fn f(&self) {{\n{}    }}\n}}\n",
                "        g();\n".repeat(lines)
            )
        };
        assert!(check_text(&of(68)).is_empty());
        let findings = check_text(&of(69));
        assert_eq!(findings, ["src/mail/x.rs:3: f has 71 lines, 70 at most"]);
    }

    #[test]
    fn parameters_are_counted() {
        let count = |text| functions(text).first().map(|f| f.parameters);
        assert_eq!(count("fn f() {}"), Some(0));
        assert_eq!(count("fn f(&'a mut self, a: A) {}"), Some(1));
        assert_eq!(count("fn f(mut self: Box<Self>, a: A,) {}"), Some(1));
        let closure = "fn f<F: Fn(A, B) -> C, T>(a: F, b: (A, B), c: [u8; 4], d: M<K, V>) -> R;";
        assert_eq!(count(closure), Some(4));
        assert_eq!(count("fn f(a: impl Fn(A, B) -> C, b: B) {}"), Some(2));
        assert_eq!(count("type F = fn(A, B);"), None);
        let findings = check_text("fn f(a: A, b: B, c: C, d: D, e: E, g: G) {}");
        assert_eq!(findings, ["src/mail/x.rs:1: f has 6 parameters, 5 at most"]);
    }

    #[test]
    fn a_function_without_a_body_ends_where_it_is_declared() {
        let text = format!(
            "trait T {{\n    fn f(a: [u8; 3]) -> [u8; 2];\n{}}}",
            "    // x\n".repeat(90)
        );
        assert!(check_text(&text).is_empty());
    }

    #[test]
    fn a_wide_line_is_named() {
        assert!(check_text(&"ñ".repeat(100)).is_empty());
        let findings = check_text(&format!("\n{}", "ñ".repeat(101)));
        assert_eq!(findings, ["src/mail/x.rs:2: 101 columns, 100 at most"]);
    }
}
