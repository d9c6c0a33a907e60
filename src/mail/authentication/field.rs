//! `Authentication-Results` (RFC 8601, section 2.2) → values. One pass over the text; what does not
//! follow the grammar is no field at all, except for what the big providers are known to write.

/// Longest field that is read, in bytes; nothing that a server writes comes near it.
const FIELD_MAX: usize = 16 * 1024;
/// Most results of one field.
const RESULTS_MAX: usize = 100;

/// What a method found: `dkim=pass header.d=oficina.example`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MethodResult {
    /// The method, lower case, without version.
    pub method: String,
    /// Its result, lower case.
    pub result: String,
    /// `ptype.property`, and words such as `reason`, lower case, with their values as they stand.
    pub properties: Vec<(String, String)>,
}

impl MethodResult {
    /// The values of a property; a field may give one several times, which is never good.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.properties.iter().filter(move |(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A whole field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// Who wrote it, lower case; none in Microsoft's form.
    pub authserv_id: Option<String>,
    /// What it found; empty for `none`.
    pub results: Vec<MethodResult>,
}

/// The field cannot be read, and counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Equals,
    Semicolon,
}

/// Reads an unfolded field.
pub(super) fn parse(value: &str) -> Result<Field, Malformed> {
    if value.len() > FIELD_MAX {
        return Err(Malformed);
    }
    let tokens = tokens(value)?;
    let mut segments = tokens.split(|t| *t == Token::Semicolon);
    let mut field = Field::default();
    let first = segments.next().unwrap_or_default();
    if first.contains(&Token::Equals) {
        field.results.extend(result(first)?);
    } else {
        field.authserv_id = authserv_id(first)?;
    }
    for segment in segments {
        field.results.extend(result(segment)?);
        if field.results.len() > RESULTS_MAX {
            return Err(Malformed);
        }
    }
    Ok(field)
}

/// `mx.oficina.example`, perhaps with a version, which must be 1.
fn authserv_id(segment: &[Token]) -> Result<Option<String>, Malformed> {
    match segment {
        [] => Ok(None),
        [Token::Word(id)] => Ok(Some(bare(id))),
        [Token::Word(id), Token::Word(version)] if version == "1" => Ok(Some(bare(id))),
        _ => Err(Malformed),
    }
}

/// An authserv-id without the number of the job that OpenDKIM may add to it.
fn bare(id: &str) -> String {
    let id = id.split_once('/').map_or(id, |(id, _)| id);
    id.to_ascii_lowercase()
}

/// One segment: nothing, `none`, or a result with its properties. Words that belong to nothing,
/// which Exchange leaves behind, are passed over.
fn result(segment: &[Token]) -> Result<Option<MethodResult>, Malformed> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut tokens = segment.iter().peekable();
    let mut name: Option<String> = None;
    while let Some(token) = tokens.next() {
        match token {
            Token::Semicolon => return Err(Malformed),
            Token::Word(word) => name = Some(joined(name.take(), word)),
            Token::Equals => {
                let name = name.take().ok_or(Malformed)?;
                let value = match tokens.next() {
                    Some(Token::Word(value)) => value.clone(),
                    // The empty envelope sender of a bounce is written so, though the grammar has
                    // no empty value.
                    None => String::new(),
                    Some(Token::Equals | Token::Semicolon) => return Err(Malformed),
                };
                pairs.push((name.to_ascii_lowercase(), value));
            }
        }
    }
    let mut pairs = pairs.into_iter();
    let Some((method, result)) = pairs.next() else {
        return Ok(None);
    };
    let method = method
        .split_once('/')
        .map_or(method.as_str(), |(m, _)| m)
        .to_owned();
    Ok(Some(MethodResult {
        method,
        result: result.to_ascii_lowercase(),
        properties: pairs.collect(),
    }))
}

/// `header . from` and `dmarc / 1` are one word each (CFWS may stand around both signs).
fn joined(before: Option<String>, word: &str) -> String {
    let glue = |c: char| matches!(c, '.' | '/');
    match before {
        Some(before) if before.ends_with(glue) || word.starts_with(glue) => before + word,
        _ => word.to_owned(),
    }
}

/// Words, equals signs and semicolons; comments are gone, quotes opened.
fn tokens(value: &str) -> Result<Vec<Token>, Malformed> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        // After an equals sign, more of them belong to the value (`header.b=AbC=`).
        let in_value = word.is_some() && tokens.last() == Some(&Token::Equals);
        match c {
            '(' => {
                skip_comment(&mut chars)?;
                tokens.extend(word.take().map(Token::Word));
            }
            ')' => return Err(Malformed),
            '"' => quoted(&mut chars, word.get_or_insert_default())?,
            ';' => {
                tokens.extend(word.take().map(Token::Word));
                tokens.push(Token::Semicolon);
            }
            '=' if !in_value => {
                tokens.extend(word.take().map(Token::Word));
                tokens.push(Token::Equals);
            }
            c if c.is_ascii_whitespace() => tokens.extend(word.take().map(Token::Word)),
            c if c.is_control() => return Err(Malformed),
            c => word.get_or_insert_default().push(c),
        }
    }
    tokens.extend(word.map(Token::Word));
    Ok(tokens)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// The rest of a comment, comments within it too (RFC 5322, 3.2.2).
fn skip_comment(chars: &mut Chars<'_>) -> Result<(), Malformed> {
    let mut depth = 1_u32;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    Err(Malformed)
}

/// The rest of a quoted string (RFC 5322, 3.2.4).
fn quoted(chars: &mut Chars<'_>, word: &mut String) -> Result<(), Malformed> {
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            '"' => return Ok(()),
            c => word.push(c),
        }
    }
    Err(Malformed)
}

/// The words of a `Received` after `from` and after `by` and `with`, comments aside, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// What the sending host called itself; none where the mail was handed over inside a host.
    pub from: Option<String>,
    /// The host that wrote the line.
    pub by: Option<String>,
    /// The protocol.
    pub with: Option<String>,
}

/// Reads a `Received` field (RFC 5321, 4.4); what cannot be read has no names.
pub(super) fn hop(value: &str) -> Hop {
    let Ok(tokens) = tokens(value.get(..FIELD_MAX).unwrap_or(value)) else {
        return Hop::default();
    };
    let mut hop = Hop::default();
    let clauses = tokens.split(|t| *t == Token::Semicolon).next();
    let mut words = clauses.unwrap_or_default().iter().filter_map(|t| match t {
        Token::Word(word) => Some(word.to_ascii_lowercase()),
        Token::Equals | Token::Semicolon => None,
    });
    while let Some(word) = words.next() {
        let place = match word.as_str() {
            "from" => &mut hop.from,
            "by" => &mut hop.by,
            "with" => &mut hop.with,
            _ => continue,
        };
        if place.is_none() {
            *place = words.next();
        }
    }
    hop
}
