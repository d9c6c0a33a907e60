//! What people ask for: memoranda of the nine procedures, each with data that no other has.

use chrono::{Datelike, Days, NaiveDate};
use mesad::office::{Office, Person};

use crate::chance::Chance;

/// Labels and values.
type Lines = Vec<(&'static str, String)>;

/// Something that somebody asks for.
#[derive(Clone, Debug)]
pub struct Paper {
    pub procedure: &'static str,
    /// Who asks: the signatory.
    pub requester: usize,
    /// Who sends the mail, where that is somebody else.
    pub sender: Option<String>,
    pub subject: String,
    pub intro: String,
    /// Labels and values.
    pub lines: Lines,
    /// The lines that the first mail lacks.
    pub lacks: Vec<usize>,
    /// Whether the person may ask for this.
    pub allowed: bool,
}

/// Procedures by how often they are asked for.
const PROCEDURES: [(u64, &str); 9] = [
    (26, "rendition-disapproval"),
    (24, "technical-report-disapproval"),
    (14, "budget-modification-date-change"),
    (10, "budget-allocation-date-change"),
    (8, "user-creation-supervisor"),
    (8, "user-creation-executor"),
    (5, "organization-creation"),
    (3, "standard-call-creation"),
    (2, "national-call-creation"),
];

const TOWNS: [&str; 8] = [
    "Quebrada Honda",
    "Río Sereno",
    "Bahía Austral",
    "Puerto Alerce",
    "Los Maitenes",
    "Aguas Claras",
    "Cerro Alto",
    "Vega Larga",
];
const REASONS: [&str; 6] = [
    "Se cargó por error un comprobante de otro proyecto.",
    "El decreto se tramitó después de la fecha registrada.",
    "Faltan las listas de asistencia de los talleres.",
    "El saldo inicial no corresponde a la cartola.",
    "La transferencia se realizó en la segunda quincena.",
    "El documento quedó ilegible al digitalizarlo.",
];
const NAMES: [&str; 8] = [
    "Carla", "Hernán", "Rubén", "Marta", "Gonzalo", "Elisa", "Patricio", "Nadia",
];
const SURNAMES: [&str; 8] = [
    "Pinto Vera",
    "Ulloa Paredes",
    "Oyarzo Barría",
    "Llanos Cid",
    "Farías Rojas",
    "Meza Tapia",
    "Cárdenas Gallo",
    "Soto Ibáñez",
];

/// A RUT with its verifier (modulo 11).
fn rut(number: u32) -> String {
    let digits = number.to_string();
    let digits = digits.bytes().rev().map(|b| u32::from(b - b'0'));
    let sum: u32 = digits
        .zip([2, 3, 4, 5, 6, 7].iter().cycle())
        .map(|(d, f)| d * f)
        .sum();
    let verifier = match 11 - sum % 11 {
        11 => "0".to_owned(),
        10 => "K".to_owned(),
        digit => digit.to_string(),
    };
    let (millions, thousands) = (number / 1_000_000, number / 1_000 % 1_000);
    format!("{millions}.{thousands:03}.{:03}-{verifier}", number % 1_000)
}

/// Writes papers; each has a number of its own in its data.
pub struct Clerk<'a> {
    pub office: &'a Office,
    pub serial: u32,
    pub today: NaiveDate,
}

impl Clerk<'_> {
    /// Somebody asks for something.
    pub fn write(&self, chance: &mut Chance) -> Paper {
        let procedure = chance.weighted(&PROCEDURES);
        let allowed = chance.percent(96);
        let requester = self.requester(procedure, allowed, chance);
        let person = &self.office.directory.people[requester];
        let lines = self.lines(procedure, person, chance);
        // What the procedure may do without is not asked for again.
        let free = |label: &str| procedure == "technical-report-disapproval" && label == "Región";
        let mut lacks: Vec<usize> = vec![];
        if chance.percent(18) {
            let one = chance.below(lines.len());
            lacks.extend(Some(one).filter(|i| !free(lines[*i].0)));
        }
        let senders = &person.senders;
        let sender = (!senders.is_empty() && chance.percent(30)).then(|| chance.pick(senders));
        let name = self.name(procedure);
        Paper {
            procedure,
            requester,
            sender: sender.cloned(),
            subject: self.subject(procedure, name, chance),
            intro: format!(
                "Por medio del presente solicito lo siguiente: {}.",
                name.to_lowercase()
            ),
            lines,
            lacks,
            allowed,
        }
    }

    fn name(&self, procedure: &str) -> &str {
        let all = &self.office.procedures;
        &all.iter()
            .find(|p| p.id.as_str() == procedure)
            .unwrap()
            .name
    }

    fn subject(&self, procedure: &str, name: &str, chance: &mut Chance) -> String {
        match chance.below(3) {
            0 => format!("Memorándum N° {}: {}", self.serial, name.to_lowercase()),
            1 if procedure != "budget-allocation-date-change" => name.to_owned(),
            _ => format!("Solicita {} ({})", name.to_lowercase(), self.serial),
        }
    }

    /// Somebody who may ask for it, or somebody who may not.
    fn requester(&self, procedure: &str, allowed: bool, chance: &mut Chance) -> usize {
        let all = &self.office.procedures;
        let rules = &all
            .iter()
            .find(|p| p.id.as_str() == procedure)
            .unwrap()
            .requesters;
        let people = &self.office.directory.people;
        let may = |p: &Person| {
            rules.roles.is_empty() || rules.roles.iter().any(|role| p.holds_anywhere(role))
        };
        let fits = |p: &&(usize, &Person)| !p.1.shared && may(p.1) == allowed;
        let all: Vec<(usize, &Person)> = people.iter().enumerate().collect();
        let found: Vec<usize> = all.iter().filter(fits).map(|(index, _)| *index).collect();
        match found.as_slice() {
            [] => self.requester(procedure, true, chance),
            some => *chance.pick(some),
        }
    }

    fn project(&self, chance: &mut Chance) -> String {
        let year = self.today.year() % 100;
        format!(
            "{:02}-{:06}-{:05}-{year}",
            chance.between(1, 16),
            self.serial,
            chance.below(99_999)
        )
    }

    fn date(&self, days: i64) -> String {
        let date = self.today - Days::new(60) + Days::new(days.unsigned_abs());
        date.format("%d-%m-%Y").to_string()
    }

    fn programme(&self, person: &Person, chance: &mut Chance) -> String {
        let own = person.roles.iter().filter_map(|g| g.programme.clone());
        let own: Vec<String> = own.collect();
        match own.as_slice() {
            [] => {
                let all = self.office.directory.people.iter();
                let all = all.flat_map(|p| p.roles.iter().filter_map(|g| g.programme.clone()));
                chance.pick(&all.collect::<Vec<_>>()).clone()
            }
            own => chance.pick(own).clone(),
        }
    }

    fn region(&self, person: &Person, chance: &mut Chance) -> String {
        let own = person.roles.iter().find_map(|g| g.region.clone());
        own.unwrap_or_else(|| {
            let all = self.office.directory.people.iter();
            let all = all.flat_map(|p| p.roles.iter().filter_map(|g| g.region.clone()));
            chance.pick(&all.collect::<Vec<_>>()).clone()
        })
    }

    fn lines(&self, procedure: &str, person: &Person, chance: &mut Chance) -> Lines {
        match procedure {
            "rendition-disapproval" => self.rendition(person, chance),
            "technical-report-disapproval" => self.report(person, chance),
            "budget-modification-date-change" | "budget-allocation-date-change" => {
                self.date_change(procedure, person, chance)
            }
            "organization-creation" => self.organisation(person, chance),
            "standard-call-creation" | "national-call-creation" => self.call(person, chance),
            _ => self.users(procedure, person, chance),
        }
    }

    fn rendition(&self, person: &Person, chance: &mut Chance) -> Lines {
        let national = chance.percent(35);
        let kind = if national { "nacional" } else { "estándar" };
        let mut lines = vec![
            ("Programa", self.programme(person, chance)),
            ("Tipo de convenio", kind.to_owned()),
        ];
        if !national {
            lines.push(("Región", self.region(person, chance)));
        }
        let number = chance.between(1, 12);
        lines.extend([
            ("Nombre del ejecutor", executor(chance)),
            ("Número de proyecto", self.project(chance)),
            ("Rendición", format!("N° {number} de {}", self.today.year())),
            ("Motivos", (*chance.pick(&REASONS)).to_owned()),
        ]);
        lines
    }

    fn report(&self, person: &Person, chance: &mut Chance) -> Lines {
        let number = chance.between(1, 4);
        vec![
            ("Programa", self.programme(person, chance)),
            ("Región", self.region(person, chance)),
            ("Nombre del ejecutor", executor(chance)),
            ("Número de proyecto", self.project(chance)),
            (
                "Informe técnico",
                format!("Informe Técnico de Avance N° {number}"),
            ),
            ("Motivos", (*chance.pick(&REASONS)).to_owned()),
        ]
    }

    fn date_change(&self, procedure: &str, person: &Person, chance: &mut Chance) -> Lines {
        let call = format!("Convocatoria Regular {}", self.serial);
        let mut lines = vec![
            ("Nombre de la convocatoria", call),
            ("Año de la convocatoria", self.today.year().to_string()),
            ("Nombre del ejecutor", executor(chance)),
            ("Número de proyecto", self.project(chance)),
        ];
        if procedure == "budget-allocation-date-change" {
            lines.insert(0, ("Programa", self.programme(person, chance)));
        } else {
            let number = chance.between(1, 9).to_string();
            lines.push(("Número de la modificación presupuestaria", number));
        }
        let old = chance.between(0, 40);
        lines.extend([
            ("Fecha que se debe cambiar", self.date(old)),
            (
                "Fecha que la reemplaza",
                self.date(old + chance.between(2, 30)),
            ),
            ("Motivos", (*chance.pick(&REASONS)).to_owned()),
        ]);
        lines
    }

    fn organisation(&self, person: &Person, chance: &mut Chance) -> Lines {
        let serial = self.serial;
        vec![
            (
                "Nombre de la organización",
                format!("Fundación Surcos {serial}"),
            ),
            ("RUT de la organización", rut(65_000_000 + serial)),
            ("Región", self.region(person, chance)),
            ("Comuna", (*chance.pick(&TOWNS)).to_owned()),
            (
                "Dirección",
                format!("Los Aromos {}", chance.between(1, 900)),
            ),
            (
                "Contacto",
                format!("Ana Ríos, arios{serial}@surcos.example"),
            ),
        ]
    }

    fn call(&self, person: &Person, chance: &mut Chance) -> Lines {
        let opens = self.today + Days::new(20);
        let closes = opens + Days::new(chance.below(20) as u64 + 10);
        let hour = chance.between(9, 17);
        let closing = format!("{} a las {hour}:00", closes.format("%d-%m-%Y"));
        vec![
            ("Programa", self.programme(person, chance)),
            (
                "Nombre de la convocatoria",
                format!("Convocatoria Regular {}", self.serial),
            ),
            ("Año de la convocatoria", self.today.year().to_string()),
            ("Fecha de apertura", opens.format("%d-%m-%Y").to_string()),
            ("Fecha y hora de cierre", closing),
        ]
    }

    fn users(&self, procedure: &str, person: &Person, chance: &mut Chance) -> Lines {
        let supervisor = procedure == "user-creation-supervisor";
        let organisation = match supervisor {
            true => "SEREMI de Desarrollo Social".to_owned(),
            false => executor(chance),
        };
        let profile = if supervisor { "Supervisor" } else { "Ejecutor" };
        let name = format!("{} {}", chance.pick(&NAMES), chance.pick(&SURNAMES));
        vec![
            ("Organización", organisation),
            ("Región", self.region(person, chance)),
            ("Nombre", name),
            ("RUT", rut(10_000_000 + self.serial)),
            ("Correo", format!("usuario{}@usuarios.example", self.serial)),
            ("Perfil", profile.to_owned()),
        ]
    }
}

fn executor(chance: &mut Chance) -> String {
    format!("I. Municipalidad de {}", chance.pick(&TOWNS))
}

impl Paper {
    /// Its first mail.
    pub fn text(&self, office: &Office, serial: u32) -> String {
        let person = &office.directory.people[self.requester];
        let form = match self.procedure {
            "user-creation-supervisor" => "FORMULARIO DE CREACIÓN DE CLAVES/ORGANIZACIONES\n",
            "user-creation-executor" => "FORMULARIO DE CREACIÓN DE CLAVES\n",
            "organization-creation" => "FORMULARIO DE CREACIÓN DE ORGANIZACIONES\n",
            _ => "",
        };
        let head = match form.is_empty() {
            true => format!(
                "MEMORÁNDUM N° {serial}\n\nDE: {}\n\n",
                person.name.to_uppercase()
            ),
            false => format!("{form}\n"),
        };
        let lines = self.lines.iter().enumerate();
        let lines = lines.filter(|(index, _)| !self.lacks.contains(index));
        let lines: Vec<String> = lines.map(|(_, line)| shown(line)).collect();
        let (name, intro) = (&person.name, &self.intro);
        format!(
            "Estimados:\n\n{head}{intro}\n\n{}\n\nSaluda atentamente,\n{name}\n",
            lines.join("\n")
        )
    }

    /// What the first mail lacked.
    pub fn rest(&self) -> String {
        let lines = self.lacks.iter().map(|index| shown(&self.lines[*index]));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn shown((label, value): &(&'static str, String)) -> String {
    format!("{label}: {value}")
}
