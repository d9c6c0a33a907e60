//! Every seed of the fuzzer, and every finding that was ever mended, read once more: no panic, and
//! none that takes the time of a hundred mails.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test ends with a panic; figures are printed"
)]

use std::path::Path;
use std::time::{Duration, Instant};

#[path = "fuzz/targets.rs"]
mod targets;

/// Far more than any seed needs on a slow machine; a reader that runs long takes minutes.
const LONGEST: Duration = Duration::from_secs(20);

#[test]
fn seeds_and_findings() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds");
    for target in targets::TARGETS {
        let folder = seeds.join(target.name);
        let mut read = 0;
        for entry in std::fs::read_dir(&folder).expect("each target has seeds") {
            let path = entry.expect("a seed").path();
            let bytes = std::fs::read(&path).expect("readable");
            #[expect(clippy::disallowed_methods, reason = "measures; readers have no clock")]
            let begin = Instant::now();
            (target.read)(&bytes);
            let took = begin.elapsed();
            assert!(took < LONGEST, "{} took {took:?}", path.display());
            read += 1;
        }
        assert!(read > 0, "no seeds in {}", folder.display());
        println!("{}: {read} seeds", target.name);
    }
}
