//! Compiles the generated parser and its scanner.

use std::path::Path;

fn main() {
    let folder = Path::new("cobol/src");
    for name in [
        "parser.c",
        "scanner.c",
        "lexemes.h",
        "headers.h",
        "cobol.h",
        "exec.h",
        "brief.h",
        "words.h",
        "tree_sitter/parser.h",
        "tree_sitter/alloc.h",
    ] {
        println!("cargo:rerun-if-changed={}", folder.join(name).display());
    }
    cc::Build::new()
        .std("c11")
        .include(folder)
        .files(["parser.c", "scanner.c"].map(|name| folder.join(name)))
        // Generated code names what it does not use.
        .flag_if_supported("-Wno-unused-parameter")
        .flag_if_supported("-Wno-unused-but-set-variable")
        // A parser that is not optimised takes the time of ten in every test.
        .opt_level(2)
        .compile("greenbar_cobol");
}
