//! A file of Rust: its text, and its code with comments and strings blanked.

/// A source file.
pub struct Source {
    /// "src/judge/answer.rs".
    pub path: String,
    /// As written.
    pub text: String,
    /// The same, with blanks for comments and for what is within quotes; lines and columns stay.
    pub code: String,
    /// The same, with blanks for test modules as well; empty where the whole file is one.
    pub shipped: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let code = without_comments_and_strings(text);
        let mut source = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            shipped: without_test_modules(&code),
            code,
        };
        if source.is_test() {
            source.shipped.clear();
        }
        source
    }

    /// Whether the whole file is tests: `tests.rs`, or a file of a folder `tests`.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// The folder below `src/`, or the file's own name for those that lie there (`main`, `lib`).
    pub fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap();
        below
            .split_once('/')
            .map_or(below.trim_end_matches(".rs"), |(room, _)| room)
    }

    /// How many modules stand between this file and the crate's root, itself included.
    pub fn depth(&self) -> usize {
        let below = self.path.strip_prefix("src/").unwrap();
        let is_mod = below.ends_with("/mod.rs") || below == "lib.rs" || below == "main.rs";
        below.split('/').count() - usize::from(is_mod)
    }
}

/// The line, from 1, of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// Every place at which a word stands by itself, as byte offsets. A word may hold `::` or end in
/// `!`; its ends are not within an identifier.
pub fn occurrences<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let within = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| {
            let after = code[at + word.len()..].chars().next();
            let whole = word.ends_with('!') || !within(after);
            whole && !within(code[..*at].chars().next_back())
        })
}

/// The offset after the bracket that closes the one at `open`; the end where none does.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Where the scan of a text is.
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    Quoted,
    Raw(usize),
}

fn without_comments_and_strings(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut state = State::Code;
    let mut at = 0;
    while at < chars.len() {
        let (next, length, keep) = scan(&chars, at, state);
        for c in &chars[at..at + length] {
            code.push(if keep || *c == '\n' { *c } else { ' ' });
        }
        at += length;
        state = next;
    }
    code
}

/// What the characters from `at` on are: the state after them, how many, and whether they are code.
fn scan(chars: &[char], at: usize, state: State) -> (State, usize, bool) {
    let c = chars[at];
    let next = chars.get(at + 1).copied();
    match state {
        State::Code => scan_code(chars, at),
        State::LineComment if c == '\n' => (State::Code, 1, true),
        State::LineComment => (State::LineComment, 1, false),
        State::BlockComment(depth) => match (c, next) {
            ('*', Some('/')) if depth == 1 => (State::Code, 2, false),
            ('*', Some('/')) => (State::BlockComment(depth - 1), 2, false),
            ('/', Some('*')) => (State::BlockComment(depth + 1), 2, false),
            _ => (State::BlockComment(depth), 1, false),
        },
        State::Quoted => match c {
            '\\' if next.is_some() => (State::Quoted, 2, false),
            '"' => (State::Code, 1, true),
            _ => (State::Quoted, 1, false),
        },
        State::Raw(hashes) => {
            let ends = c == '"' && (1..=hashes).all(|n| chars.get(at + n) == Some(&'#'));
            if ends {
                (State::Code, 1 + hashes, true)
            } else {
                (State::Raw(hashes), 1, false)
            }
        }
    }
}

fn scan_code(chars: &[char], at: usize) -> (State, usize, bool) {
    let next = chars.get(at + 1).copied();
    let in_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (chars[at], next) {
        ('/', Some('/')) => (State::LineComment, 2, false),
        ('/', Some('*')) => (State::BlockComment(1), 2, false),
        ('"', _) => (State::Quoted, 1, true),
        ('r', Some('"' | '#')) if !in_word || chars[at - 1] == 'b' => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            match chars.get(at + 1 + hashes) {
                Some('"') => (State::Raw(hashes), 2 + hashes, true),
                _ => (State::Code, 1, true), // r#type
            }
        }
        ('\'', Some('\\')) => {
            let end = chars[at + 3..].iter().position(|c| *c == '\'').unwrap_or(0);
            (State::Code, end + 4, false)
        }
        ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => (State::Code, 3, false),
        _ => (State::Code, 1, true),
    }
}

/// Blanks `#[cfg(test)] mod … { … }`.
fn without_test_modules(code: &str) -> String {
    let mut shipped = code.to_owned();
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        let after = &code[start + mark.len()..];
        let Some(open) = after.find('{').map(|open| start + mark.len() + open) else {
            continue;
        };
        let head = code[start + mark.len()..open].trim();
        if head.starts_with("mod ") && !head.contains(';') {
            let end = closing(code, open);
            let blank: String = code[start..end]
                .chars()
                .map(|c| match c {
                    '\n' => "\n".to_owned(),
                    _ => " ".repeat(c.len_utf8()), // so that offsets stay
                })
                .collect();
            shipped.replace_range(start..end, &blank);
        }
    }
    shipped
}

#[test]
fn comments_and_strings_are_blanked_and_nothing_else() {
    let text = r##"let a = "crate::x /* \" "; // crate::y
/* crate::z /* nested */ crate::w */ let b = 'c'; let c = '\''; let d: &'static str = r#"unsafe "q" "#;
let r#type = b"fn"; let e = br"todo!"; fn f<'a>(x: &'a str) {}"##;
    let code = without_comments_and_strings(text);
    for gone in ["crate", "unsafe", "todo", "\"fn\"", "nested", "'c'"] {
        assert!(!code.contains(gone), "{gone} in {code}");
    }
    for kept in [
        "let b",
        "let c",
        "let d: &'static str",
        "r#type",
        "fn f<'a>(x: &'a str) {}",
    ] {
        assert!(code.contains(kept), "{kept} in {code}");
    }
    assert_eq!(code.lines().count(), text.lines().count());
}

#[test]
fn test_modules_are_blanked_where_only_shipped_code_counts() {
    let text = "use a;\n#[cfg(test)]\nmod tests {\n    fn b() { {} }\n}\nuse c;\n";
    let source = Source::new("src/mail/x.rs", text);
    assert!(!source.shipped.contains("fn b"));
    assert!(source.shipped.contains("use c;") && source.code.contains("fn b"));
    assert_eq!(Source::new("src/mail/tests.rs", text).shipped, "");
}

#[test]
fn rooms_and_depths() {
    let of = |path| {
        let source = Source::new(path, "");
        (source.room().to_owned(), source.depth())
    };
    assert_eq!(of("src/lib.rs"), ("lib".to_owned(), 0));
    assert_eq!(of("src/mail/mod.rs"), ("mail".to_owned(), 1));
    assert_eq!(of("src/mail/letter.rs"), ("mail".to_owned(), 2));
    assert_eq!(of("src/mail/html/mod.rs"), ("mail".to_owned(), 2));
}

#[test]
fn words_stand_by_themselves() {
    let found = |code, word| occurrences(code, word).count();
    assert_eq!(found("rand::rng(); operand; rand_core", "rand"), 1);
    assert_eq!(found("todo!(); x_todo!()", "todo!"), 1);
    assert_eq!(found("Utc::now() MyUtc::now()", "Utc::now"), 1);
}
