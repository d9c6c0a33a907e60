//! The service's unit keeps what SECURITY.md and docs promise.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::skipped::skipped;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/systemd/mesad.service");

#[test]
fn the_unit_has_every_directive_that_is_promised() {
    let text = fs::read_to_string(UNIT).unwrap();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, value)) = line.split_once('=') {
            found.entry(name).or_default().push(value);
        }
    }
    let promised = [
        ("Type", "notify"),
        ("User", "mesad"),
        ("KillMode", "mixed"),
        ("RestartPreventExitStatus", "2 3"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("LimitCORE", "0"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "true"),
        ("PrivateTmp", "true"),
        ("PrivateDevices", "true"),
        ("PrivateUsers", "true"),
        ("NoNewPrivileges", "true"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("MemoryDenyWriteExecute", "true"),
        ("RestrictNamespaces", "true"),
        ("RestrictSUIDSGID", "true"),
        ("LockPersonality", "true"),
        ("ProtectProc", "invisible"),
        ("ProtectKernelTunables", "true"),
        ("ProtectKernelModules", "true"),
        ("ProtectKernelLogs", "true"),
        ("ProtectControlGroups", "true"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
        ("SystemCallArchitectures", "native"),
    ];
    for (name, value) in promised {
        assert_eq!(found.get(name), Some(&vec![value]), "{name}");
    }
    // A list of its own, and what the document reader's Landlock needs, or its child would not read.
    let calls = &found["SystemCallFilter"];
    assert_eq!(calls[0], "@system-service");
    assert!(calls[1].starts_with('~') && calls[1].contains("@privileged"));
    assert!(calls[2].contains("landlock_restrict_self"), "{calls:?}");
    for name in ["WatchdogSec", "MemoryMax", "TasksMax", "TimeoutStopSec"] {
        assert!(found.contains_key(name), "{name}");
    }
}

/// What SECURITY.md tells.
fn told() -> f32 {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/SECURITY.md")).unwrap();
    let told = text
        .split_once("`systemd-analyze security --offline=true` gives **")
        .and_then(|(_, rest)| rest.split_once("**"));
    told.unwrap().0.parse().unwrap()
}

#[test]
fn systemd_s_own_figure_is_not_above_the_one_that_is_told() {
    let analyze = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", UNIT])
        .output();
    let text = match &analyze {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(_) => String::new(),
    };
    let Some((_, figure)) = text.split_once("Overall exposure level") else {
        // It is absent, or older than the option.
        return skipped(&format!("systemd's figure, without its tool: {analyze:?}"));
    };
    let words = figure.split_whitespace();
    let figure = words.filter_map(|word| word.parse::<f32>().ok()).next();
    assert!(
        figure.is_some_and(|figure| figure <= told()),
        "{} is told: {text}",
        told()
    );
}
