//! What stands beside a decision in its sentence and keeps it from being one: "perhaps", "not yet",
//! a condition, an exception.

use super::scope::{BREAKS, PUNCTUATION};
use super::signs::{Hit, Sign};
use super::text::Sentence;

/// Words of a neighbouring clause that is nothing but a hedge: "en principio", "según la región".
const BARE: usize = 4;

/// The hits of a sentence after hedges, delays, conditions and exceptions have had their say.
pub fn resolve(sentence: &Sentence, hits: Vec<Hit>) -> Vec<Hit> {
    let hits = hedged(sentence, misdirected(sentence, hits));
    let Some((limit, decision)) = limit(sentence, &hits) else {
        return hits.into_iter().map(without_condition).collect();
    };
    let mut out: Vec<Hit> = hits
        .into_iter()
        .filter(|h| *h != limit && *h != decision)
        .map(without_condition)
        .collect();
    // A condition in words of its own says it better than what limits beside it.
    if !out.iter().any(|h| h.sign == Sign::Condition) {
        out.push(conditional(sentence, limit, &decision));
    }
    out.sort_by_key(|h| h.at.start);
    out
}

/// An approval that would be given, and nothing says when.
fn without_condition(hit: Hit) -> Hit {
    match hit.sign {
        Sign::Would => Hit {
            sign: Sign::Pending,
            ..hit
        },
        _ => hit,
    }
}

/// The condition, with the words that belong to it: behind it, or between it and the decision.
fn conditional(sentence: &Sentence, limit: Hit, decision: &Hit) -> Hit {
    let before = limit.at.end <= decision.at.start;
    let (end, stop) = match limit.sign {
        // "Sólo apruebo la de mayo": the part stands behind the approval.
        Sign::Only => (limit.at.end.max(decision.at.end), None),
        _ if before => {
            let between = sentence.folded.get(limit.at.end..decision.at.start);
            let comma = between.and_then(|b| b.rfind([',', ':', ';']));
            let stop = comma.map_or(decision.at.start, |c| limit.at.end + c);
            (limit.at.end, Some(stop))
        }
        _ => (limit.at.end, None),
    };
    Hit {
        sign: Sign::Condition,
        at: limit.at.start..end,
        stop,
        ..limit
    }
}

/// An approval of something else than what was asked is a doubt: "autorizo a esperar", "me parece
/// bien que lo revisen".
fn misdirected(sentence: &Sentence, hits: Vec<Hit>) -> Vec<Hit> {
    let all = hits.clone();
    hits.into_iter()
        .map(|hit| {
            let elsewhere = hit.sign == Sign::Approve
                && (approves_else(sentence, &all, &hit) || approves_a_thing(sentence, &hit));
            let sign = if elsewhere { Sign::Doubt } else { hit.sign };
            Hit { sign, ..hit }
        })
        .collect()
}

/// Whether the clause behind an approval goes on with an infinitive or a "que" that is none of the
/// acts which can be asked for.
fn approves_else(sentence: &Sentence, hits: &[Hit], hit: &Hit) -> bool {
    let own = sentence.folded.get(hit.at.clone()).unwrap_or("");
    // "Avancen nomás que estamos contra el tiempo": that is why.
    let urged = ["nomas", "no mas", "adelante", "curso"];
    if urged.iter().any(|u| own.ends_with(u)) {
        return false;
    }
    let tail = sentence.folded.get(hit.at.end..).unwrap_or("");
    let clause = tail.split(PUNCTUATION).next().unwrap_or("");
    let end = hit.at.end + clause.len();
    let known = |from: usize, to: usize| {
        hits.iter().any(|h| {
            matches!(h.sign, Sign::Act | Sign::Mask | Sign::Approve)
                && h.at.start < to
                && from < h.at.end
        })
    };
    let taken = |from: usize, to: usize| {
        hits.iter()
            .any(|h| h != hit && h.at.start < to && from < h.at.end)
    };
    let (mut at, mut before) = (hit.at.end, "");
    for (index, word) in clause.split(' ').filter(|w| !w.is_empty()).enumerate() {
        let start = sentence.folded.get(at..).and_then(|t| t.find(word));
        let start = at + start.unwrap_or(0);
        at = start + word.len();
        if index > 4
            || BREAKS.contains(&word)
            || ["para", "y", "por", "segun", "sin"].contains(&word)
        {
            return false;
        }
        if word == "que" && (index == 0 || matches!(before, "en" | "con" | "a")) {
            return !taken(start, at) && !known(at, end);
        }
        before = word;
        if is_infinitive(word) && !known(start, at) && !taken(start, at) {
            return true;
        }
    }
    false
}

/// The beginnings, folded, of what may stand behind an approval: what can be asked for, what says
/// which one it is, who approves, and when.
const ASKED: &str = concat!(
    "abilita abraso acceso actualisa ajuste alta alternatiba amplia anula aper bes asigna ",
    "asunto baja biernes borra borrador cambio caso cierre clabe combocatoria ",
    "conbocatoria correc corrimient crea cuenta daf de debolu del departament desaproba ",
    "desbloque dia dibision dich diresion distribu duplica elimina encargad exten fecha ",
    "gestion idea indicad informe ingreso jefat juebes lo lunes martes medida memo ",
    "miercoles mism mobi modifica mosion nueb numero opsion orden organisasion pedid ",
    "perfil petision plantea plaso posterga presente programa propues prorroga publica ",
    "que reaper reasigna reber recalenda rechaso rectifica redistribu reemplaso referid ",
    "registro regularisa rendision reprograma requeri retiro seremi sitad solisit suscrit ",
    "tal tema ticket tramite trasla traspaso unidad usuari",
);

/// Whether an approval names a thing that nobody asks the desk for: "apruebo la contratación",
/// "visto bueno al viaje".
fn approves_a_thing(sentence: &Sentence, hit: &Hit) -> bool {
    let tail = sentence.folded.get(hit.at.end..).unwrap_or("");
    let clause = tail.split(PUNCTUATION).next().unwrap_or("");
    let mut words = clause.split_whitespace();
    let article = match words.next() {
        Some("a") => words.next(),
        other => other,
    };
    let named = matches!(
        article,
        Some(
            "al" | "la"
                | "el"
                | "las"
                | "los"
                | "un"
                | "una"
                | "unos"
                | "unas"
                | "mi"
                | "su"
                | "esta"
                | "este"
                | "esa"
                | "ese"
                | "nuestra"
                | "nuestro"
        )
    );
    let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit()) || w.len() < 3;
    named
        && words
            .next()
            .is_some_and(|w| !number(w) && !ASKED.split(' ').any(|a| w.starts_with(a)))
}

/// "esperar", "revisarlo"; not "lugar".
fn is_infinitive(word: &str) -> bool {
    let bare = ["lo", "la", "los", "las", "se", "me", "nos", "le", "les"]
        .iter()
        .find_map(|p| word.strip_suffix(p).filter(|w| w.len() > 3))
        .filter(|w| w.ends_with('r'))
        .unwrap_or(word);
    let noun = [
        "lugar", "ayer", "taller", "titular", "familiar", "similar", "ogar", "poder",
    ];
    bare.len() > 3 && ["ar", "er", "ir"].iter().any(|e| bare.ends_with(e)) && !noun.contains(&bare)
}

/// A decision under a hedge or a delay is a doubt.
fn hedged(sentence: &Sentence, hits: Vec<Hit>) -> Vec<Hit> {
    let frames: Vec<Hit> = hits
        .iter()
        .filter(|h| matches!(h.sign, Sign::Hedge | Sign::Later))
        .cloned()
        .collect();
    let decides = |h: &Hit| {
        matches!(
            h.sign,
            Sign::Approve | Sign::Yes | Sign::Would | Sign::Reject | Sign::No
        )
    };
    let all = hits.clone();
    let alone = |frame: &Hit| {
        let clause = clause(sentence, frame.at.start, frame.at.end);
        let words = sentence.folded.get(clause.clone()).unwrap_or("");
        words.split_whitespace().count() <= BARE
            && !all
                .iter()
                .any(|h| decides(h) && clause.contains(&h.at.start))
    };
    let applies = |frame: &Hit, hit: &Hit| {
        let (first, last) = if frame.at.start < hit.at.start {
            (frame, hit)
        } else {
            (hit, frame)
        };
        let between = sentence
            .folded
            .get(first.at.end..last.at.start)
            .unwrap_or("");
        let same = !between.contains(PUNCTUATION);
        let words: Vec<&str> = between.split_whitespace().collect();
        let refused = matches!(hit.sign, Sign::Reject | Sign::No);
        match frame.sign {
            // "Rechazado por ahora" refuses; "no lo apruebo todavía" does not.
            Sign::Later if refused && !not_yet(sentence, frame) => false,
            Sign::Hedge if same => {
                frame.at.start < hit.at.start && !words.iter().any(|w| BREAKS.contains(w))
            }
            Sign::Hedge => alone(frame) && between.matches(PUNCTUATION).count() == 1,
            _ if first == hit => same && words.len() < 3 && !words.contains(&"que"),
            _ => same && !words.iter().any(|w| BREAKS.contains(w) || *w == "y"),
        }
    };
    hits.into_iter()
        .map(|hit| {
            let doubtful = decides(&hit) && frames.iter().any(|f| applies(f, &hit));
            let sign = if doubtful { Sign::Doubt } else { hit.sign };
            Hit { sign, ..hit }
        })
        .collect()
}

fn not_yet(sentence: &Sentence, frame: &Hit) -> bool {
    let words = sentence.folded.get(frame.at.clone()).unwrap_or("");
    matches!(words, "todabia" | "aun")
}

/// The clause around a place: what stands between punctuation.
fn clause(sentence: &Sentence, start: usize, end: usize) -> std::ops::Range<usize> {
    let text = &sentence.folded;
    let from = text
        .get(..start)
        .and_then(|b| b.rfind(PUNCTUATION))
        .map_or(0, |i| i + 1);
    let to = text
        .get(end..)
        .and_then(|a| a.find(PUNCTUATION))
        .map_or(text.len(), |i| end + i);
    from..to
}

/// The words that limit a decision of the sentence, and the decision.
fn limit(sentence: &Sentence, hits: &[Hit]) -> Option<(Hit, Hit)> {
    let decisions = hits.iter().filter(|h| {
        matches!(
            h.sign,
            Sign::Approve | Sign::Yes | Sign::Would | Sign::Reject
        )
    });
    for decision in decisions {
        let mut best: Option<(u8, &Hit)> = None;
        for hit in hits {
            let Some(rank) = rank(sentence, hit, decision) else {
                continue;
            };
            if best.is_none_or(|(r, _)| rank < r) {
                best = Some((rank, hit));
            }
        }
        if let Some((_, limit)) = best {
            return Some((limit.clone(), decision.clone()));
        }
    }
    None
}

/// How surely a hit limits a decision, lowest first; none where it does not.
fn rank(sentence: &Sentence, hit: &Hit, decision: &Hit) -> Option<u8> {
    let behind = hit.at.start >= decision.at.end;
    let before = hit.at.end <= decision.at.start;
    let text = |from: usize, to: usize| sentence.folded.get(from..to).unwrap_or("");
    let between = if behind {
        text(decision.at.end, hit.at.start)
    } else {
        text(hit.at.end, decision.at.start)
    };
    let tail = text(hit.at.start, sentence.folded.len());
    match (hit.sign, decision.sign) {
        (Sign::If | Sign::Must, Sign::Reject) => {
            let until = [
                "asta ",
                "mientras no ",
                "salbo ",
                "a menos",
                "a no ser",
                "si no ",
                "sin que",
            ];
            let opens = until.iter().any(|u| tail.starts_with(u));
            let reason = between.contains([':', ';', '(']) || breaks(between);
            let until = tail.starts_with("asta ") || tail.starts_with("mientras no ");
            let ahead = before && until && !between.contains([':', ';']);
            ((behind && opens && !reason) || ahead).then_some(0)
        }
        (Sign::If | Sign::Must, _) if behind => Some(0),
        // "si, apruebo" is a yes without its accent.
        (Sign::If | Sign::Must, _) if before => {
            let yes = tail.starts_with("si,") || between.split_whitespace().count() == 0;
            (!yes).then_some(1)
        }
        (Sign::Only, Sign::Approve | Sign::Would) if behind || before => {
            let near = between.split_whitespace().count() <= 4;
            (near && !between.contains(PUNCTUATION)).then_some(2)
        }
        (Sign::But, Sign::Approve | Sign::Yes) if behind => Some(3),
        _ => None,
    }
}

fn breaks(words: &str) -> bool {
    words.split_whitespace().any(|w| BREAKS.contains(&w))
}
