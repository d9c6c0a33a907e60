//! Guards the shape of `src/`: layers, cycles, sizes, purity, headings. Each check has a test of its
//! own that it catches a bad sample; the last test holds them all against the tree.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod layers;
mod size;
mod source;
mod words;

use std::path::Path;

use source::Source;

/// Something untidy: "src/judge/mod.rs:12: what is wrong".
fn finding(source: &Source, line: usize, what: &str) -> String {
    format!("{}:{line}: {what}", source.path)
}

fn sources(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.push(Source::new(name, &std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_tree_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tree = vec![];
    sources(&root.join("src"), &mut tree);
    tree.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(tree.len() > 20, "src/ was not read");

    let mut findings = layers::check(&tree);
    findings.extend(size::check(&tree));
    findings.extend(words::check(&tree));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    findings.extend(words::check_manifest(&manifest));
    assert!(findings.is_empty(), "untidy:\n{}", findings.join("\n"));
}
