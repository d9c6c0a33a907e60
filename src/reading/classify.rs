//! Which procedure a mail asks for: evidence declared in the configuration, scored.

use super::Classification;
use super::parts::Part;
use super::values::has_words;
use super::words::{fold, fold_words};
use crate::office::{Office, Procedure};

/// Below this nobody asked for anything that we know.
const ENOUGH: f32 = 5.0;
/// By how much the best must lead.
const MARGIN: f32 = 1.5;

/// How many of the best are looked at for the data that they require.
const CANDIDATES: usize = 3;
/// What it weighs that everything required is stated.
const STATED: f32 = 4.0;

/// A part of the required data that is most of it.
const MOST: f32 = 0.6;

/// A mail's words, folded, with what they weigh.
#[derive(Debug)]
pub struct Texts {
    /// Subject of the mail and of the memorandum.
    heads: Vec<String>,
    /// Everything else.
    body: String,
    /// Whether somebody asks for something.
    asks: bool,
    /// How many expressions speak of trouble, doubt or courtesy rather than of a request.
    other: u32,
    /// Whether a memorandum or form came with it.
    formal: bool,
}

/// Words with which people ask.
const ASKS: [&str; 34] = [
    "solicit",
    "se requiere",
    "requiero",
    "requerimos",
    "favor",
    "agradecer",
    "necesit",
    "pido",
    "pedimos",
    "piden",
    "ruego",
    "rogamos",
    "adjunt",
    "remit",
    "envi",
    "gestionar",
    "venimos en",
    "vengo en",
    "les pido",
    "hacer llegar",
    "hago llegar",
    "memorandum",
    "formulario",
    "crear",
    "incorporar",
    "cambiar",
    "modificar",
    "rectific",
    "corregir",
    "desaprobar",
    "pase a tener",
    "quisiera",
    "informo los datos",
    "podrian",
];

/// Beginnings of words in mails that ask for none of the procedures: trouble, questions, courtesy.
const OTHER: [&str; 56] = [
    "da error",
    "un error",
    "error al",
    "error en el sistema",
    "error interno",
    "error 5",
    "mensaje de error",
    "tira error",
    "arroja",
    "no me deja",
    "no me permite",
    "no permite",
    "no funciona",
    "no carga",
    "no puedo ingresar",
    "no puedo entrar",
    "pantallazo",
    "se cae",
    "lento",
    "contrasena",
    "olvide mi",
    "recuperar",
    "restablec",
    "resete",
    "bloquead",
    "capacitacion",
    "induccion",
    "reunion",
    "invitacion",
    "invita",
    "invito",
    "taller",
    "seminario",
    "manual de",
    "instructivo",
    "como se hace",
    "como puedo",
    "como debo",
    "como hago",
    "consulta",
    "duda",
    "pregunta",
    "que documento",
    "que antecedente",
    "cual es el procedimiento",
    "que plazo",
    "feliz",
    "felicit",
    "mantencion",
    "interrupcion",
    "estadistica",
    "en que estado",
    "estado de la solicitud",
    "desbloque",
    "en que va",
    "hasta cuando",
];

/// Courtesies that hold some of them.
const POLITE: [&str; 6] = [
    "cualquier duda",
    "cualquier consulta",
    "dudas o consultas",
    "duda o consulta",
    "cualquier pregunta",
    "reunion sostenida",
];

impl Texts {
    /// Folds what the parts and the subjects say.
    pub fn of(subject: &str, memorandum: Option<&str>, parts: &[Part]) -> Self {
        let mut body = String::new();
        for part in parts {
            for (_, line) in part.lines() {
                body.push_str(&fold_words(&line));
                body.push_str(" | ");
            }
        }
        let heads: Vec<String> = [Some(subject), memorandum]
            .into_iter()
            .flatten()
            .map(fold_words)
            .collect();
        let all = format!("{} | {body}", heads.join(" | "));
        let plain = fold(&all);
        let formal = parts.iter().any(|p| {
            p.memorandum
                || !matches!(
                    p.source,
                    crate::office::Source::Body | crate::office::Source::Forwarded
                )
        });
        let asks = ASKS.iter().any(|w| plain.contains(w));
        let mut troubled = format!(" {}", fold_words(&all));
        for polite in POLITE {
            troubled = troubled.replace(polite, "");
        }
        let found = OTHER
            .iter()
            .filter(|w| troubled.contains(&format!(" {w}")))
            .count();
        let other = u32::try_from(found).unwrap_or(0);
        Self {
            heads,
            body,
            asks,
            other,
            formal,
        }
    }

    fn has(&self, words: &str) -> bool {
        has_words(&self.body, words) || self.in_heads(words)
    }

    fn in_heads(&self, words: &str) -> bool {
        self.heads.iter().any(|h| has_words(h, words))
    }
}

/// Scores every procedure of the office.
///
/// The few best are looked at again: a mail that states most of what a procedure requires asks for it.
pub fn classify(
    texts: &Texts,
    office: &Office,
    stated: &dyn Fn(&Procedure) -> f32,
) -> Classification {
    let mut scores: Vec<(f32, Vec<String>, &Procedure)> = office
        .procedures
        .iter()
        .map(|p| {
            let (score, evidence) = score(p, texts);
            (score, evidence, p)
        })
        .collect();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (score, _, procedure) in scores.iter_mut().take(CANDIDATES).filter(|s| s.0 > 0.0) {
        *score += STATED * stated(procedure);
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.id.cmp(&b.2.id)));
    let top = scores.first().map_or(0.0, |s| s.0);
    let second = scores.get(1).map_or(0.0, |s| s.0).max(0.0);
    let guesses = scores
        .iter()
        .take(2)
        .filter(|s| s.0 > 0.0)
        .map(|s| s.2.id.clone())
        .collect();
    let evidence = scores
        .first()
        .map(|s| s.1.iter().take(10).cloned().collect())
        .unwrap_or_default();
    let stated = scores.first().map_or(0.0, |s| stated(s.2));
    let penalty = trouble(texts, stated);
    let asks = texts.asks || stated >= MOST;
    let certain = asks && top - penalty >= ENOUGH && top - second >= MARGIN;
    let strength = (top - penalty).max(0.0) / ((top - penalty).max(0.0) + 4.0);
    let lead = if top > 0.0 { (top - second) / top } else { 0.0 };
    let confidence = (strength * (0.6 + 0.4 * lead)).clamp(0.0, 1.0);
    Classification {
        procedure: scores.first().filter(|_| certain).map(|s| s.2.id.clone()),
        confidence,
        guesses,
        evidence,
    }
}

/// What speaks against any request: a report of trouble or a question names the same things. It
/// weighs little beside a memorandum or where most of what a procedure requires is stated.
fn trouble(texts: &Texts, stated: f32) -> f32 {
    let each = if texts.formal || stated >= MOST {
        0.5
    } else if stated < 0.34 {
        6.0
    } else {
        3.0
    };
    f32::from(u16::try_from(texts.other).unwrap_or(u16::MAX)) * each
}

fn score(procedure: &Procedure, texts: &Texts) -> (f32, Vec<String>) {
    let mut total = 0.0;
    let mut evidence = Vec::new();
    let known = &procedure.recognition;
    let mut phrases = 0.0_f32;
    for phrase in &known.phrases {
        let words = fold_words(phrase);
        if texts.has(&words) {
            let weight = if texts.in_heads(&words) { 2.0 } else { 1.0 };
            // Phrases repeat each other: the first counts in full, further ones less.
            phrases += if phrases == 0.0 {
                3.0 * weight
            } else {
                0.75 * weight
            };
            evidence.push(phrase.clone());
        }
    }
    total += phrases.min(9.0);
    for word in &known.words {
        let words = fold_words(word);
        if texts.has(&words) {
            total += if texts.in_heads(&words) { 2.0 } else { 1.0 };
            evidence.push(word.clone());
        }
    }
    for against in &known.against {
        if texts.has(&fold_words(against)) {
            total -= 3.0;
        }
    }
    (total, evidence)
}
