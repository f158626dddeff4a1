//! The inputs that fuzzing found, and the seeds it began with, each cut at every byte: no target panics or hangs.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

#[test]
fn the_corpus_runs() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, target) in targets::TARGETS {
        let mut ran = 0;
        for file in std::fs::read_dir(corpus.join(name)).into_iter().flatten().flatten() {
            let bytes = std::fs::read(file.path()).unwrap();
            target(&bytes);
            // Large ones are cut at some places only.
            let step = bytes.len() / 400 + 1;
            (0..bytes.len()).step_by(step).for_each(|at| target(&bytes[..at]));
            ran += 1;
        }
        assert!(ran > 0, "no corpus for {name}");
    }
}

#[test]
fn every_target_has_a_binary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in targets::TARGETS {
        assert!(folder.join("bin").join(format!("{name}.rs")).is_file(), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
