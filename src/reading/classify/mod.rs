//! Which procedure a mail asks for: evidence declared in the configuration, scored sentence by
//! sentence. What a sentence only speaks of (a question, thanks, a report of trouble) does not
//! count.
//!
//! Lives here: expressions, moods of sentences, the score. May not live here: what tells one
//! procedure from another (`config/procedures`), the data (`form/`, `prose/`).

mod expression;
mod mood;
mod sentences;

use std::ops::Range;

use self::expression::Sentences;
use self::mood::Mood;
use self::sentences::{Said, split};
use super::Classification;
use super::parts::{Part, Rank};
use crate::office::{Office, Procedure, Source};

/// Below this nobody asked for anything that we know.
const ENOUGH: f32 = 5.0;
/// By how much the best must lead.
const MARGIN: f32 = 1.5;
/// A second procedure that is named and has this part of the best's score is asked for too.
const RIVAL: f32 = 0.5;

/// How many of the best are looked at for the data that they require.
const CANDIDATES: usize = 3;
/// What it weighs that everything required is stated.
const STATED: f32 = 4.0;
/// A part of the required data that is most of it.
const MOST: f32 = 0.6;

/// What a phrase weighs, and each further one: they repeat each other.
const PHRASE: (f32, f32) = (3.0, 0.75);
/// The most that all phrases weigh.
const PHRASES: f32 = 9.0;
/// What a word weighs, and the most that all of them do.
const WORD: f32 = 1.0;
const WORDS: f32 = 8.0;
const AGAINST: f32 = 3.0;
/// How much more an expression weighs in a subject ("MAT.", too).
const HEAD: f32 = 2.0;
/// How much of it weighs for the guesses what is only spoken of.
const SPOKEN: f32 = 0.25;

/// The sentences of a text.
pub fn sentences_of(text: &str) -> Vec<String> {
    let said = split(&Source::Body, 0, text, false);
    said.into_iter().map(|s| s.text).collect()
}

/// A mail's sentences, with what each does.
#[derive(Debug)]
pub struct Texts {
    said: Vec<Said>,
    sentences: Sentences,
    moods: Vec<Mood>,
}

impl Texts {
    /// Splits what the subjects (of the mail, of the memorandum) and the parts say.
    pub fn of(subject: &str, memorandum: Option<&str>, parts: &[Part]) -> Self {
        let mut said = split(&Source::Subject, 0, subject, true);
        let matter = parts.iter().find(|p| p.memorandum);
        if let (Some(matter), Some(part)) = (memorandum, matter) {
            said.extend(split(&part.source, 0, matter, true));
        }
        for part in parts.iter().filter(|p| p.rank < Rank::Subject) {
            for (line, text) in part.lines() {
                said.extend(split(&part.source, line, &text, false));
            }
        }
        let sentences = Sentences::of(said.iter().map(|s| s.text.as_str()));
        let moods = Mood::all(&sentences, said.len());
        Self {
            said,
            sentences,
            moods,
        }
    }

    /// Whether somebody asks. A subject alone does not where the text is a question about it.
    fn asks(&self) -> bool {
        let mut all = self.said.iter().zip(&self.moods);
        let questions = all.clone().any(|(s, mood)| !s.head && *mood == Mood::Never);
        all.any(|(said, mood)| mood.asks() && !(said.head && questions))
    }

    /// Where an expression weighs most: what it weighs there, and the words with their place.
    fn weigh(&self, found: Vec<Found>) -> Option<(Weight, String)> {
        let weighed = found.into_iter().filter_map(|(sentence, words)| {
            let said = self.said.get(sentence)?;
            let head = if said.head { HEAD } else { 1.0 };
            let weight = match self.moods.get(sentence)?.counts() {
                true => Weight::Asked(head),
                false => Weight::Spoken(head * SPOKEN),
            };
            Some((weight, said, self.sentences.place(sentence, &words)))
        });
        let (weight, said, place) = weighed.max_by(|a, b| {
            // Of equal ones the first, which `max_by` would pass over.
            let order = a.0.value().total_cmp(&b.0.value());
            order.then(std::cmp::Ordering::Greater)
        })?;
        Some((weight, said.quote(place)))
    }
}

/// The sentence and the words that an expression was found in.
type Found = (usize, Range<usize>);

/// The phrases of every procedure, each with the places where it names what is asked. An act has
/// one object, the nearest: "desaprobar la rendición según el informe técnico" names no report.
fn phrases(office: &Office, texts: &Texts) -> Vec<Vec<Vec<Found>>> {
    let find = |written: &String| texts.sentences.find(written);
    let all: Vec<Vec<Vec<Found>>> = office
        .procedures
        .iter()
        .map(|p| p.recognition.phrases.iter().map(find).collect())
        .collect();
    let nearer = |own: usize, (sentence, words): &Found| {
        let others = all.iter().enumerate().filter(|(other, _)| *other != own);
        let mut places = others.flat_map(|(_, phrases)| phrases.iter().flatten());
        places.any(|(at, other)| {
            at == sentence
                && other.start == words.start
                && other.end < words.end
                && !texts.sentences.joins(*sentence, &(other.end..words.end))
        })
    };
    let mut kept = all.clone();
    for (own, phrases) in kept.iter_mut().enumerate() {
        for places in phrases {
            places.retain(|place| !nearer(own, place));
        }
    }
    kept
}

/// What an expression weighs.
#[derive(Clone, Copy, Debug)]
enum Weight {
    /// In a sentence that asks, or in data.
    Asked(f32),
    /// In one that only speaks of it.
    Spoken(f32),
}

impl Weight {
    fn value(self) -> f32 {
        match self {
            Weight::Asked(weight) | Weight::Spoken(weight) => weight,
        }
    }
}

/// A procedure with what speaks for it.
struct Scored<'a> {
    /// What is asked.
    score: f32,
    /// The same with what is only spoken of: for the guesses.
    likely: f32,
    /// Whether a phrase names it where something is asked.
    named: bool,
    stated: f32,
    /// Whether something speaks against it: then its data alone do not name it.
    opposed: bool,
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
        let order = b.score.total_cmp(&a.score);
        order
            .then(b.likely.total_cmp(&a.likely))
            .then_with(|| a.procedure.id.cmp(&b.procedure.id))
    };
    let named = phrases(office, texts);
    let each = office.procedures.iter().zip(named);
    let mut all: Vec<Scored<'_>> = each.map(|(p, named)| scored(p, named, texts)).collect();
    all.sort_by(by_score);
    for candidate in all.iter_mut().take(CANDIDATES).filter(|s| s.score > 0.0) {
        candidate.stated = stated(candidate.procedure);
        candidate.score += STATED * candidate.stated;
        candidate.likely += STATED * candidate.stated;
    }
    all.sort_by(by_score);
    let Some(best) = all.first() else {
        return Classification::default();
    };
    let rival = all.iter().skip(1).find(|s| s.named);
    let rival = rival.is_some_and(|s| best.named && s.score >= best.score * RIVAL);
    let second = all.get(1).map_or(0.0, |s| s.score).max(0.0);
    let asks = texts.asks() || best.stated >= MOST;
    let clear = best.named || (best.stated >= MOST && !best.opposed);
    let enough = best.score >= ENOUGH && best.score - second >= MARGIN;
    let certain = asks && clear && enough && !rival;
    let strength = best.score.max(0.0) / (best.score.max(0.0) + 4.0);
    let lead = match best.score > 0.0 {
        true => ((best.score - second) / best.score).max(0.0),
        false => 0.0,
    };
    Classification {
        procedure: certain.then(|| best.procedure.id.clone()),
        confidence: (strength * (0.6 + 0.4 * lead)).clamp(0.0, 1.0),
        guesses: guesses(&all),
        evidence: best.evidence.iter().take(10).cloned().collect(),
    }
}

/// The two that a person should look at first.
fn guesses(all: &[Scored<'_>]) -> Vec<crate::office::ProcedureId> {
    let mut likely: Vec<&Scored<'_>> = all.iter().filter(|s| s.likely > 0.0).collect();
    likely.sort_by(|a, b| b.named.cmp(&a.named).then(b.likely.total_cmp(&a.likely)));
    likely
        .iter()
        .take(2)
        .map(|s| s.procedure.id.clone())
        .collect()
}

fn scored<'a>(procedure: &'a Procedure, named: Vec<Vec<Found>>, texts: &Texts) -> Scored<'a> {
    let known = &procedure.recognition;
    let find = |written: &String| texts.sentences.find(written);
    let mut evidence = Vec::new();
    let mut spoken = 0.0_f32;
    let mut weight = |found: Vec<Found>, single: f32| match texts.weigh(found) {
        Some((Weight::Asked(weight), quote)) => {
            evidence.push(quote);
            single * weight
        }
        Some((Weight::Spoken(weight), _)) => {
            spoken += single * weight;
            0.0
        }
        None => 0.0,
    };
    let mut phrases = 0.0_f32;
    for found in named {
        let single = if phrases == 0.0 { PHRASE.0 } else { PHRASE.1 };
        phrases += weight(found, single);
    }
    let words: f32 = known.words.iter().map(|w| weight(find(w), WORD)).sum();
    // What speaks against it does so wherever it stands.
    let against = known.against.iter().map(|a| match texts.weigh(find(a)) {
        Some((Weight::Asked(weight), _)) => AGAINST * weight,
        Some((Weight::Spoken(_), _)) => AGAINST,
        None => 0.0,
    });
    let against: f32 = against.sum();
    let score = phrases.min(PHRASES) + words.min(WORDS) - against;
    evidence.dedup();
    Scored {
        score,
        likely: score + spoken,
        named: phrases > 0.0,
        stated: 0.0,
        opposed: against > 0.0,
        evidence,
        procedure,
    }
}
