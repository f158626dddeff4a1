//! Libraries on real folders: what is found, what is not, and that nothing outside is read whatever the name.

use super::*;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

const SECRET: &[u8] = b"root:x:0:0 THE SECRET";

struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for file in files {
            tree.write(file, file.as_bytes());
        }
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Which file `name` is, from the top of the tree; what is said if it is none.
    fn read(&self, library: &Library, name: &str, of: Option<&str>) -> String {
        match library.read(name, of) {
            Ok(found) => {
                let top = self.0.path().canonicalize().unwrap();
                let file = found.path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                assert_eq!(String::from_utf8(found.bytes).unwrap(), file);
                if found.elsewhere { format!("{file}, elsewhere") } else { file }
            }
            Err(error) => format!("{error:?}"),
        }
    }
}

#[test]
fn members_are_found_in_any_case_with_and_without_extension() {
    let tree = Tree::new(&[
        "a/PAYREC",
        "a/taxrec.cpy",
        "a/Mixed.CoPy",
        "a/both.cbl",
        "a/both.cpy",
        "a/BOTH",
        "a/notes.txt",
        "a/x.cpy.bak",
        "b/taxrec.cpy",
        "b/only.inc",
        "b/d.dcl",
        "b/c.cob",
        "a/sub/deep.cpy",
    ]);
    fs::create_dir(tree.path("a/only")).unwrap();
    let library = Library::new([tree.path("a"), tree.path("b"), tree.path("none"), tree.path("a/PAYREC")]);
    for (name, wanted) in [
        ("PAYREC", "a/PAYREC"),
        ("payrec", "a/PAYREC"),
        ("TAXREC", "a/taxrec.cpy"),
        ("TaxRec.CPY", "a/taxrec.cpy"),
        ("mixed", "a/Mixed.CoPy"),
        ("BOTH", "a/BOTH"),
        ("both.cbl", "a/both.cbl"),
        ("both.cpy", "a/both.cpy"),
        ("both.inc", "a/BOTH"),
        ("ONLY", "b/only.inc"),
        ("D", "b/d.dcl"),
        ("C", "b/c.cob"),
        ("NOTES", "Missing { near: [] }"),
        ("notes.txt", "BadName"),
        ("DEEP", "Missing { near: [] }"),
        ("PAYREK", r#"Missing { near: ["PAYREC"] }"#),
        ("TAXREC1", r#"Missing { near: ["TAXREC"] }"#),
        ("BTOH", r#"Missing { near: ["BOTH"] }"#),
    ] {
        assert_eq!(tree.read(&library, name, None), wanted, "{name}");
    }
    let absent: Vec<_> = library.absent().into_iter().map(|(path, _)| path).collect();
    assert_eq!(absent, [tree.path("none"), tree.path("a/PAYREC")]);
}

#[test]
fn a_library_is_a_folder_of_its_name() {
    let tree = Tree::new(&["paylib/R", "taxlib/R", "all/TaxLib/S", "all/R", "all/T"]);
    let library = Library::new(["paylib", "taxlib", "all"].map(|f| tree.path(f)));
    for (name, of, wanted) in [
        ("R", None, "paylib/R"),
        ("R", Some("TAXLIB"), "taxlib/R"),
        ("R", Some("taxlib"), "taxlib/R"),
        ("S", Some("TAXLIB"), "all/TaxLib/S"),
        ("T", Some("TAXLIB"), "all/T, elsewhere"),
        ("R", Some("OTHER"), "paylib/R, elsewhere"),
        ("R", Some("../paylib"), "BadName"),
        ("S", None, "Missing { near: [\"R\", \"T\"] }"),
    ] {
        assert_eq!(tree.read(&library, name, of), wanted, "{name} of {of:?}");
    }
}

#[test]
fn folders_beside_a_program_are_taken() {
    let tree = Tree::new(&[
        "app/cbl/MAIN.cbl",
        "app/cbl/OWN.cpy",
        "app/cbl/copy/INNER",
        "app/cpy/A.cpy",
        "app/CPY-BMS/B.cpy",
        "app/DclGen/C.dcl",
        "app/jcl/D.cpy",
        "app/copycat/E.cpy",
        "secret/F.cpy",
        "first/A.cpy",
    ]);
    symlink(tree.path("secret"), tree.path("app/include")).unwrap();
    let main = tree.path("app/cbl/MAIN.cbl");
    let library = Library::beside(&main, [tree.path("first")]);
    for (name, wanted) in [
        ("A", "first/A.cpy"),
        ("OWN", "app/cbl/OWN.cpy"),
        ("INNER", "app/cbl/copy/INNER"),
        ("B", "app/CPY-BMS/B.cpy"),
        ("C", "app/DclGen/C.dcl"),
    ] {
        assert_eq!(tree.read(&library, name, None), wanted);
    }
    for name in ["D", "E", "F"] {
        assert!(matches!(library.read(name, None), Err(NotRead::Missing { .. })), "{name}");
    }
    let plain = Library::beside(&main, Vec::<PathBuf>::new());
    assert_eq!(tree.read(&plain, "A", None), "app/cpy/A.cpy");
    assert!(Library::beside(Path::new("nowhere/x.cbl"), Vec::<PathBuf>::new()).folders().is_empty());
}

#[test]
fn a_change_of_the_folder_is_seen() {
    let tree = Tree::new(&["a/OLD"]);
    let library = Library::new([tree.path("a")]);
    assert_eq!(tree.read(&library, "OLD", None), "a/OLD");
    tree.write("a/NEW", b"a/NEW");
    let begun = Instant::now();
    while library.read("NEW", None).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(10));
    }
    fs::remove_file(tree.path("a/OLD")).unwrap();
    assert!(matches!(library.read("OLD", None), Err(NotRead::Missing { .. })));
    fs::rename(tree.path("a"), tree.path("b")).unwrap();
    assert!(matches!(library.read("NEW", None), Err(NotRead::Missing { .. })));
    tree.write("a/THIRD", b"a/THIRD");
    assert_eq!(tree.read(&library, "THIRD", None), "a/THIRD");
}

/// Names that peers open, or that could mean something to a file system.
fn attacks() -> Vec<String> {
    let ups = [
        "..",
        "../..",
        "../../../../../../..",
        "./..",
        "a/../..",
        "..\\..",
        "%2e%2e",
        "....//.",
        "\u{2024}\u{2024}",
    ];
    let goals =
        ["secret", "SECRET.cpy", "etc/passwd", "etc/shadow", "dev/zero", "proc/self/environ", "out/secret"];
    let mut all: Vec<String> =
        ups.iter().flat_map(|up| goals.iter().map(move |goal| format!("{up}/{goal}"))).collect();
    for goal in goals {
        for prefix in [
            "/",
            "//",
            "~/",
            "~root/",
            "file://",
            "C:\\",
            "\\\\host\\",
            "%",
            "$HOME/",
            "`",
            "|",
            "@/",
            "a\0/",
        ] {
            all.push(format!("{prefix}{goal}"));
        }
        all.extend([
            format!("{goal}\0"),
            format!("{goal}\0.cpy"),
            format!("GOOD\0/../{goal}"),
            format!("{goal}/."),
        ]);
    }
    for odd in [
        "",
        " ",
        ".",
        "..",
        "...",
        "/",
        "\\",
        "~",
        "-",
        "*",
        "?",
        "[A-Z]",
        "GOOD ",
        " GOOD",
        "GOOD/",
        "GOOD/.",
        "GOOD\n",
        "GOOD\r",
        "GOOD\t",
        "GOOD.",
        "GOOD..cpy",
        ".GOOD",
        "ＧＯＯＤ",
        "GOOD\u{200B}",
        "GOO\u{0110}",
        "ſecret",
        "secret\u{212A}",
        "GOOD:stream",
        "GOOD;1",
        "con",
        "nul.cpy",
        "LINK",
        "LINK2",
        "ABS",
        "LOOP",
        "LOOPA",
        "DANGLING",
        "FIFO",
        "SOCKET",
        "FOLDER",
        "OUTDIR",
        "out",
        "secret",
    ] {
        all.push(odd.to_owned());
        all.push(format!("\"{odd}\""));
        all.push(odd.to_lowercase());
        all.push(format!("{odd}.cpy"));
        all.push(format!("{odd}.CBL"));
    }
    all.push("A".repeat(31));
    all.push("A".repeat(64 << 10));
    all.push("../".repeat(22_000));
    all
}

#[test]
fn no_name_reaches_outside() {
    let tree = Tree::new(&["lib/GOOD", "lib/inner/KEPT"]);
    tree.write("out/secret", SECRET);
    tree.write("SECRET.cpy", SECRET);
    tree.write("secret", SECRET);
    for (link, to) in [
        ("LINK", "../out/secret"),
        ("LINK2", "inner/UP"),
        ("inner/UP", "../../secret"),
        ("LOOP", "LOOP"),
        ("LOOPA", "LOOPB"),
        ("LOOPB", "LOOPA"),
        ("DANGLING", "../nothing"),
        ("OUTDIR", "../out"),
    ] {
        symlink(to, tree.path("lib").join(link)).unwrap();
    }
    symlink(tree.path("secret"), tree.path("lib/ABS")).unwrap();
    fs::create_dir(tree.path("lib/FOLDER")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, tree.path("lib/FIFO"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(tree.path("lib/SOCKET")).unwrap();
    let library = Library::new([tree.path("lib")]);
    let all = attacks();
    assert!(all.len() > 300, "{}", all.len());
    for name in &all {
        let shown: String = name.chars().take(40).collect();
        let begun = Instant::now();
        for (name, of) in
            [(name.as_str(), None), ("GOOD", Some(name.as_str())), (name.as_str(), Some("OUTDIR"))]
        {
            match library.read(name, of) {
                Ok(found) => assert_eq!(found.bytes, b"lib/GOOD", "{shown:?} of {of:?}"),
                Err(_) => assert_ne!((name, of), ("GOOD", None)),
            }
        }
        assert!(begun.elapsed() < Duration::from_millis(100), "{shown:?} takes {:?}", begun.elapsed());
    }
    for (name, why) in [
        ("LINK", NotOpened::LeadsOut),
        ("LINK2", NotOpened::LeadsOut),
        ("ABS", NotOpened::LeadsOut),
        ("LOOP", NotOpened::LeadsOut),
        ("LOOPA", NotOpened::LeadsOut),
        ("DANGLING", NotOpened::LeadsOut),
        ("FIFO", NotOpened::Kind("a pipe (FIFO)")),
        ("SOCKET", NotOpened::Kind("a socket")),
    ] {
        assert_eq!(
            library.read(name, None),
            Err(NotRead::Refused { path: tree.path("lib").join(name), why })
        );
    }
    assert!(matches!(library.read("FOLDER", None), Err(NotRead::Missing { .. })));
}

#[test]
fn links_that_stay_inside_are_followed() {
    let tree = Tree::new(&["lib/v2/REC.cpy"]);
    symlink("v2/REC.cpy", tree.path("lib/REC")).unwrap();
    symlink(tree.path("lib/REC"), tree.path("lib/REC3.cpy")).unwrap();
    symlink(tree.path("lib"), tree.path("link")).unwrap();
    let library = Library::new([tree.path("link")]);
    for name in ["REC", "REC3"] {
        assert_eq!(library.read(name, None).unwrap().bytes, b"lib/v2/REC.cpy");
    }
}

#[test]
fn large_members_are_refused_and_a_readable_one_behind_is_taken() {
    let tree = Tree::new(&["b/BIG.cpy"]);
    fs::create_dir(tree.path("a")).unwrap();
    let file = fs::File::create(tree.path("a/BIG")).unwrap();
    file.set_len(1 << 40).unwrap();
    let why = NotOpened::TooLarge(1 << 40);
    let alone = Library::new([tree.path("a")]);
    assert_eq!(alone.read("BIG", None), Err(NotRead::Refused { path: tree.path("a/BIG"), why }));
    let both = Library::new([tree.path("a"), tree.path("b")]);
    assert_eq!(tree.read(&both, "BIG", None), "b/BIG.cpy");
    file.set_len(MEMBER_MAX).unwrap();
    assert_eq!(alone.read("BIG", None).unwrap().bytes.len() as u64, MEMBER_MAX);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_name_is_taken(name in prop_oneof![any::<String>(), "[A-Z/.~%\\\\\0 -]{0,12}"], of in proptest::option::of("[A-Z/.]{0,6}")) {
        thread_local! {
            static TREE: (Tree, Library) = {
                let tree = Tree::new(&["lib/GOOD"]);
                tree.write("secret", SECRET);
                let library = Library::new([tree.path("lib")]);
                (tree, library)
            };
        }
        let read = TREE.with(|(_, library)| library.read(&name, of.as_deref()));
        if let Ok(found) = read {
            prop_assert_eq!(found.bytes, b"lib/GOOD");
        }
    }
}
