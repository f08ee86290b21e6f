//! Whether the disk of a folder tells small letters from capitals, found out without writing anything.
//!
//! Deliberately absent: what a single folder may be set to, as some disks can.

use std::path::{Component, Path, PathBuf};

/// Whether a folder that is there, or its next parent that is, can be reached by its name in other letters.
///
/// `same` says whether two paths lead to the same file; where no name has a letter, nothing can be told, and names count as told apart.
pub(super) fn folds(folder: &Path, same: &dyn Fn(&Path, &Path) -> bool) -> bool {
    let there: Vec<&Path> = folder.ancestors().filter(|folder| same(folder, folder)).collect();
    let lettered = there.into_iter().find_map(|folder| turned(folder).map(|other| (folder, other)));
    lettered.is_some_and(|(folder, other)| same(folder, &other))
}

/// The path with the capitals of its last name turned round; `None` where that changes nothing.
fn turned(path: &Path) -> Option<PathBuf> {
    let Some(Component::Normal(name)) = path.components().next_back() else { return None };
    let name = name.to_str()?;
    let turn = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let other: String = name.chars().map(turn).collect();
    (other != name).then(|| path.with_file_name(other))
}

/// Whether two paths lead to the same file, which is there.
#[cfg(unix)]
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path: &Path| std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
    place(one).is_some_and(|one| Some(one) == place(other))
}

/// Whether two paths lead to the same file, which is there.
#[cfg(not(unix))]
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().is_some_and(|one| Some(one) == other.canonicalize().ok())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{folds, is_same};

    /// A disk on which `/home` and `/home/ann` are, and that tells capitals apart or not.
    fn disk(folding: bool) -> impl Fn(&Path, &Path) -> bool {
        move |one, other| {
            let there = |path: &Path| ["/", "/home", "/home/ann"].iter().any(|known| Path::new(known) == path);
            let low = |path: &Path| path.to_string_lossy().to_lowercase();
            there(one) && (one == other || folding && low(one) == low(other))
        }
    }

    #[test]
    fn a_disk_is_told_by_a_folder_that_is_there() {
        for folder in ["/home/ann", "/home/ann/src", "/home/ann/1/2"] {
            assert!(folds(Path::new(folder), &disk(true)), "{folder}");
            assert!(!folds(Path::new(folder), &disk(false)), "{folder}");
        }
        assert!(!folds(Path::new("/"), &disk(true)), "nothing can be told");
    }

    #[test]
    fn a_real_folder_can_be_asked() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("lettered")).unwrap();
        let folding = folder.path().join("LETTERED").exists();
        assert_eq!(folds(&folder.path().join("lettered/site"), &is_same), folding);
    }
}
