//! Which files are read.

use std::path::{Path, PathBuf};

/// The files in the folder that the variable names, sorted; `None` without it.
pub fn folder(variable: &str) -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os(variable)?;
    let mut files = Vec::new();
    walk(Path::new(&folder), &mut files);
    files.sort();
    Some(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of the variable").flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
