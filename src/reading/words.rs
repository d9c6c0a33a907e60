//! Words compared as people mean them: case, accents and the usual Spanish misspellings folded.

/// Lower case, accents and tilde removed, one space between words. Punctuation stays.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Of ASCII only the grave accent is written otherwise (`plain`).
        if c.is_ascii_graphic() && c != '`' {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        out.extend(c.to_lowercase().filter_map(plain));
    }
    out.trim().to_owned()
}

/// [`fold`] with everything that is neither letter nor digit turned into a space.
pub fn fold_words(text: &str) -> String {
    let folded = fold(text);
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A folded text whose bytes lead back to the original (`ñ` takes two bytes, `n` one).
pub fn folded_with_map(text: &str) -> (String, Vec<usize>) {
    let mut out = String::new();
    let mut map = Vec::new();
    for (at, c) in text.char_indices() {
        for low in c.to_lowercase().filter_map(plain) {
            out.push(low);
            map.resize(out.len(), at);
        }
    }
    map.push(text.len());
    (out, map)
}

/// The letter without its accent; none for a combining mark. The ordinal signs become `°`.
pub fn plain(c: char) -> Option<char> {
    Some(match c {
        'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        'º' | '˚' | 'ª' => '°',
        '“' | '”' | '«' | '»' | '„' | '″' => '"',
        '‘' | '’' | '´' | '`' | '′' => '\'',
        '–' | '—' | '‐' | '‑' | '−' | '―' => '-',
        '\u{300}'..='\u{36f}' => return None,
        other => other,
    })
}

/// Characters that take no room: zero-width spaces and joiners, the byte order mark, soft hyphens.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}'
            | '\u{2060}' | '\u{feff}' | '\u{ad}'
            | '\u{fe0f}'
            | '\u{202a}'..='\u{202e}'
    )
}

/// Letters that Spanish speakers confuse, made one: v/b, z/s, soft c/s, silent h. "aprovado" and
/// "aprobado" become the same word. Works on folded text, and on the expressions compared with it.
pub fn phonetic(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (i, &c) in chars.iter().enumerate() {
        let next = chars.get(i + 1).copied();
        let before = i.checked_sub(1).and_then(|j| chars.get(j)).copied();
        match c {
            'v' => out.push('b'),
            'z' => out.push('s'),
            'c' if matches!(next, Some('e' | 'i')) => out.push('s'),
            'h' if !matches!(before, Some('c' | 's')) => {}
            other => out.push(other),
        }
    }
    out
}

/// Words of the trade that are often misspelt, folded.
const TRADE: [(&str, &str); 16] = [
    ("municipalidad", "Municipalidad"),
    ("municipalidades", "Municipalidades"),
    ("corporacion", "Corporación"),
    ("fundacion", "Fundación"),
    ("convocatoria", "convocatoria"),
    ("modificacion", "modificación"),
    ("presupuestaria", "presupuestaria"),
    ("asignacion", "asignación"),
    ("rendicion", "rendición"),
    ("rendiciones", "rendiciones"),
    ("informe", "informe"),
    ("tecnico", "técnico"),
    ("proyecto", "proyecto"),
    ("programa", "programa"),
    ("ejecutor", "ejecutor"),
    ("organizacion", "organización"),
];

/// A text whose words of the trade are spelt right: "infome", "la municipalida de". A word with
/// another ending ("informa", "programó") is another word.
pub fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        out.push_str(&mended(&word));
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

fn mended(word: &str) -> String {
    let folded = fold(word);
    let length = folded.len();
    let near = |(known, _): &&(&str, &str)| {
        let ending = |w: &str| {
            w.len()
                .checked_sub(1)
                .and_then(|i| w.get(..i).map(str::to_owned))
        };
        folded != *known
            && known.len().abs_diff(length) <= 1
            && folded.get(..1) == known.get(..1)
            && !folded.trim_end_matches('s').eq(*known)
            && (length != known.len() || ending(&folded) != ending(known))
            && strsim::osa_distance(&folded, known) == 1
    };
    let known = TRADE.iter().any(|(k, _)| *k == folded);
    if length < 6 || known || word.chars().all(char::is_uppercase) {
        return word.to_owned();
    }
    TRADE
        .iter()
        .find(near)
        .map_or_else(|| word.to_owned(), |(_, right)| (*right).to_owned())
}

/// At most `max` characters of a text, on one line, trimmed.
pub fn cut(text: &str, max: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if out.chars().count() > max {
        out = out.chars().take(max.saturating_sub(1)).collect();
        out.push('…');
    }
    out
}

/// The words of a text around a place, at most `max` characters: whole where the text is short.
pub fn around(text: &str, place: &std::ops::Range<usize>, max: usize) -> String {
    if text.chars().count() <= max {
        return cut(text, max);
    }
    let found = text.get(place.clone()).unwrap_or("");
    let room = max.saturating_sub(found.chars().count() + 4) / 2;
    let before = text.get(..place.start).unwrap_or("");
    let after = text.get(place.end..).unwrap_or("");
    let head: String = before
        .chars()
        .rev()
        .take(room)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let tail: String = after.chars().take(room).collect();
    let open = if head.len() < before.len() { "…" } else { "" };
    let close = if tail.len() < after.len() { "…" } else { "" };
    cut(&format!("{open}{head}{found}{tail}{close}"), max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_space() {
        assert_eq!(fold("  Región   de\nÑUBLE "), "region de nuble");
        assert_eq!(fold_words("N° de proyecto:"), "n de proyecto");
        assert_eq!(fold("O`Higgins, O´HIGGINS"), "o'higgins, o'higgins");
    }

    #[test]
    fn mends_words_of_the_trade_alone() {
        for (wrong, right) in [
            (
                "el infome de la municipalida",
                "el informe de la Municipalidad",
            ),
            ("la rendicón del poyecto", "la rendición del proyecto"),
            (
                "se informa que programó los informes",
                "se informa que programó los informes",
            ),
            ("Modificaciones y proyectos", "Modificaciones y proyectos"),
        ] {
            assert_eq!(mend(wrong), right);
        }
    }

    #[test]
    fn makes_usual_misspellings_one_word() {
        for (wrong, right) in [
            ("aprovado", "aprobado"),
            ("apruevo", "apruebo"),
            ("autoriso", "autorizo"),
            ("rechaso", "rechazo"),
            ("echo", "hecho"),
        ] {
            assert_eq!(phonetic(wrong), phonetic(right));
        }
    }
}
