//! Clauses of a sentence: where they begin, whom they name.

/// Where the clause around a place begins: behind punctuation, or "y", "pero".
pub fn clause_start(folded: &str, at: usize) -> usize {
    let head = folded.get(..at).unwrap_or("");
    let mark = head.rfind([',', ';', ':', '(', '.']).map_or(0, |i| i + 1);
    let join = [" y ", " pero ", " por fabor "]
        .iter()
        .filter_map(|j| head.rfind(j).map(|i| i + j.len()))
        .max();
    mark.max(join.unwrap_or(0))
}

/// Two words with capitals in a row, behind the first word: a name.
pub fn names_somebody(words: &str) -> bool {
    let capital = |w: &&str| w.chars().next().is_some_and(char::is_uppercase);
    let words: Vec<&str> = words.split_whitespace().skip(1).collect();
    words.windows(2).any(|pair| pair.iter().all(capital))
}

/// "viniera con la cartola lo": the pronoun belongs to the decision behind it.
pub fn without_pronouns(words: &str) -> &str {
    let mut words = words.trim_end();
    for pronoun in [" lo", " la", " los", " las", " se", " yo", " que", " ya"] {
        words = words.strip_suffix(pronoun).unwrap_or(words);
    }
    words
}

/// The clause in which a question without an opening mark begins.
pub fn last_clause(raw: &str) -> usize {
    let interrogative = [
        "qué", "que", "cuál", "cual", "cómo", "como", "cuándo", "cuando", "dónde", "quién", "por",
    ];
    let starts = raw.trim_start().to_lowercase();
    if interrogative.iter().any(|w| starts.starts_with(w)) {
        return 0;
    }
    raw.rfind([',', ':']).map_or(0, |i| i + 1)
}
