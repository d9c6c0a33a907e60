//! The first mails of the week: their subjects, words and documents.

/// A mail that begins something.
#[derive(Debug)]
pub(super) struct Paper {
    /// Its subject.
    pub subject: &'static str,
    /// Its words, without the signature.
    pub text: &'static str,
    /// What is attached.
    pub documents: &'static [Document],
}

/// A document, as it was made (see `documents/make.py`).
#[derive(Debug)]
pub(super) struct Document {
    /// Its file name.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

const PDF: &str = "application/pdf";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

macro_rules! paper {
    ($name:ident, $file:literal, $subject:literal $(, $document:literal: $media_type:ident)?) => {
        pub(super) const $name: Paper = Paper {
            subject: $subject,
            text: include_str!(concat!("mails/", $file)),
            documents: &[$(Document {
                name: $document,
                media_type: $media_type,
                bytes: include_bytes!(concat!("documents/", $document)),
            })?],
        };
    };
}

pub(super) const NEWSLETTER: &str = include_str!("mails/newsletter.eml");

paper!(
    MEMORANDUM_214,
    "memorandum-214.txt",
    "Memorándum N° 214: cambio de fecha de modificación presupuestaria",
    "memorandum-214.pdf": PDF
);
paper!(
    MEMORANDUM_214_AGAIN,
    "memorandum-214-again.txt",
    "Memorándum N° 214, cambio de fecha de modificación presupuestaria (reenvío)",
    "memorandum-214.pdf": PDF
);
paper!(
    MEMORANDUM_31,
    "memorandum-31.txt",
    "Desaprobación de rendición, I. Municipalidad de Quebrada Honda",
    "memorandum-31.docx": DOCX
);
paper!(
    ALLOCATION,
    "allocation.txt",
    "Cambio de fecha de asignación presupuestaria, Bahía Austral"
);
paper!(
    USERS_FOSIS,
    "users-fosis.txt",
    "Creación de usuarios supervisores FOSIS",
    "formulario-claves-fosis.xlsx": XLSX
);
paper!(
    CANNOT_LOG_IN,
    "cannot-log-in.txt",
    "No puedo entrar a SIGEC"
);
paper!(
    USERS_MUNICIPALITY,
    "users-municipality.txt",
    "Clave para usuaria ejecutora, municipio de Quebrada Honda",
    "formulario-claves.pdf": PDF
);
paper!(
    ORGANISATION_BY_ITSELF,
    "organisation-by-itself.txt",
    "Creación de organización en SIGEC"
);
paper!(
    ORGANISATION,
    "organisation.txt",
    "Creación de organización: Fundación Manos del Sur",
    "formulario-organizacion.docx": DOCX
);
paper!(
    STANDARD_CALL,
    "standard-call.txt",
    "Creación de convocatoria estándar Vínculos 2026"
);
paper!(
    NATIONAL_CALL,
    "national-call.txt",
    "Creación de convocatoria nacional Elige Vivir Sano 2026"
);
paper!(
    REPORT_MAULE,
    "report-maule.txt",
    "Desaprobación de informe técnico, proyecto 07-445120-00011-26"
);
paper!(
    REPORT_LOS_LAGOS,
    "report-los-lagos.txt",
    "Desaprobación de informe técnico, Los Lagos"
);
paper!(
    MEMORANDUM_77,
    "memorandum-77.txt",
    "Memorándum N° 77, desaprobación de rendición",
    "memorandum-77.pdf": PDF
);
