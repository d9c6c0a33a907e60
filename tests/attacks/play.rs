//! Plays a table of attacks on one desk, and looks after each that nothing came of it.

use crate::scene::{HOME, Mode, Said, Scene};
use crate::stage::BEATRIZ;

/// What an attacker sends: header lines and body.
pub type Mail = fn(&Scene) -> (String, String);

/// An attack.
#[derive(Clone)]
pub struct Attack {
    pub name: &'static str,
    /// Where it makes sense.
    pub modes: &'static [Mode],
    /// What the honest server says of it.
    pub said: Said,
    pub mail: Mail,
    /// Why the mail is done or set aside, in its row.
    pub reason: &'static str,
    /// The cell in the journal of a request; empty where it reaches none.
    pub cell: &'static str,
}

/// A row of a table.
pub fn attack(
    name: &'static str,
    (modes, said): (&'static [Mode], Said),
    mail: Mail,
    reason: &'static str,
    cell: &'static str,
) -> Attack {
    Attack {
        name,
        modes,
        said,
        mail,
        reason,
        cell,
    }
}

/// Plays those of the mode, then the true answer, which must still count.
pub fn play(mode: Mode, attacks: &[Attack]) {
    let mut scene = Scene::begin(mode);
    let mut failures = vec![];
    for attack in attacks.iter().filter(|a| a.modes.contains(&mode)) {
        let (header, body) = (attack.mail)(&scene);
        let before = opened(&scene);
        let input = scene.arrives(&attack.said, &header, &body);
        for failure in judge(&scene, attack, input, before) {
            failures.push(format!("{mode:?}: {}: {failure}", attack.name));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    let header = format!(
        "From: <{BEATRIZ}>\nIn-Reply-To: <{}>\nSubject: RE: [{}] Informe\n",
        scene.asked.message_id, scene.number
    );
    scene.arrives(&Said::Passes(HOME), &header, "Apruebo.\n");
    assert_eq!(state(&scene), "awaiting-work", "the true answer counts");
}

fn opened(scene: &Scene) -> String {
    scene.one("SELECT CAST(count(*) AS TEXT) FROM requests")
}

fn state(scene: &Scene) -> String {
    scene.one("SELECT state FROM requests ORDER BY id LIMIT 1")
}

/// Outcomes that only a counted answer may have.
const DECIDES: [&str; 8] = [
    "approved",
    "rejected",
    "confirmed",
    "disowned",
    "claimed",
    "done",
    "not-done",
    "withdrawn",
];

fn judge(scene: &Scene, attack: &Attack, input: i64, before: String) -> Vec<String> {
    let mut failures = vec![];
    let reason = scene.one(&format!("SELECT reason FROM inputs WHERE id = {input}"));
    if reason != attack.reason {
        failures.push(format!("reason {reason}, not {}", attack.reason));
    }
    let column = |name: &str| {
        let sql = format!("SELECT {name} FROM journal WHERE input = {input}");
        scene.stage.column(&sql)
    };
    let (cells, outcomes) = (column("cell"), column("outcome"));
    if outcomes
        .iter()
        .any(|outcome| DECIDES.contains(&outcome.as_str()))
    {
        failures.push(format!("it counted: {outcomes:?} {cells:?}"));
    }
    let named = attack.cell.is_empty() || cells.iter().any(|cell| cell == attack.cell);
    // A request's life shows a few quarantined mails, no more.
    let shown_before = attack.cell == "quarantine-failed" && cells.is_empty();
    if !(named || shown_before) {
        failures.push(format!("cells {cells:?}, not {}", attack.cell));
    }
    let verdict = scene.one(&format!(
        "SELECT authentication FROM inputs WHERE id = {input}"
    ));
    if verdict.is_empty() {
        failures.push("no verdict on its sender is stored".to_owned());
    }
    if state(scene) != "awaiting-approval" {
        failures.push(format!("the request is {}", state(scene)));
    }
    let body = "SELECT json_extract(body, '$.approvals') || json_extract(body, '$.version')
                FROM requests ORDER BY id LIMIT 1";
    if scene.one(body) != "[]1" {
        failures.push(format!("approvals and version are {}", scene.one(body)));
    }
    for forbidden in ["work-order", "decision-recorded", "rejected", "withdrawn"] {
        if !scene.stage.told(forbidden).is_empty() {
            failures.push(format!("{forbidden} went out"));
        }
    }
    let opens = matches!(attack.reason, "opening");
    if (opened(scene) != before) != opens {
        failures.push(format!("{before} requests became {}", opened(scene)));
    }
    failures
}
