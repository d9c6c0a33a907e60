//! What answers decide: own sentences (`tests/data/decisions/`, a file a role), what no variation
//! of them may change, and the examples beside the project, where they are.

use std::sync::LazyLock;

use crate::support::{examples, fold};
use mesad::mail::Letter;
use mesad::reading::{self, Decision, RoleOfSender};

#[test]
fn example_replies() {
    let Some(folder) = examples("replies") else {
        return;
    };
    let office = mesad::config::load(&mesad::config::shipped()).unwrap();
    let (mut right, mut reasons, mut of_reasons, mut mails) = (0, 0, 0, 0);
    for line in std::fs::read_to_string(folder.join("labels.tsv"))
        .unwrap()
        .lines()
        .skip(1)
    {
        let cells: Vec<&str> = line.split('\t').collect();
        let (file, decision, reason, role) = (cells[0], cells[1], cells[3], cells[10]);
        let also = cells.get(13).copied().unwrap_or("");
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let letter = mesad::mail::parse(&bytes, &office.desk);
        let role: RoleOfSender = serde_json::from_value(role.into()).unwrap();
        let got = reading::decide(&letter, role);
        let kind = got.as_ref().map_or("auto".to_owned(), |d| {
            serde_json::to_value(d.kind)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        });
        mails += 1;
        assert!(
            kind != "approve" || decision == "approve",
            "{file} does not approve"
        );
        if kind == decision || (!also.is_empty() && also.contains(&kind)) {
            right += 1;
        } else {
            println!("{file}: {decision}, read {kind}: {}", letter.text);
        }
        if !reason.is_empty() {
            of_reasons += 1;
            let read = got.and_then(|d| d.reason).unwrap_or_default();
            if fold(&read) == fold(reason) {
                reasons += 1;
            } else {
                println!("{file}: reason {reason:?}, read {read:?}");
            }
        }
    }
    println!(
        "replies: decision {right} of {mails}, reason {reasons} of {of_reasons}, 0 wrong approvals"
    );
    assert!(right >= 45 && reasons >= 16);
}

/// The own sentences of each role.
const TABLES: [(RoleOfSender, &str); 3] = [
    (
        RoleOfSender::Approver,
        include_str!("../data/decisions/approver.tsv"),
    ),
    (
        RoleOfSender::Executor,
        include_str!("../data/decisions/executor.tsv"),
    ),
    (
        RoleOfSender::Requester,
        include_str!("../data/decisions/requester.tsv"),
    ),
];

/// A sentence of ours, the decisions that are right and the reason.
struct Row {
    role: RoleOfSender,
    text: String,
    expected: Vec<&'static str>,
    reason: Option<String>,
}

fn rows() -> Vec<Row> {
    let lines = TABLES.into_iter().flat_map(|(role, table)| {
        table
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .map(move |l| (role, l))
    });
    lines
        .map(|(role, line)| {
            let mut cells = line.split('\t');
            let mut cell = || cells.next();
            Row {
                role,
                text: cell().unwrap().replace("\\n", "\n"),
                expected: cell().unwrap().split('|').collect(),
                reason: cell().map(|r| r.replace("\\n", "\n")),
            }
        })
        .collect()
}

/// A letter with these words and no others.
fn letter(text: &str) -> Letter {
    static PLAIN: LazyLock<Letter> = LazyLock::new(|| {
        let raw = "From: Ana <ana@oficina.example>\r\nTo: mesa@desk.example\r\n\
                   Subject: RE: [SIGEC-2026-000009] Solicitud de aprobacion\r\n\r\n.\r\n";
        let office = mesad::config::load(&mesad::config::shipped()).unwrap();
        mesad::mail::parse(raw.as_bytes(), &office.desk)
    });
    let mut letter = PLAIN.clone();
    text.clone_into(&mut letter.text);
    letter
}

fn decide(text: &str, role: RoleOfSender) -> Option<Decision> {
    reading::decide(&letter(text), role)
}

fn kind(decision: Option<&Decision>) -> String {
    decision.map_or_else(
        || "none".to_owned(),
        |d| {
            let kind = serde_json::to_value(d.kind).unwrap();
            kind.as_str().unwrap().to_owned()
        },
    )
}

impl Row {
    fn is_right(&self, kind: &str) -> bool {
        // A requester who decides nothing adds something; an executor who takes the work has
        // neither done it nor refused.
        let same = match kind {
            "none" | "claim" => "unclear",
            other => other,
        };
        self.expected.iter().any(|e| *e == kind || *e == same)
    }
}

#[test]
fn own_sentences() {
    let (mut count, mut reasons, mut exact, mut wrong) = (0, 0, 0, Vec::new());
    for row in rows() {
        count += 1;
        let got = decide(&row.text, row.role);
        let kind = kind(got.as_ref());
        if !row.is_right(&kind) {
            wrong.push(format!(
                "{:?}: {}\n    {:?}, read {kind}",
                row.role, row.text, row.expected
            ));
        }
        let Some(reason) = &row.reason else { continue };
        reasons += 1;
        let read = got
            .as_ref()
            .and_then(|d| d.reason.clone())
            .unwrap_or_default();
        if fold(&read) == fold(reason) {
            exact += 1;
        } else {
            println!("reason of {}\n    {reason}\n    read {read}", row.text);
        }
        if let Some(at) = got.and_then(|d| d.reason_at) {
            assert_eq!(
                fold(&row.text[at]),
                fold(&read),
                "the place is that of the words"
            );
        }
    }
    println!(
        "{count} sentences, {} wrong; reasons {exact} of {reasons}",
        wrong.len()
    );
    assert!(count >= 800 && wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(exact * 100 >= reasons * 95, "{exact} of {reasons} reasons");
}

/// What changes nothing of what is said.
fn variations(text: &str) -> Vec<(&'static str, String)> {
    let wrapped = |width: usize| {
        let mut out = String::new();
        let mut column = 0;
        for word in text.split_inclusive([' ', '\n']) {
            if column + word.len() > width {
                out = out.trim_end_matches(' ').to_owned() + "\n";
                column = 0;
            }
            out.push_str(word);
            column = if word.ends_with('\n') {
                0
            } else {
                column + word.len()
            };
        }
        out
    };
    let combining = [
        ('á', "a\u{301}"),
        ('é', "e\u{301}"),
        ('í', "i\u{301}"),
        ('ó', "o\u{301}"),
    ]
    .iter()
    .fold(text.to_owned(), |t, (c, with)| t.replace(*c, with));
    let small = text.to_lowercase();
    vec![
        ("capitals", text.to_uppercase()),
        ("small letters", format!("{small}\n\nMuchas gracias\nAtte.")),
        (
            "greeting",
            format!("Estimados:\n\n{text}\n\nSaludos cordiales,"),
        ),
        ("greeting in the line", format!("Buenas tardes, {text}")),
        ("combining accents", combining.replace(' ', "\u{a0}")),
        ("lines", wrapped(72).replace(' ', "  ")),
    ]
}

/// The accents that tell words apart ("sí", "autorizó") are part of what is said.
fn without_accents(text: &str) -> Option<String> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase);
    let telling = |w: String| w == "sí" || (w.ends_with('ó') && w.len() > 3);
    let plain = |c| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' => 'U',
        'ñ' => 'n',
        other => other,
    };
    (!words.into_iter().any(telling)).then(|| text.chars().map(plain).collect())
}

#[test]
fn variations_change_no_decision() {
    let mut changed = Vec::new();
    let mut count = 0;
    for row in rows() {
        let before = kind(decide(&row.text, row.role).as_ref());
        let mut all = variations(&row.text);
        all.extend(without_accents(&row.text).map(|t| ("no accents", t)));
        for (what, text) in all {
            // A quotation behind other words is somebody's words.
            if row.text.starts_with('"') && what == "greeting in the line" {
                continue;
            }
            count += 1;
            let after = kind(decide(&text, row.role).as_ref());
            if !row.is_right(&after) || (before == "approve") != (after == "approve") {
                changed.push(format!("{what}: {before} became {after}: {}", row.text));
            }
        }
    }
    println!(
        "{count} variations, {} changed\n{}",
        changed.len(),
        changed.join("\n")
    );
    assert!(changed.is_empty());
}

/// Clauses that approve.
const APPROVALS: [&str; 30] = [
    "apruebo",
    "lo apruebo",
    "apruebo la solicitud",
    "apruebo la desaprobación de la rendición",
    "autorizo",
    "autorizamos lo solicitado",
    "aprobado",
    "autorizado el cambio",
    "aprobada la solicitud",
    "queda aprobada la petición",
    "doy mi visto bueno",
    "doy mi V°B°",
    "otorgo mi aprobación",
    "tiene mi visto bueno",
    "cuenta con mi autorización",
    "se autoriza",
    "se aprueba lo solicitado",
    "accedo a lo solicitado",
    "valido la petición",
    "estoy de acuerdo con la solicitud",
    "estoy conforme con lo solicitado",
    "pueden proceder",
    "procedan con el cambio",
    "denle curso",
    "me parece bien",
    "esta jefatura autoriza lo requerido",
    "la solicitud está aprobada",
    "por mi parte aprobado",
    "doy por aprobada la solicitud",
    "acepto la solicitud",
];

/// What takes an approval back, puts it off, or puts it into somebody else's mouth; `{}` is the
/// clause.
const FRAMES: [&str; 34] = [
    "No {}",
    "No {}.",
    "no {}, falta el acta",
    "Todavía no {}",
    "Tampoco {}",
    "No es cierto que {}",
    "No creo que {}",
    "Creo que {}",
    "Supongo que {}",
    "Tal vez {}",
    "En principio {}",
    "En principio, {}",
    "La región dice que {}",
    "Según la región, {}",
    "Me dijeron que {}",
    "Ojalá {}",
    "Mañana {}",
    "¿{}?",
    "Si llega el acta, {}",
    "Si corrigen el monto {}",
    "Cuando llegue el certificado, {}",
    "Una vez que firmen el acta, {}",
    "Solo si llega el acta {}",
    "{} siempre y cuando llegue el acta",
    "{}, siempre que corrijan el monto",
    "{} si corrigen el monto",
    "{} una vez que llegue el acta",
    "{}, pero antes corrijan el monto",
    "{} pero falta la firma",
    "{}, salvo la cuota dos",
    "{}. Pero primero corrijan el monto.",
    "{}. Rechazo.",
    "{} o rechazo",
    "Si nadie se opone, {}",
];

/// A wrong approval is the worst error: none comes out of any composition.
#[test]
fn what_is_limited_never_approves() {
    let mut approved = Vec::new();
    for clause in APPROVALS {
        let plain = kind(decide(clause, RoleOfSender::Approver).as_ref());
        assert_eq!(plain, "approve", "{clause}");
        for frame in FRAMES {
            let text = frame.replace("{}", clause);
            for text in [
                text.clone(),
                text.to_uppercase(),
                format!("Estimados:\n{text}\nSaludos"),
            ] {
                let read = kind(decide(&text, RoleOfSender::Approver).as_ref());
                if read == "approve" {
                    approved.push(text);
                }
            }
        }
    }
    assert!(approved.is_empty(), "{}", approved.join("\n"));
}

/// An approval of the own table with a condition behind it is none any more.
#[test]
fn a_condition_behind_an_approval_counts() {
    let limits = [
        ", pero antes corrijan el monto",
        ", siempre y cuando llegue el acta",
        ", salvo la cuota dos",
        ". Pero antes corrijan el monto.",
        ". Perdón, quise decir que rechazo.",
    ];
    let mut approved = Vec::new();
    for row in rows()
        .iter()
        .filter(|r| r.expected == ["approve"] && r.role == RoleOfSender::Approver)
    {
        let text = row.text.trim_end_matches(['.', '!', ' ', '\n']);
        for limit in limits {
            let text = format!("{text}{limit}");
            if kind(decide(&text, row.role).as_ref()) == "approve" {
                approved.push(text);
            }
        }
    }
    println!("{} approve\n{}", approved.len(), approved.join("\n"));
    assert!(approved.is_empty());
}
