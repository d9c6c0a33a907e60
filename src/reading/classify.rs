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

/// A procedure with what speaks for it.
struct Scored<'a> {
    score: f32,
    stated: f32,
    evidence: Vec<String>,
    procedure: &'a Procedure,
}

/// Scores every procedure of the office. The few best are looked at again: a mail that states most
/// of what a procedure requires asks for it.
pub fn classify(
    texts: &Texts,
    office: &Office,
    stated: &dyn Fn(&Procedure) -> f32,
) -> Classification {
    let by_score = |a: &Scored<'_>, b: &Scored<'_>| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.procedure.id.cmp(&b.procedure.id))
    };
    let mut all: Vec<Scored<'_>> = office.procedures.iter().map(|p| scored(p, texts)).collect();
    all.sort_by(by_score);
    for candidate in all.iter_mut().take(CANDIDATES).filter(|s| s.score > 0.0) {
        candidate.stated = stated(candidate.procedure);
        candidate.score += STATED * candidate.stated;
    }
    all.sort_by(by_score);
    let Some(best) = all.first() else {
        return Classification::default();
    };
    let second = all.get(1).map_or(0.0, |s| s.score).max(0.0);
    let score = best.score - trouble(texts, best.stated);
    let asks = texts.asks || best.stated >= MOST;
    let certain = asks && score >= ENOUGH && best.score - second >= MARGIN;
    let strength = score.max(0.0) / (score.max(0.0) + 4.0);
    let lead = if best.score > 0.0 {
        (best.score - second) / best.score
    } else {
        0.0
    };
    let guesses = all.iter().take(2).filter(|s| s.score > 0.0);
    Classification {
        procedure: certain.then(|| best.procedure.id.clone()),
        confidence: (strength * (0.6 + 0.4 * lead)).clamp(0.0, 1.0),
        guesses: guesses.map(|s| s.procedure.id.clone()).collect(),
        evidence: best.evidence.iter().take(10).cloned().collect(),
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

fn scored<'a>(procedure: &'a Procedure, texts: &Texts) -> Scored<'a> {
    let known = &procedure.recognition;
    let mut evidence = Vec::new();
    let mut weight = |expression: &String, single: f32| {
        let words = fold_words(expression);
        if !texts.has(&words) {
            return 0.0;
        }
        evidence.push(expression.clone());
        if texts.in_heads(&words) {
            2.0 * single
        } else {
            single
        }
    };
    let mut phrases = 0.0_f32;
    for phrase in &known.phrases {
        // Phrases repeat each other: the first counts in full, further ones less.
        phrases += weight(phrase, if phrases == 0.0 { 3.0 } else { 0.75 });
    }
    let words: f32 = known.words.iter().map(|w| weight(w, 1.0)).sum();
    let against = known
        .against
        .iter()
        .filter(|a| texts.has(&fold_words(a)))
        .count();
    let against = 3.0 * f32::from(u16::try_from(against).unwrap_or(u16::MAX));
    let score = phrases.min(9.0) + words - against;
    Scored {
        score,
        stated: 0.0,
        evidence,
        procedure,
    }
}
