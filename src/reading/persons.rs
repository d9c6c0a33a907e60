//! The people of a form: tables that stand, lie or run across, label lines, and prose.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::form::{Pair, pairs};
use super::parts::{Part, Piece};
use super::values::{clean, is_open, ruts};
use super::words::fold_words;
use crate::office::{Evidence, PersonValue};

/// What a column or label of a form says of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Name,
    Given,
    Surnames,
    Paternal,
    Maternal,
    Rut,
    Digit,
    Email,
    Profile,
}

/// Labels by which forms ask for a person, folded.
const LABELS: [(&str, Column); 72] = [
    ("c i", Column::Rut),
    ("ci", Column::Rut),
    ("cedula nacional de identidad", Column::Rut),
    ("n de cedula", Column::Rut),
    ("tipo de cuenta", Column::Profile),
    ("cuenta", Column::Profile),
    ("nivel de acceso", Column::Profile),
    ("nombre y apellidos completos", Column::Name),
    ("apellidos y nombres", Column::Name),
    ("nombre s y apellido s", Column::Name),
    ("nombre completo", Column::Name),
    ("nombre", Column::Name),
    ("nombre y apellido", Column::Name),
    ("nombre y apellidos", Column::Name),
    ("nombres y apellidos", Column::Name),
    ("nombre del usuario", Column::Name),
    ("nombre de usuario", Column::Name),
    ("nombre usuario", Column::Name),
    ("nombre funcionario", Column::Name),
    ("nombre del funcionario", Column::Name),
    ("nombre de la persona", Column::Name),
    ("nombre completo del usuario", Column::Name),
    ("nombre completo usuario", Column::Name),
    ("funcionario", Column::Name),
    ("funcionaria", Column::Name),
    ("funcionario a", Column::Name),
    ("usuario", Column::Name),
    ("usuaria", Column::Name),
    ("usuario a", Column::Name),
    ("persona", Column::Name),
    ("profesional", Column::Name),
    ("titular", Column::Name),
    ("nombres", Column::Given),
    ("primer nombre", Column::Given),
    ("nombre s", Column::Given),
    ("apellidos", Column::Surnames),
    ("apellido", Column::Surnames),
    ("apellido s", Column::Surnames),
    ("apellido paterno", Column::Paternal),
    ("primer apellido", Column::Paternal),
    ("ap paterno", Column::Paternal),
    ("paterno", Column::Paternal),
    ("a paterno", Column::Paternal),
    ("apellido materno", Column::Maternal),
    ("segundo apellido", Column::Maternal),
    ("ap materno", Column::Maternal),
    ("materno", Column::Maternal),
    ("a materno", Column::Maternal),
    ("rut", Column::Rut),
    ("run", Column::Rut),
    ("r u t", Column::Rut),
    ("r u n", Column::Rut),
    ("rut usuario", Column::Rut),
    ("rut sin dv", Column::Rut),
    ("cedula de identidad", Column::Rut),
    ("cedula", Column::Rut),
    ("rut run", Column::Rut),
    ("n rut", Column::Rut),
    ("dv", Column::Digit),
    ("d v", Column::Digit),
    ("digito", Column::Digit),
    ("digito verificador", Column::Digit),
    ("correo", Column::Email),
    ("e mail", Column::Email),
    ("email", Column::Email),
    ("mail", Column::Email),
    ("casilla", Column::Email),
    ("perfil", Column::Profile),
    ("rol", Column::Profile),
    ("tipo de usuario", Column::Profile),
    ("tipo usuario", Column::Profile),
    ("tipo de perfil", Column::Profile),
];

/// Whose data a label speaks of, where they are not those of a person of the form.
const OTHERS: [&str; 11] = [
    "representante",
    "autoriza",
    "solicitante",
    "solicita",
    "contacto",
    "jefe",
    "jefa",
    "jefatura",
    "director",
    "firma",
    "responde",
];

fn column(label: &str) -> Option<Column> {
    let label = label.split('(').next().unwrap_or(label);
    let words = fold_words(label);
    // "Funcionaria 1", "Usuario N° 2".
    let words = words
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end();
    let words = match words.strip_suffix(" n") {
        Some(rest) if words != "r u n" => rest,
        _ => words,
    };
    if words.is_empty() || words.split(' ').count() > 5 {
        return None;
    }
    if words.split(' ').any(|w| OTHERS.contains(&w)) {
        return None;
    }
    if let Some((_, column)) = LABELS.iter().find(|(l, _)| *l == words) {
        return Some(*column);
    }
    let organisation = [
        "organi",
        "institu",
        "ejecutor",
        "entidad",
        "empresa",
        "programa",
        "fundacion",
        "servicio",
    ];
    let own = ["perfil", "correo", "email", "e mail", "mail"]
        .iter()
        .any(|w| words.starts_with(w));
    if organisation.iter().any(|w| words.contains(w)) && !own {
        return None;
    }
    [
        "correo", "e mail", "email", "mail", "perfil", "rut", "run", "rol ", "casilla",
    ]
    .iter()
    .position(|w| words.starts_with(w))
    .map(|i| match i {
        0..=3 | 8 => Column::Email,
        4 | 7 => Column::Profile,
        _ => Column::Rut,
    })
}

/// Someone of a form while it is read: cells by column.
type Cells = BTreeMap<Column, String>;

/// The people of a part, with the evidence of the first.
pub fn persons(part: &Part) -> Option<(Vec<PersonValue>, Evidence)> {
    let mut found: Vec<(Cells, u32, String)> = Vec::new();
    for piece in &part.pieces {
        if let Piece::Table(first, rows) = piece {
            found.extend(table(*first, rows));
        }
    }
    if found.is_empty() {
        found = label_lines(part);
    }
    if found.is_empty() {
        found = prose(part);
    }
    let (_, line, quote) = found.first()?.clone();
    let persons: Vec<PersonValue> = found.into_iter().filter_map(|(c, ..)| person(&c)).collect();
    (!persons.is_empty()).then(|| (persons, part.evidence(line, &quote)))
}

/// The columns of a row that names those of a list of people; none where it is no such row.
fn head(row: &[String]) -> Option<Vec<(usize, Column)>> {
    let named: Vec<(usize, Column)> = row
        .iter()
        .enumerate()
        .filter_map(|(i, c)| Some((i, column(c)?)))
        .collect();
    let identifies = |c: &&(usize, Column)| {
        matches!(
            c.1,
            Column::Name | Column::Given | Column::Rut | Column::Email
        )
    };
    (named.iter().filter(identifies).count() >= 2).then_some(named)
}

/// Whether a row names the columns of a list of people.
pub fn is_head(row: &[String]) -> bool {
    head(row).is_some()
}

fn table(first: u32, rows: &[Vec<String>]) -> Vec<(Cells, u32, String)> {
    let mut out = Vec::new();
    let mut heads: Vec<(usize, Column)> = Vec::new();
    for (number, row) in (first..).zip(rows) {
        if let Some(named) = head(row) {
            heads = named;
            continue;
        }
        let cells: Cells = heads
            .iter()
            .filter_map(|(i, column)| Some((*column, clean(row.get(*i)?))))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if is_person(&cells) {
            out.push((cells, number, row.join(" | ")));
        }
    }
    if out.is_empty() {
        upright(first, rows)
    } else {
        out
    }
}

/// A table whose first column names the data: each further column is a person.
fn upright(first: u32, rows: &[Vec<String>]) -> Vec<(Cells, u32, String)> {
    let named = rows
        .iter()
        .filter(|r| r.first().is_some_and(|c| column(c).is_some()))
        .count();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    if named < 2 {
        return vec![];
    }
    let mut out = Vec::new();
    for index in 1..width {
        let mut people: Vec<(Cells, u32, String)> = Vec::new();
        for (number, row) in (first..).zip(rows) {
            let Some(column) = row.first().and_then(|c| column(c)) else {
                continue;
            };
            let value = row.get(index).map(|c| clean(c)).unwrap_or_default();
            add(&mut people, column, value, number, &row.join(" | "));
        }
        out.extend(people.into_iter().filter(|(cells, ..)| is_person(cells)));
    }
    out
}

/// Adds a value to the last person, or begins the next where that one has it already.
fn add(
    people: &mut Vec<(Cells, u32, String)>,
    column: Column,
    value: String,
    line: u32,
    quote: &str,
) {
    if value.is_empty() {
        return;
    }
    match people.last_mut() {
        Some((cells, ..)) if !cells.contains_key(&column) => {
            cells.insert(column, value);
        }
        _ => people.push((Cells::from([(column, value)]), line, quote.to_owned())),
    }
}

/// "Nombre: …", "RUT: …" in lines of their own or one behind the other.
fn label_lines(part: &Part) -> Vec<(Cells, u32, String)> {
    let mut people: Vec<(Cells, u32, String)> = Vec::new();
    let fit = |label: &str| f32::from(u8::from(column(label).is_some()));
    for piece in &part.pieces {
        let Piece::Line(number, text) = piece else {
            continue;
        };
        for Pair { label, value } in pairs(text, &fit) {
            if let Some(column) = column(&label) {
                add(&mut people, column, clean(&value), *number, text);
            }
        }
    }
    people.retain(|(cells, ..)| is_person(cells) && cells.len() >= 2);
    people
}

/// "María Soto Lara, RUT 11.111.111-1, correo msoto@…, perfil Ejecutor". People are told apart by
/// their RUTs or, where there is none, by their addresses; what stands from a name to the next is
/// that person's.
fn prose(part: &Part) -> Vec<(Cells, u32, String)> {
    let lines = || {
        part.pieces.iter().filter_map(|p| match p {
            Piece::Line(number, text) => Some((*number, text)),
            Piece::Table(..) => None,
        })
    };
    let of_people = |text: &str| -> Vec<Range<usize>> {
        let all = ruts(text).into_iter();
        all.filter(|r| r.number < 50_000_000)
            .map(|r| r.span)
            .collect()
    };
    let mut out = Vec::new();
    for (number, text) in lines() {
        out.extend(people_at(&of_people(text), number, text));
    }
    // "…me creen clave de ejecutora. Mis datos son …": the one profile of the whole text.
    let mut all: Vec<&str> = lines().flat_map(|(_, text)| profiles(text)).collect();
    all.sort_unstable();
    all.dedup();
    if let ([profile], true) = (all.as_slice(), out.len() == 1) {
        for (cells, ..) in &mut out {
            cells
                .entry(Column::Profile)
                .or_insert_with(|| (*profile).to_owned());
        }
    }
    if out.is_empty() {
        for (number, text) in lines() {
            let emails: Vec<Range<usize>> = matches(&EMAIL, text);
            out.extend(people_at(&emails, number, text));
        }
    }
    out
}

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+").ok());

fn matches(regex: &LazyLock<Option<Regex>>, text: &str) -> Vec<Range<usize>> {
    regex
        .as_ref()
        .map_or_else(Vec::new, |r| r.find_iter(text).map(|m| m.range()).collect())
}

/// The people of one line, each with the RUT or address at one of the places.
fn people_at(places: &[Range<usize>], line: u32, text: &str) -> Vec<(Cells, u32, String)> {
    let mut named: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let from = i
            .checked_sub(1)
            .and_then(|j| places.get(j))
            .map_or(0, |r| r.end);
        let before = text.get(from..place.start).unwrap_or("");
        if let Some(name) = name_before(before) {
            named.push((from + name.start..from + name.end, place.clone()));
        }
    }
    let profiles: Vec<&str> = profiles(text);
    let mut out = Vec::new();
    for (i, (name, place)) in named.iter().enumerate() {
        let end = named.get(i + 1).map_or(text.len(), |(n, _)| n.start);
        let own = text.get(name.end..end).unwrap_or("");
        let lead = named.get(i.wrapping_sub(1)).map_or(0, |(_, p)| p.end);
        let lead = text.get(lead..name.start).unwrap_or("");
        if is_left_out(lead, own) {
            continue;
        }
        let words = text.get(name.clone()).unwrap_or("");
        let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut cells = Cells::from([(Column::Name, name)]);
        let found = text.get(place.clone()).unwrap_or("");
        if !found.contains('@') {
            cells.insert(Column::Rut, found.to_owned());
        }
        if let Some(email) = EMAIL.as_ref().and_then(|r| r.find(own)) {
            cells.insert(
                Column::Email,
                email.as_str().trim_end_matches('.').to_owned(),
            );
        }
        // "…, ambos con perfil Ejecutor": one profile for all.
        let mine = self::profiles(own);
        let profile = mine
            .first()
            .or(profiles.first().filter(|_| profiles.len() == 1));
        if let Some(profile) = profile {
            cells.insert(Column::Profile, (*profile).to_owned());
        }
        out.push((cells, line, text.to_owned()));
    }
    out
}

/// The profiles that words name: "perfil Encargado de Proyecto", "clave de ejecutora".
fn profiles(text: &str) -> Vec<&str> {
    static PROFILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i:\b(?:perfil|rol|tipo de (?:usuario|cuenta))\b(?:\s+(?:de|del|solicitado|sigec|como|",
            r"es|ser[aá]))*\s*:?\s*[“«]?)((?i:ejecutora?|supervisora?|visualizadora?|encargad[oa]|",
            r"administradora?|consulta|lectura|validadora?|digitadora?|analista|coordinadora?|gestora?|",
            r"revisora?)|[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)",
            r"((?:\s+(?:de\s+)?(?:Proyectos?|Regional|Nacional|Comunal|Programa|ATE|Financier[oa]|",
            r"T[eé]cnic[oa]|proyectos?))*)"
        ))
        .ok()
    });
    static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i:\b(?:claves?|usuari[oa]s?|cuentas?)\s+(?:de\s+|como\s+)?)(?i:(ejecutora?s?|supervisora?s?))\b").ok()
    });
    let all: Vec<&str> = PROFILE.as_ref().map_or_else(Vec::new, |r| {
        r.captures_iter(text)
            .filter_map(|c| text.get(c.get(1)?.start()..c.get(2)?.end()))
            .collect()
    });
    if !all.is_empty() {
        return all;
    }
    // "Ana Soto - 11.111.111-1 - asoto@… - Ejecutor": the last of a list.
    static LAST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"[-–,;|/]\s*(?i:((?:ejecutora?|supervisora?|visualizadora?|encargad[oa]|administradora?|",
            r"consulta|lectura|validadora?|digitadora?|coordinadora?)",
            r"(?:\s+(?:de\s+)?(?:proyectos?|regional|nacional|comunal|programa|ATE))?))[\s.;,)]*(?:y\s*)?$"
        ))
        .ok()
    });
    if let Some(last) = LAST
        .as_ref()
        .and_then(|r| r.captures(text))
        .and_then(|c| c.get(1))
    {
        return vec![last.as_str()];
    }
    let single = |c: regex::Captures<'_>| {
        let word = c.get(1)?;
        let plural = word.as_str().ends_with("es") || word.as_str().ends_with("as");
        (!plural).then(|| text.get(word.range()))?
    };
    ACCOUNT.as_ref().map_or_else(Vec::new, |r| {
        r.captures_iter(text).filter_map(single).take(1).collect()
    })
}

/// Whether somebody is named who is not to get an account: who left, whom somebody replaces.
fn is_left_out(before: &str, after: &str) -> bool {
    static GONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(?:ya no (?:pertenece|trabaja|est[aá]|forma|labora|es)|no requiere|no necesita|",
            r"dej[oó] de|renunci[oó]|se retir[oó]|desvinculad[oa]|dar de baja|eliminar|",
            r"a quien reemplaza|quien reemplaza)"
        ))
        .ok()
    });
    static FOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)(?:en reemplazo de|reemplaza(?:ndo)? a|reemplazar[aá]? a|en lugar de|anterior encargad[oa]|",
            r"dar de baja a|eliminar a|secretari[oa],?|representante legal,?|director[a]?,?|",
            r"firmad[oa] por|suscrit[oa] por|autoriza(?:do por)?:?)\s*(?:la |el )?(?:don |doña |sr\.? |sra\.? |señora? )?$"
        ))
        .ok()
    });
    let sentence = after.split(". ").next().unwrap_or(after);
    GONE.as_ref().is_some_and(|r| r.is_match(sentence))
        || FOR.as_ref().is_some_and(|r| r.is_match(before))
}

/// Where the last name of a person stands in the words before a RUT.
fn name_before(words: &str) -> Option<Range<usize>> {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let word = r"[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü'’-]+";
        Regex::new(&format!(
            r"{word}(?:\s+(?:de|del|la|las|los|y|San|Santa)?\s*{word}){{1,5}}"
        ))
        .ok()
    });
    let found = NAME.as_ref()?.find_iter(words).last()?;
    let title = [
        "Don ", "Doña ", "Sr ", "Sra ", "Srta ", "Señor ", "Señora ", "RUT ", "RUN ", "Usuario ",
        "Usuaria ", "Cédula ", "Correo ",
    ];
    let lead = title.iter().find(|t| found.as_str().starts_with(**t));
    Some(found.start() + lead.map_or(0, |t| t.len())..found.end())
}

/// Whether cells are somebody: a name of two words, a RUT or an address, and not an example row.
fn is_person(cells: &Cells) -> bool {
    let value = |c: Column| cells.get(&c).map_or("", String::as_str);
    let named = !value(Column::Name).is_empty() || !value(Column::Given).is_empty();
    let name_words = value(Column::Name).split_whitespace().count();
    let open = is_open(value(Column::Name))
        && is_open(value(Column::Given))
        && is_open(value(Column::Rut));
    let has_rut = value(Column::Rut)
        .chars()
        .filter(char::is_ascii_digit)
        .count()
        >= 6;
    let has_email = value(Column::Email).contains('@');
    let note = value(Column::Name).starts_with('*') || name_words > 9;
    !open && !note && (has_rut || has_email || (named && cells.len() >= 2 && name_words >= 2))
}

fn person(cells: &Cells) -> Option<PersonValue> {
    let value = |c: Column| cells.get(&c).filter(|v| !is_open(v)).cloned();
    let titles = [
        "Sr. ", "Sra. ", "Srta. ", "Don ", "Doña ", "Sr ", "Sra ", "don ", "doña ",
    ];
    let value = |c: Column| {
        value(c).map(|v| match titles.iter().find_map(|t| v.strip_prefix(t)) {
            Some(rest) => rest.trim().to_owned(),
            None => v,
        })
    };
    let joined = [
        Column::Name,
        Column::Given,
        Column::Surnames,
        Column::Paternal,
        Column::Maternal,
    ]
    .into_iter()
    .filter_map(value)
    .collect::<Vec<_>>()
    .join(" ");
    let rut = value(Column::Rut).map(|number| {
        let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        let number = number.replace(['–', '—', '‐', '‑', '−'], "-");
        match value(Column::Digit) {
            Some(digit) if !number.contains('-') => format!(
                "{}-{}",
                number.trim_end_matches(".0"),
                digit.trim_end_matches(".0")
            ),
            _ => number,
        }
    });
    let person = PersonValue {
        name: Some(joined).filter(|n| !n.is_empty()),
        rut,
        email: value(Column::Email).map(|e| email(&e)),
        profile: value(Column::Profile),
    };
    (person != PersonValue::default()).then_some(person)
}

/// An address as written, without "mailto:" and the break that a narrow cell put into it.
fn email(words: &str) -> String {
    let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    let words = words
        .trim_start_matches("mailto:")
        .trim_end_matches(['.', ',', ';']);
    words
        .split('<')
        .next_back()
        .unwrap_or(words)
        .trim_end_matches('>')
        .to_owned()
}

/// Why an address cannot be one, in Spanish; none where it can.
pub fn email_fault(address: &str) -> Option<String> {
    let whole = EMAIL.as_ref().and_then(|r| r.find(address));
    let good = whole.is_some_and(|m| m.as_str().len() == address.len());
    (!good).then(|| format!("«{address}» no es una dirección de correo"))
}

/// Why a RUT cannot be right, in Spanish; none where it is.
pub fn rut_fault(rut: &str) -> Option<String> {
    match ruts(rut).first() {
        Some(found) if found.is_right() => None,
        Some(_) => Some(format!(
            "el dígito verificador del RUT {rut} no corresponde"
        )),
        None => Some(format!("«{rut}» no es un RUT completo")),
    }
}
