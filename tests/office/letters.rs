//! The first mails of the nine procedures, as the people of the shipped directory write them.

/// A RUT with its verifier (modulo 11).
pub fn rut(number: u32) -> String {
    let digits = number
        .to_string()
        .bytes()
        .rev()
        .map(|b| u32::from(b - b'0'))
        .collect::<Vec<_>>();
    let sum: u32 = digits
        .iter()
        .zip([2, 3, 4, 5, 6, 7].iter().cycle())
        .map(|(d, f)| d * f)
        .sum();
    let verifier = match 11 - sum % 11 {
        11 => "0".to_owned(),
        10 => "K".to_owned(),
        digit => digit.to_string(),
    };
    let thousands = format!(
        "{}.{:03}.{:03}",
        number / 1_000_000,
        number / 1_000 % 1_000,
        number % 1_000
    );
    format!("{thousands}-{verifier}")
}

/// Users of a supervisor.
pub fn supervisor_users() -> String {
    format!(
        "Estimada Mesa de Ayuda:\n\n\
         Junto con saludar, solicito la creación de dos usuarios supervisores para la SEREMI.\n\n\
         FORMULARIO DE CREACIÓN DE CLAVES/ORGANIZACIONES\n\n\
         Organización: SEREMI de Desarrollo Social y Familia del Maule\n\
         Región: Región del Maule\n\n\
         Nombre: Carla Andrea Pinto Vera\n\
         RUT: {}\n\
         Correo: cpinto@maule.seremi.example\n\
         Perfil: Supervisor\n\n\
         Nombre: Hernán Ulloa Paredes\n\
         RUT: {}\n\
         Correo: hulloa@maule.seremi.example\n\
         Perfil: Supervisor\n\n\
         Saludos cordiales,\n\
         Tomás Zepeda Figueroa\n",
        rut(15_432_876),
        rut(12_345_678)
    )
}

/// A user of a municipality.
pub fn executor_user() -> String {
    format!(
        "Buenos días:\n\n\
         Adjunto los datos del formulario de creación de claves para un usuario ejecutor de \
         nuestra municipalidad.\n\n\
         Organización: I. Municipalidad de Bahía Austral\n\
         Región: Magallanes\n\
         Nombre: Rubén Oyarzo Barría\n\
         RUT: {}\n\
         Correo: royarzo@bahiaaustral.example\n\
         Perfil: Ejecutor\n\n\
         Atentamente,\n\
         Danitza Yutronic Haro\n",
        rut(16_789_012)
    )
}

/// A new organisation, without its RUT.
pub const ORGANISATION: &str = "Estimados:\n\n\
    Solicito la creación de organización en SIGEC, según el formulario de creación de \
    organizaciones:\n\n\
    Nombre de la organización: Fundación Manos del Sur\n\
    Región: Región del Maule\n\
    Comuna: Cauquenes\n\
    Dirección: Los Aromos 120, oficina 3\n\
    Contacto: Jaime Rivas, jrivas@manosdelsur.example\n\n\
    Gracias,\n\
    Isidora Saavedra\n";

/// A memorandum of the programme manager.
pub const BUDGET_MODIFICATION: &str = "MEMORÁNDUM N° 245\n\n\
    DE: BEATRIZ ALCAÍNO ROSAS, ENCARGADA NACIONAL PROGRAMA FAMILIAS\n\
    A: DEPARTAMENTO DE GESTIÓN DE PROYECTOS INFORMÁTICOS Y PROCESOS\n\
    MAT.: Solicita cambio de fecha de modificación presupuestaria\n\n\
    Por medio del presente, solicito el cambio de fecha de la modificación presupuestaria que se \
    indica:\n\n\
    Nombre y año de convocatoria: Programa Familias Acompañamiento 2026\n\
    Nombre del ejecutor: I. Municipalidad de Río Sereno\n\
    Número de proyecto: 14-123456-00010-26\n\
    Número de la modificación presupuestaria: 2\n\
    Fecha que se debe cambiar: 05-05-2026\n\
    Fecha que la reemplaza: 19-05-2026\n\
    Motivos: El decreto se tramitó después de la fecha registrada.\n\n\
    Saluda atentamente,\n\
    Beatriz Alcaíno Rosas\n";

/// A memorandum about a rendition of a standard agreement.
pub const STANDARD_RENDITION: &str = "Estimados:\n\n\
    Se solicita la desaprobación de rendición que se indica en el siguiente memorándum.\n\n\
    MEMORÁNDUM N° 87\n\
    DE: TOMÁS ZEPEDA FIGUEROA\n\
    MAT.: Desaprobación de rendición\n\n\
    Programa: Programa Familias\n\
    Tipo de convenio: estándar\n\
    Región: Región del Maule\n\
    Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
    Número de proyecto: 07-123456-00010-26\n\
    Rendición: marzo de 2026\n\
    Motivos: Se cargó por error un comprobante de otro proyecto.\n\n\
    Tomás Zepeda Figueroa\n";

/// The same of a national agreement.
pub const NATIONAL_RENDITION: &str = "Estimados:\n\n\
    MEMORÁNDUM N° 88\n\
    DE: TOMÁS ZEPEDA FIGUEROA\n\
    MAT.: Desaprobación de rendición de convenio nacional\n\n\
    Programa: Programa Familias\n\
    Tipo de convenio: nacional\n\
    Nombre del ejecutor: Fundación Manos del Sur\n\
    Número de proyecto: 13-654321-00020-26\n\
    Rendición: abril de 2026\n\
    Motivos: El saldo inicial no corresponde a la cartola.\n\n\
    Tomás Zepeda Figueroa\n";

/// An e-mail of the financial manager.
pub const BUDGET_ALLOCATION: &str = "Estimados:\n\n\
    Solicito cambiar la fecha de la asignación presupuestaria según lo siguiente:\n\n\
    Programa: Programa Familias\n\
    Nombre de la convocatoria: Acompañamiento Familiar\n\
    Año de la convocatoria: 2026\n\
    Nombre del ejecutor: I. Municipalidad de Río Sereno\n\
    Número de proyecto: 14-123456-00011-26\n\
    Fecha que se debe cambiar: 02-06-2026\n\
    Fecha que la reemplaza: 16-06-2026\n\
    Motivos: La transferencia se realizó en la segunda quincena.\n\n\
    Saludos,\n\
    Susana Pizarro\n";

/// A mail about a technical report; `report` tells one from another.
pub fn technical_report(report: &str) -> String {
    format!(
        "Estimada Mesa de Ayuda:\n\n\
         Solicito la desaprobación del informe técnico que se indica, para que el ejecutor pueda \
         corregirlo.\n\n\
         Programa: Programa Familias\n\
         Región: Región del Maule\n\
         Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
         Número de proyecto: 07-123456-00012-26\n\
         Informe técnico: {report}\n\
         Motivos: Faltan las listas de asistencia de los talleres.\n\n\
         Saludos,\n\
         Tomás Zepeda Figueroa\n"
    )
}

/// A new standard call that closes on a Friday afternoon, when nobody attends.
pub const STANDARD_CALL: &str = "Estimados:\n\n\
    Solicito la creación de convocatoria estándar:\n\n\
    Programa: Programa Habitabilidad\n\
    Nombre de la convocatoria: Habitabilidad Regular\n\
    Año de la convocatoria: 2027\n\
    Fecha de apertura: 03-05-2027\n\
    Fecha y hora de cierre: 28-05-2027 a las 15:30\n\n\
    Atentamente,\n\
    Paulina Errázuriz Soto\n";

/// A new national call, which may close at any hour.
pub const NATIONAL_CALL: &str = "Estimados:\n\n\
    Solicito la creación de convocatoria nacional:\n\n\
    Programa: Programa Autoconsumo\n\
    Nombre de la convocatoria: Autoconsumo Nacional\n\
    Año de la convocatoria: 2027\n\
    Fecha de apertura: 04-05-2027\n\
    Fecha y hora de cierre: 26-05-2027 a las 18:00\n\n\
    Atentamente,\n\
    Gastón Leal Ibarra\n";
