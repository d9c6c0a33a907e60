//! The labels by which forms ask for a person.

use crate::reading::words::fold_words;

/// What a column or label of a form says of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The whole name.
    Name,
    /// Given names.
    Given,
    /// Both surnames.
    Surnames,
    /// The first surname.
    Paternal,
    /// The second surname.
    Maternal,
    /// RUT, or its digits.
    Rut,
    /// The check digit of a RUT.
    Digit,
    /// Address.
    Email,
    /// Profile asked for.
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

/// The number that a label ends with: 2 of "Persona 2".
pub fn number(label: &str) -> Option<usize> {
    let words = fold_words(label);
    let words = words.trim_end();
    let digits = words.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    words.get(digits..)?.parse().ok()
}

/// What a label says of a person; none where it speaks of something or somebody else.
pub fn column(label: &str) -> Option<Column> {
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
