//! The folder of a demo: made anew each time, but never where something else lies.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// The file that says that a folder was made by a demo and may be removed by the next.
const MARKER: &str = "made-by-mesad-demo.txt";

const MARKER_TEXT: &str = "`mesad demo` made this folder, and removes it when it plays again.\n\
    Everybody in it is invented. Open index.html in a browser to see every mail of the week.\n";

/// Makes the folder; one that a demo made is removed first.
///
/// # Errors
/// Something else is there, or the folder cannot be made.
pub(super) fn make(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    let link = fs::symlink_metadata(folder).is_ok_and(|data| data.is_symlink());
    let empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if link || (folder.exists() && !folder.join(MARKER).is_file() && !empty()) {
        bail!(
            "{shown} is there already and was not made by a demo; remove it, or name another \
             folder: mesad demo DIR"
        );
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {shown}"))?;
    }
    fs::create_dir_all(folder.join("week")).with_context(|| format!("making {shown}"))?;
    fs::write(folder.join(MARKER), MARKER_TEXT).with_context(|| format!("writing in {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_of_a_demo_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("demo");
        make(&folder).unwrap();
        fs::write(folder.join("old"), "x").unwrap();
        make(&folder).unwrap();
        assert!(!folder.join("old").exists());

        let other = root.path().join("other");
        fs::create_dir(&other).unwrap();
        make(&other).unwrap();
        fs::remove_file(other.join(MARKER)).unwrap();
        let error = make(&other).unwrap_err().to_string();
        assert!(error.contains("was not made by a demo"), "{error}");
        assert!(other.join("week").exists());

        let link = root.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert!(make(&link).is_err());
    }
}
