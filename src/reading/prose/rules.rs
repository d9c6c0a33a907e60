//! How sentences name each datum. One row = one way; the first of a datum that fits is taken, so
//! the surest stand first. `{NAME}` is a proper name, `{ORG}` one of an organisation, `{ID}` a number
//! with its separators, `{END}` what a reason ends at.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::words;
use crate::office::Field;
use crate::reading::words::around;

const NAME: &str = r#"(?:[A-ZÁÉÍÓÚÑÜ]\w{0,2}\.\s?)?(?:[A-ZÁÉÍÓÚÑÜ0-9][\wáéíóúñü'’´°º-]*)(?:\s+(?:(?:de|del|la|las|los|el|y|e|en|para|a)\s+){0,3}[A-ZÁÉÍÓÚÑÜ0-9][\wáéíóúñü'’´°º-]*)*"#;
const ORG: &str = r#"(?:(?:I\.\s?|Il\.\s?|Ilustre\s+|Iltre\.?\s+)?(?:Municipalidad|MUNICIPALIDAD|Corporación|Corporacion|Fundación|Fundacion|ONG|O\.N\.G\.?|Organización|Asociación|Agrupación|Cooperativa|Universidad|Gobernación|Delegación|SEREMI|Seremi|SENAMA|FOSIS|Servicio|Instituto|Hogar|Cruz|Centro|Comunidad|Sociedad|Obispado|Congregación|Junta|Club|Consejo|Hospital|Departamento)(?:\s+(?:(?:de|del|la|las|los|el|y|e|en|para|a)\s+){0,3}[A-ZÁÉÍÓÚÑÜ0-9][\wáéíóúñü'’´-]*)*)"#;
const ID: &str = r"(?:[A-Z]{0,5}-?\d[\w./-]*\d|\d)";
const END: &str = r"(?:\.(?:\s|$)|;|$)";
const QUOTED: &str = r#"["“«']([^"”»']{3,90})["”»']"#;

/// Datum, expression; group 1 is the value. Case counts in names only.
const RULES: [(&str, &str); 64] = [
    (
        "project_number",
        r"(?i:proyectos?)\s*(?i:(?:sigec\s*)?(?:n[°ºo]?\.?|nro\.?|número|numero|código|codigo|folio|cód\.?|id)?(?:\s+n[°º]\.?)?)\s*:?\s*({ID})",
    ),
    (
        "project_number",
        r"(?i:código|codigo|folio|id)\s+(?i:de\s+|del\s+)?(?i:proyecto\s+|sigec\s+)?(?i:n[°º]\s*)?({ID})",
    ),
    (
        "project_number",
        r"(?:^|[^\w-])(\d{2}-\d{4,6}-\d{4,5}-\d{2})(?:[^\w-]|$)",
    ),
    (
        "project_number",
        r"(?:^|[^\w-])(\d{2}-\d{3,4}-20\d{2})(?:[^\w-]|$)",
    ),
    (
        "budget_modification_number",
        r"(?i:modificaci[oó]n(?:es)?\s+(?:presupuestarias?\s+)?)(?i:n[°ºo]\.?|nro\.?|número|numero|num\.?|#)\s*:?\s*(\d[\w/-]*)",
    ),
    (
        "budget_modification_number",
        r"(?i:\bM\.?P\.?)\s*(?i:n[°º]|nro\.?|número)?\s*(\d[\w/-]*)",
    ),
    (
        "budget_modification_number",
        r"(?i:\b(primera|segunda|tercera|cuarta|quinta|sexta|séptima|octava|novena|décima)\s+modificaci[oó]n\s+presupuestaria)",
    ),
    (
        "budget_modification_number",
        r"(?i:modificaci[oó]n\s+presupuestaria\s+)(\d{1,3})\b",
    ),
    (
        "executor",
        r"(?i:cuyo\s+ejecutor\s+es|cuya\s+entidad\s+ejecutora\s+es|ejecutad[oa]s?\s+por|ejecutor(?:a)?\s*:?\s+(?:es|corresponde\s+a)|presentad[oa]s?\s+por|a\s+cargo\s+de|rendid[oa]\s+por|informad[oa]\s+por|suscrito\s+con|entregad[oa]\s+por|siendo\s+(?:su\s+)?ejecutora?|que\s+ejecuta|implementad[oa]\s+por)\s+(?i:la\s+|el\s+|los\s+)?({ORG})",
    ),
    ("executor", r"(?i:ejecutora?\s+)({ORG})"),
    (
        "executor",
        r"(?i:correspondientes?\s+a\s+(?:la\s+|el\s+)?)((?:I\.\s?|Ilustre\s+)?(?:Municipalidad|Corporación|Fundación|ONG|Asociación|Agrupación){NAMETAIL})",
    ),
    (
        "executor",
        r"((?:I\.\s?|Il\.\s?|Ilustre\s+|Iltre\.?\s+)?(?:Municipalidad|Corporación|Fundación|ONG|O\.N\.G\.?|Asociación|Agrupación|Cooperativa|Universidad){NAMETAIL})",
    ),
    (
        "call_name",
        r#"(?i:convocatoria(?:\s+(?:nacional|estándar|estandar|regional))?)[\s,]*(?i:(?:es|sería|será|que\s+se\s+)?\s*(?:denominad[oa]|llamad[oa]|de\s+nombre|con\s+(?:el\s+)?nombre|titulada|cuyo\s+nombre\s+es|nombre|bajo\s+el\s+nombre)?[\s:,]*(?:de\s+)?){QUOTED}"#,
    ),
    (
        "call_name",
        r#"(?i:de\s+nombre|denominad[oa]|llamad[oa]|titulad[oa]|nombre\s+de\s+la\s+convocatoria(?:\s+es)?|se\s+llamará|nombre\s+será)[\s:,]*{QUOTED}"#,
    ),
    (
        "call_name",
        r"(?i:convocatoria\s+(?:nacional\s+|estándar\s+|estandar\s+)?(?:denominada|llamada|de\s+nombre|titulada)\s+)({NAME})",
    ),
    ("call_name", r#"(?i:convocatoria\s+){QUOTED}"#),
    (
        "call_name",
        r"(?i:convocatoria(?:\s+(?:nacional|estándar|estandar))?\s*,?\s+)({NAME})",
    ),
    (
        "call_name",
        r"(?i:de\s+nombre|denominada|llamada|se\s+llamará)\s+({NAME})",
    ),
    (
        "call_year",
        r"(?i:convocatoria)[^.;]{0,120}?(?i:\baño\s*)(20\d\d)",
    ),
    (
        "call_year",
        r"(?i:convocatoria)(?:[^.;\d]{0,90}?)\b(20\d\d)\b",
    ),
    (
        "call_year",
        r"(?i:\baño\s+(?:de\s+(?:la\s+)?convocatoria\s*)?:?\s*)(20\d\d)",
    ),
    (
        "rendition",
        r"(?i:rendici[oó]n(?:es)?\s+(?:de\s+cuentas\s+|mensual\s+|financiera\s+)?(?:correspondientes?\s+al?\s+|del?\s+|referidas?\s+al?\s+)?(?:per[ií]odo|mes)\s+(?:de\s+|comprendido\s+entre\s+)?)({PERIOD})",
    ),
    (
        "rendition",
        r"(?i:rendici[oó]n(?:es)?\s+(?:de\s+cuentas\s+|mensual\s+|financiera\s+)?(?:correspondientes?\s+al?\s+|de\s+)?)({PERIOD})",
    ),
    (
        "rendition",
        r"(?i:rendici[oó]n(?:es)?\s+(?:de\s+cuentas\s+|mensual\s+|financiera\s+)?(?:n[°ºo]\.?|nro\.?|número|numero)\s*)(\d[\w/-]*(?:\s*\([^)]{3,30}\))?)",
    ),
    (
        "rendition",
        r"(?i:(?:per[ií]odo|mes)\s+(?:de\s+|rendido\s*:?\s*)?)({PERIOD})",
    ),
    (
        "rendition",
        r"(?i:\b(primera|segunda|tercera|cuarta|quinta|sexta|séptima|octava|novena|décima|última)\s+rendici[oó]n)",
    ),
    (
        "report",
        r"((?i:(?:primer|segundo|tercer|cuarto|quinto|sexto|último)\s+informe(?:\s+t[eé]cnico)?(?:\s+(?:de\s+)?(?:avance|final|semestral|trimestral|parcial))?))",
    ),
    (
        "report",
        r"((?i:informe)\s+(?i:t[eé]cnico)\s*(?i:(?:de\s+)?(?:avance|final|semestral|trimestral|mensual|parcial|inicial|anual|cierre|diagn[oó]stico|cumplimiento|intermedio|bimestral|cuatrimestral))?\s*(?i:(?:n[°ºo]\.?|nro\.?|número)\s*\d+)?(?:\s*\([^)]{3,40}\))?)",
    ),
    (
        "report",
        r"((?i:informe\s+(?:de\s+)?(?:avance|final|semestral|trimestral|parcial))(?i:\s*(?:n[°º]|nro\.?|número)\s*\d+)?)",
    ),
    (
        "agreement_kind",
        r"(?i:convenios?\s+(?:de\s+tipo\s+|tipo\s+|de\s+car[aá]cter\s+)?)(?i:(est[aá]ndar(?:es)?|nacional(?:es)?))",
    ),
    (
        "agreement_kind",
        r"(?i:tipo\s+de\s+convenio\s*:?\s*(?:es\s+)?)(?i:(est[aá]ndar|nacional))",
    ),
    (
        "agreement_kind",
        r"(?i:(est[aá]ndar|nacional)\s*\(?convenio)",
    ),
    (
        "reasons",
        r"(?i:(?:la\s+raz[oó]n|las\s+razones|el\s+motivo|los\s+motivos|la\s+causa|el\s+fundamento|la\s+justificaci[oó]n)(?:\s+de\s+(?:lo\s+anterior|la\s+solicitud|esta\s+solicitud|este\s+cambio|lo\s+solicitado|la\s+petici[oó]n|ello))?\s+(?:es|son|radica\s+en|consiste\s+en|obedece\s+a)\s+(?:que\s+)?:?\s*)(.+?){END}",
    ),
    (
        "reasons",
        r"(?i:(?:la\s+solicitud|lo\s+anterior|lo\s+solicitado|la\s+petici[oó]n|el\s+cambio|el\s+requerimiento|esto|ello|la\s+modificaci[oó]n|esta\s+solicitud|la\s+presente\s+solicitud)\s*,?\s*(?:se\s+)?(?:obedece|debe|fundamenta|funda|justifica|origina|motiva|sustenta|basa)\s+(?:a\s+que|en\s+que|porque|por\s+cuanto|en|a|por)\s+)(.+?){END}",
    ),
    (
        "reasons",
        r"(?i:lo\s+anterior\s*,?\s*(?:se\s+debe\s+a\s+que|dado\s+que|debido\s+a\s+que|ya\s+que|por\s+cuanto|porque|en\s+(?:raz[oó]n|atenci[oó]n|virtud)\s+(?:de|a)\s+que|en\s+raz[oó]n\s+de|debido\s+a|atendido\s+que|considerando\s+que|toda\s+vez\s+que|en\s+consideraci[oó]n\s+a\s+que)\s*)(.+?){END}",
    ),
    (
        "reasons",
        r"(?i:\b(?:dado\s+que|debido\s+a\s+que|ya\s+que|puesto\s+que|por\s+cuanto|toda\s+vez\s+que|en\s+atenci[oó]n\s+a\s+que|en\s+raz[oó]n\s+de\s+que|en\s+virtud\s+de\s+que|considerando\s+que|atendido\s+que|en\s+consideraci[oó]n\s+a\s+que|a\s+causa\s+de\s+que|por\s+motivo\s+de\s+que)\s+)(.+?){END}",
    ),
    (
        "reasons",
        r"(?i:\b(?:debido\s+a|a\s+causa\s+de|en\s+raz[oó]n\s+de|producto\s+de|por\s+motivo\s+de|con\s+motivo\s+de|a\s+ra[ií]z\s+de)\s+)(.+?){END}",
    ),
    (
        "reasons",
        r"(?i:\b(?:se\s+detect[oó]|se\s+constat[oó]|se\s+advirti[oó]|se\s+verific[oó]|hemos\s+detectado|se\s+observ[oó]|detectamos|se\s+ha\s+detectado|se\s+identific[oó])(?:\s+con\s+posterioridad|\s+posteriormente|,\s+con\s+posterioridad,)?\s+(?:que\s+)?)(.+?){END}",
    ),
    ("reasons", r"(?i:\bporque\s+)(.+?){END}"),
    ("reasons", r"(?i:\bpues\s+|\bpues,\s+)(.+?){END}"),
    (
        "organisation_name",
        r"(?i:(?:crear|creaci[oó]n|incorporar|incorporaci[oó]n|registrar|registro|ingresar|ingreso|inscribir|habilitar)\b[^.;:]{0,80}?\s(?:a\s+la\s+|de\s+la\s+|al\s+|del\s+|a\s+|la\s+|el\s+)?(?:(?:organizaci[oó]n|instituci[oó]n|entidad|siguiente)\s+(?:denominada\s+|llamada\s+)?)?)({ORG})",
    ),
    (
        "organisation_name",
        r#"(?i:organizaci[oó]n|instituci[oó]n|entidad)\s+(?i:denominada|llamada|de\s+nombre)?\s*{QUOTED}"#,
    ),
    (
        "organisation_name",
        r"(?i:organizaci[oó]n|instituci[oó]n|entidad)\s+(?i:denominada\s+|llamada\s+|de\s+nombre\s+)?({NAME})",
    ),
    ("organisation_name", r"({ORG})\s*,?\s*(?i:\(?R\.?U\.?T)"),
    (
        "organisation_rut",
        r"(?i:R\.?U\.?T\.?\s*(?:n[°º]|es|:|de\s+la\s+\w+)?\s*)(\d[\d.,]*\s?[-–]?\s?[\dkK]?)",
    ),
    (
        "address",
        r"(?i:(?:domiciliad[oa]s?|ubicad[oa]s?|con\s+domicilio|su\s+domicilio\s+es|domicilio|con\s+direcci[oó]n|direcci[oó]n\s+es)\s+(?:en|:|es)?\s*)(.+?)(?:,?\s+(?i:de\s+la\s+comuna|comuna|ciudad|regi[oó]n)\b|;|\.\s|\.$|$)",
    ),
    (
        "commune",
        r"(?i:comuna\s+(?:de\s+|del\s+|:\s*)?)((?:(?:La|El|Las|Los)\s+)?{NAME})",
    ),
    (
        "contact",
        r"(?i:(?:el|la|su|como|persona\s+de)\s+contacto\s+(?:es|ser[aá]|en\s+la\s+organizaci[oó]n\s+es|será)?\s*:?\s*(?:(?:su|el|la)\s+[a-záéíóúñ]+(?:\s+(?:de|legal|ejecutiv[oa]|general|financier[oa]))?[\s,]*)?(?:don\s+|doña\s+|el\s+sr\.?\s+|la\s+sra\.?\s+|señor\s+|señora\s+)?)({NAME})",
    ),
    (
        "contact",
        r"(?i:(?:representante\s+legal|gerente|presidenta?|director[a]?(?:\s+ejecutiv[oa])?|encargad[oa]|responsable)\s*(?:es|,|:|ser[aá])?\s*(?:don|doña|el\s+sr\.?|la\s+sra\.?|señor|señora)?\s+)({NAME})",
    ),
    ("contact", r"(?i:contacto\s*:?\s*)({NAME})"),
    (
        "organisation",
        r"(?i:(?:de|en|para|del)\s+(?:nuestra\s+|la\s+|el\s+|nuestro\s+)?)({ORG})",
    ),
    ("organisation", r"({ORG})"),
    ("programme", r"\b(Programa\s+{NAME})"),
    ("programme", r"(?i:programa\s+){QUOTED}"),
    (
        "opening_date",
        r"(?i:(?:apertura|abre|abrir|abrirá|abrirse|inicio|inicia|postular|postulaciones|publicaci[oó]n)\b[^.;]{0,60}?)({DATE})",
    ),
    (
        "opening_date",
        r"(?i:(?:a\s+partir\s+del?|desde\s+el|desde)\s+(?:d[ií]a\s+)?(?:lunes|martes|mi[eé]rcoles|jueves|viernes)?\s*)({DATE})",
    ),
    (
        "closing_at",
        r"(?i:(?:cierre|cierra|cerrar|cerrará|cerrarse|hasta|t[eé]rmino|plazo|vence|finaliza)\b[^.;]{0,90}?)({DATE}[^.;]{0,12}?(?:,|\(|a|hasta)?[^.;]{0,24}?{HOUR})",
    ),
    (
        "closing_at",
        r"(?i:(?:cierre|cierra|cerrar|cerrará|cerrarse|t[eé]rmino)\b[^.;]{0,60}?)({HOUR}[^.;]{0,30}?{DATE})",
    ),
    (
        "closing_at",
        r"(?i:(?:cierre|cierra|cerrar|cerrará|cerrarse|hasta\s+el|t[eé]rmino)\b[^.;]{0,60}?)({DATE})",
    ),
    (
        "current_date",
        r"(?i:(?:donde\s+dice|dice)\s*:?\s*)[^.;]{0,20}?({DATE})",
    ),
    ("new_date", r"(?i:debe\s+decir\s*:?\s*)[^.;]{0,20}?({DATE})"),
    (
        "current_date",
        r"(?i:(?:fecha\s+(?:actual|registrada|vigente|original|err[oó]nea|incorrecta|ingresada|a\s+(?:cambiar|modificar|reemplazar))|(?:hoy|actualmente)\s+(?:figura|aparece|est[aá]|registra|consta)|figura|aparece|qued[oó]|registrada|ingresada)(?:\s+\w+){0,6}?\s*:?\s*)({DATE})",
    ),
    (
        "new_date",
        r"(?i:(?:(?:nueva\s+fecha|fecha\s+(?:nueva|correcta|solicitada|definitiva|requerida|que\s+la\s+reemplaza|de\s+reemplazo))|pase\s+a|reemplaz\w+\s+por|sustitu\w+\s+por|(?:debe|debiera|deber[ií]a)\s+(?:ser|quedar|figurar|registrarse|decir)|quede|corresponde)(?:\s+\w+){0,6}?\s*:?\s*)({DATE})",
    ),
    (
        "region",
        r"(?i:regi[oó]n\s+(?:de\s+la\s+|del?\s+|de\s+)?)({NAME})",
    ),
];

static COMPILED: LazyLock<BTreeMap<&str, Vec<Regex>>> = LazyLock::new(|| {
    let mut out: BTreeMap<&str, Vec<Regex>> = BTreeMap::new();
    for (field, pattern) in RULES {
        if let Some(regex) = compile(pattern) {
            out.entry(field).or_default().push(regex);
        }
    }
    out
});

fn compile(pattern: &str) -> Option<Regex> {
    let month = r"(?:ene|feb|mar|abr|may|jun|jul|ago|se[pt]|oct|nov|dic)[a-z]*\.?";
    let date = format!(
        r"(?i:(?:el\s+)?(?:d[ií]a\s+)?(?:(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)\s+)?(?:\d{{1,2}}[°º]?\s*(?:de\s+)?{month}(?:\s*(?:de|del|,)?\s*(?:año\s+)?20\d\d)?|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|20\d\d-\d\d-\d\d))"
    );
    let hour = r"(?i:\d{1,2}[:.]\d{2}|\d{1,2}\s*(?:hrs?|horas?|h\b|del\s+d[ií]a|de\s+la\s+(?:mañana|tarde|noche)|[ap]\.?\s?m)|mediod[ií]a)(?i:\s*(?:hrs?\.?|horas?|del\s+d[ií]a|[ap]\.?\s?m\.?))?";
    let months = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)";
    let period = format!(
        r"(?i:{months}(?:\s*(?:-|–|/|a|y|al|,)\s*{months})*(?:\s*(?:de|del|-|/)?\s*(?:año\s+)?20\d\d)?|\d{{1,2}}[-/]20\d\d|(?:primer|segundo|tercer|cuarto)\s+(?:trimestre|semestre|bimestre|cuatrimestre)(?:\s+(?:de|del)?\s*20\d\d)?)"
    );
    let tail = r"(?:\s+(?:(?:de|del|la|las|los|el|y|e|en|para|a)\s+){0,3}[A-ZÁÉÍÓÚÑÜ0-9][\wáéíóúñü'’´-]*)+";
    let pattern = pattern
        .replace("{NAMETAIL}", tail)
        .replace("{NAME}", NAME)
        .replace("{ORG}", ORG)
        .replace("{ID}", ID)
        .replace("{END}", END)
        .replace("{QUOTED}", QUOTED)
        .replace("{PERIOD}", &period)
        .replace("{DATE}", &date)
        .replace("{HOUR}", hour);
    Regex::new(&pattern).ok()
}

/// Every value that the rows of a datum find: line, words, sentence. The surest first.
pub fn find(field: &Field, sentences: &[(u32, String)]) -> Vec<(u32, String, String)> {
    let Some(rules) = COMPILED.get(field.name.as_str()) else {
        return vec![];
    };
    let mut out = Vec::new();
    for rule in rules {
        for (line, text) in sentences {
            for c in rule.captures_iter(text) {
                let Some(value) = c.get(1) else { continue };
                let place = value.range();
                let value = ended(field.name.as_str(), value.as_str());
                if let Some(value) = words(&value) {
                    out.push((*line, value, around(text, &place, 200)));
                }
            }
        }
    }
    out
}

/// A proper name ends where the next datum begins: "… de Lota Programa Familias".
fn ended(field: &str, value: &str) -> String {
    static NEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\s+(?:de\s+la\s+|del\s+|de\s+)?(?:Programa|Proyecto|Región|Region|Convocatoria|RUT|Convenio|Comuna|Año|SIGEC|Rendición|Memorándum)\b.*$").ok()
    });
    let named = matches!(
        field,
        "executor"
            | "organisation"
            | "organisation_name"
            | "commune"
            | "contact"
            | "region"
            | "call_name"
    );
    if !named {
        return value.to_owned();
    }
    let value = NEXT.as_ref().map_or(value.into(), |r| r.replace(value, ""));
    value.trim_end_matches([' ', '.', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        for (field, pattern) in RULES {
            assert!(compile(pattern).is_some(), "{field}: {pattern}");
        }
    }
}
