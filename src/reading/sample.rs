//! A mail that has something of everything that the readers look for.

/// Reading it makes every table that is made at its first use.
pub const SAMPLE: &str = "From: Ana Soto <ana@oficina.example>\r\n\
    Subject: Re: solicitud\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    \r\n\
    Estimados: apruebo.\r\n\
    MEMORÁNDUM N° 1\r\n\
    DE: ANA SOTO LARA\r\n\
    Programa: uno\r\n\
    Región: Maule\r\n\
    Número de proyecto: 07-1-26\r\n\
    Fecha de apertura: 01-02-2026\r\n\
    Fecha y hora de cierre: 26 de febrero de 2026 a las 14:00\r\n\
    RUT: 11.111.111-1\r\n\
    Motivos: se cambia la fecha 02-02-2026 por el 03-02-2026.\r\n\
    \r\n\
    El lun, 2 feb 2026 a las 10:00, Mesa (<mesa@oficina.example>) escribió:\r\n\
    > hola\r\n";
