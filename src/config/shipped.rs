//! The configuration that ships inside the program.

use super::File;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../config/", $name)))),*]
    };
}

const FILES: [(&str, &str); 16] = files![
    "calendar.toml",
    "desk.toml",
    "directory/national.toml",
    "directory/partners.toml",
    "directory/regional.toml",
    "directory/roles.toml",
    "procedures/budget-allocation-date-change.toml",
    "procedures/budget-modification-date-change.toml",
    "procedures/national-call-creation.toml",
    "procedures/organization-creation.toml",
    "procedures/rendition-disapproval.toml",
    "procedures/standard-call-creation.toml",
    "procedures/technical-report-disapproval.toml",
    "procedures/user-creation-executor.toml",
    "procedures/user-creation-supervisor.toml",
    "territory.toml",
];

/// The configuration that ships with the program, ordered by name.
pub fn shipped() -> Vec<File> {
    let file = |(name, text): (&str, &str)| File {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    FILES.into_iter().map(file).collect()
}
