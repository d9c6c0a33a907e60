//! One of the desk's people answers where a mail goes that no rule could place. The same table as
//! for every answer says whether it counts; the first that counts is carried out.

use super::case::{Case, Judged, Judgement, SortTo};
use super::policy::{FromIs, cell};
use super::{TriageReference, answer, opening};
use crate::reading::{self, SortingWords};
use crate::request::{
    Ask, AskedFor, NotSorted, Notice, Operator, Party, Proof, TriageOption, TriageUnclear, cut,
};

/// Judges an answer to a triage mail; none where the letter is none.
pub(super) fn judge(case: &Case<'_>, sender: &Party) -> Option<Judgement> {
    let to = case.known.triage.as_ref()?;
    let asked = to.recipient.is(sender) && super::judgement::is_desk_people(case.office, sender);
    // Others of the desk have a mail of their own to answer; from whoever else, this is none.
    let from = if asked {
        FromIs::Asked
    } else {
        FromIs::SomebodyElse
    };
    let counts = match answer::proof(cell(case.letter.authentication, from, to.refers))? {
        Proof::Counts(_) => true,
        Proof::Confirm(_) => false,
    };
    let words = reading::sorting(&case.letter.text);
    // A memorandum of their own, sent by answering an old mail.
    let asks = case.reading.classification.procedure.is_some() && !case.reading.fields.is_empty();
    if words.is_none() && asks {
        return None;
    }
    let found = words.and_then(|words| placed(words, &to.options));
    Some(match found {
        Some((sort, reason)) if counts => Judgement::done(
            "triage-answer",
            vec![Judged::Sort {
                input: to.input,
                by: Operator {
                    login: sender.address.clone(),
                    person: Some(sender.clone()),
                },
                reason,
                to: sort,
            }],
        ),
        Some(_) => asked_again(case, to, NotSorted::Unproven),
        None if reading::is_courtesy(&case.letter.text) => Judgement::done("triage-thanks", vec![]),
        None => asked_again(case, to, NotSorted::Unclear),
    })
}

/// One short mail, once: the mail that waits is in the list of every day.
fn asked_again(case: &Case<'_>, to: &TriageReference, why: NotSorted) -> Judgement {
    if to.told_unclear {
        return Judgement::done("triage-unclear-again", vec![]);
    }
    let message = TriageUnclear {
        input: to.input,
        subject: to.subject.clone(),
        from: to.from.clone(),
        said: cut(&case.letter.text, 300),
        why,
        options: to.options.clone(),
    };
    let notice = Notice {
        to: to.recipient.clone(),
        message: message.into(),
        ask: Some(Ask {
            about: AskedFor::Triage,
            version: 1,
        }),
        due: case.received_at,
        documents: false,
        files: vec![],
    };
    Judgement::done("triage-unclear", vec![Judged::Tell(Box::new(notice))])
}

/// Where the words place it, with the reason that its sender is told; none where they do not.
fn placed(words: SortingWords, options: &[TriageOption]) -> Option<(SortTo, String)> {
    Some(match words {
        SortingWords::Number(number) => {
            let option = options.iter().find(|o| o.number == number)?;
            (SortTo::Procedure(option.id.clone()), String::new())
        }
        SortingWords::Named(name) => {
            let option = named(&name, options)?;
            (SortTo::Procedure(option.id.clone()), String::new())
        }
        SortingWords::NotOurs(reason) if reason.is_empty() => return None,
        SortingWords::NotOurs(reason) => (SortTo::NotOurs, cut(&reason, 1_000)),
        SortingWords::Request(number) => (SortTo::Request(number), String::new()),
    })
}

/// The one procedure whose name has all the words; or is it, more or less ("creación de
/// organización").
fn named<'a>(name: &str, options: &'a [TriageOption]) -> Option<&'a TriageOption> {
    let wanted = opening::name_words(name);
    let stem = |word: &str| word.trim_end_matches("es").trim_end_matches('s').to_owned();
    let fits = |option: &&TriageOption| {
        let own: Vec<String> = opening::name_words(&option.name)
            .iter()
            .map(|w| stem(w))
            .collect();
        !wanted.is_empty() && wanted.iter().all(|w| own.contains(&stem(w)))
    };
    let exact = options.iter().find(|o| o.id.as_str() == name.trim());
    let mut found = options.iter().filter(fits);
    exact.or_else(|| found.next().filter(|_| found.next().is_none()))
}
