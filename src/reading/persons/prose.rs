//! People in sentences.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::labels::Column;
use super::{Cells, EMAIL};
use crate::reading::parts::{Part, Piece};
use crate::reading::values::ruts;

/// "María Soto Lara, RUT 11.111.111-1, correo msoto@…, perfil Ejecutor". People are told apart by
/// their RUTs or, where there is none, by their addresses; what stands from a name to the next is
/// that person's.
pub fn prose(part: &Part) -> Vec<(Cells, u32, String)> {
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
    drop_signatory(&mut out, part);
    // "…me creen clave de ejecutora. Mis datos son …": the one profile of the whole text.
    let mut all: Vec<&str> = lines().flat_map(|(_, text)| profiles(text)).collect();
    all.sort_unstable();
    all.dedup();
    let for_all = out.len() == 1 || lines().any(|(_, text)| is_for_all(text));
    if let ([profile], true) = (all.as_slice(), for_all) {
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

/// "Perfil para ambos: Supervisor Regional".
fn is_for_all(text: &str) -> bool {
    static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\bperfil(?:es)?\b[^.;]{0,25}\b(?:ambos|ambas|tod[oa]s|l[oa]s (?:dos|tres)|",
            r"cada un[oa])\b|\b(?:ambos|ambas|tod[oa]s|l[oa]s (?:dos|tres)|cada un[oa])\b",
            r"[^.;]{0,25}\bperfil\b"
        ))
        .ok()
    });
    ALL.as_ref().is_some_and(|r| r.is_match(text))
}

/// Who signs under a list: the last, named with a RUT alone above a post, where the others have
/// their addresses.
fn drop_signatory(people: &mut Vec<(Cells, u32, String)>, part: &Part) {
    static POST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^\W*(?:encargad|jef[ea]|alcald|director|supervisor|coordinador|secretari|",
            r"profesional|analista|representante|apoyo|gestor|administrador|seremi)"
        ))
        .ok()
    });
    let has_email = |cells: &Cells| cells.contains_key(&Column::Email);
    let Some(((last, line, _), others)) = people.split_last() else {
        return;
    };
    let next = part.pieces.iter().find_map(|p| match p {
        Piece::Line(number, text) if number > line && !text.trim().is_empty() => Some(text),
        _ => None,
    });
    let signs = next.is_some_and(|t| POST.as_ref().is_some_and(|r| r.is_match(t)));
    let listed = !others.is_empty() && others.iter().all(|(cells, ..)| has_email(cells));
    if signs && listed && !has_email(last) {
        people.pop();
    }
}

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
            r"(?i:\b(?:perfil|rol|tipo de (?:usuario|cuenta))\b(?:\s+(?:de|del|solicitado|",
            r"(?:para|de) (?:ambos|ambas|tod[oa]s|l[oa]s (?:dos|tres)|cada un[oa])|",
            r"sigec|como|",
            r"es|ser[aá]))*\s*:?\s*[“«]?)((?i:ejecutora?|supervisora?|visualizadora?|encargad[oa]|",
            r"administradora?|consulta|lectura|validadora?|digitadora?|analista|",
            r"coordinadora?|gestora?|",
            r"revisora?)|[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)",
            r"((?:\s+(?:de\s+)?(?:Proyectos?|Regional|Nacional|Comunal|Programa|ATE|Financier[oa]|",
            r"T[eé]cnic[oa]|proyectos?))*)"
        ))
        .ok()
    });
    static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i:\b(?:claves?|usuari[oa]s?|cuentas?)\s+(?:de\s+|",
            r"como\s+)?)(?i:(ejecutora?s?|supervisora?s?))\b"
        ))
        .ok()
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
            r"[-–,;|/]\s*(?i:((?:ejecutora?|supervisora?|visualizadora?|encargad[oa]|",
            r"administradora?|",
            r"consulta|lectura|validadora?|digitadora?|coordinadora?)",
            r"(?:\s+(?:de\s+)?(?:proyectos?|regional|nacional|comunal|programa|",
            r"ATE))?))[\s.;,)]*(?:y\s*)?$"
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
            r"(?i)\b(?:ya no (?:pertenece|trabaja|est[aá]|forma|labora|es)|no requiere|",
            r"no necesita|",
            r"dej[oó] de|renunci[oó]|se retir[oó]|desvinculad[oa]|dar de baja|eliminar|",
            r"a quien reemplaza|quien reemplaza)"
        ))
        .ok()
    });
    static FOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)(?:en reemplazo de|reemplaza(?:ndo)? a|reemplazar[aá]? a|en lugar de|",
            r"anterior encargad[oa]|",
            r"dar de baja a|eliminar a|secretari[oa],?|representante legal,?|director[a]?,?|",
            r"firmad[oa] por|suscrit[oa] por|autoriza(?:do por)?:?)\s*(?:la |el )?(?:don |",
            r"doña |sr\.? |sra\.? |señora? )?$"
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
    // "Ana Soto Lara RUT" ends before the mark of her number.
    let words = words.trim_end_matches([' ', ':', '\t', '\u{a0}', '°', 'º', 'N']);
    let words = ["RUT", "RUN", "R.U.T.", "R.U.N.", "C.I."]
        .iter()
        .find_map(|mark| words.strip_suffix(mark))
        .unwrap_or(words);
    let found = NAME.as_ref()?.find_iter(words).last()?;
    let title = [
        "Don ", "Doña ", "Sr ", "Sra ", "Srta ", "Señor ", "Señora ", "RUT ", "RUN ", "Usuario ",
        "Usuaria ", "Cédula ", "Correo ",
    ];
    let lead = title.iter().find(|t| found.as_str().starts_with(**t));
    Some(found.start() + lead.map_or(0, |t| t.len())..found.end())
}
