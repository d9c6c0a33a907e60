//! The desk that mails of the tests are written to.

use mesad::office::{
    Authentication, Desk, Filing, Limits, MailboxSettings, OutgoingSettings, Retention, Rhythm,
    RoleId, Start,
};

/// `mesa@sigec.test`, tag SIGEC, with one system whose mails are intake.
pub fn desk() -> Desk {
    Desk {
        name: "Mesa de Ayuda SIGEC".into(),
        tag: "SIGEC".into(),
        address: "mesa@sigec.test".into(),
        aliases: Vec::new(),
        plus_addresses: true,
        authentication: Authentication::None,
        systems: vec!["no-reply@tickets.example".into()],
        triage_role: RoleId("sigec-team".into()),
        escalation_role: RoleId("sigec-manager".into()),
        limits: Limits {
            mail_bytes: 25 << 20,
            mails_per_address_and_day: 100,
            tries: 3,
            duplicate_days: 14,
            reopen_days: 10,
        },
        rhythm: Rhythm {
            warnings: vec![50, 80],
            reminder: 50,
            again_days: 3,
            quiet_outside_hours: true,
        },
        start: Start::default(),
        alarms: Default::default(),
        retention: Retention::default(),
        mailbox: MailboxSettings::Maildir {
            path: "correo".into(),
            filing: Filing::Leave,
        },
        outgoing: OutgoingSettings::Directory {
            path: "salida".into(),
        },
        state: "estado".into(),
    }
}
