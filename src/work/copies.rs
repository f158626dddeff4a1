//! Copybooks of programs in files: where they are looked for, and what is said of those that are not there. Brings the
//! libraries of [`crate::source`] and the expansion of [`crate::code`] together, which know nothing of each other.

use crate::base::Env;
use crate::base::name::{path_of, text_of};
use crate::code::copybook::{Member, Members, Missing};
use crate::config::Config;
use crate::source::{Library, MEMBER_MAX, NotOpened, NotRead};
use std::path::{Path, PathBuf};

/// The search path for the program in `file`: the folders of the settings, then those beside it.
pub fn library_for(file: &Path, env: &Env, config: &Config) -> Library {
    let home = env.var("HOME").map(Path::new);
    let folder = |text: &String| match (home, text.strip_prefix("~/")) {
        (Some(home), Some(inside)) => home.join(path_of(inside)),
        _ => path_of(text),
    };
    Library::beside(file, config.source.copy_path.iter().map(folder).collect::<Vec<PathBuf>>())
}

impl Members for Library {
    fn member(&self, name: &str, library: Option<&str>) -> Result<Member, Missing> {
        match self.read(name, library) {
            Ok(found) => Ok(Member {
                file: text_of(&found.path).into(),
                text: found.bytes.into(),
                elsewhere: found.elsewhere,
            }),
            Err(NotRead::Missing { near }) => {
                Err(Missing { why: "is in no folder of the search path".to_owned(), near, refused: false })
            }
            Err(NotRead::BadName) => Err(refused(
                "has a name that no member can have: letters, digits and @ # $ - _, at most 30".to_owned(),
            )),
            Err(NotRead::Refused { path, why }) => Err(refused(why_not(&path, &why))),
        }
    }
}

fn refused(why: String) -> Missing {
    Missing { why, near: Vec::new(), refused: true }
}

/// Why a file is not taken, as it reads after "copybook X".
fn why_not(path: &Path, why: &NotOpened) -> String {
    let file = path.display();
    match why {
        NotOpened::Missing => format!("is gone: {file}"),
        NotOpened::LeadsOut => format!("is a link that leads out of its folder, or nowhere: {file}"),
        NotOpened::Kind(kind) => format!("is {kind}: {file}"),
        NotOpened::TooLarge(size) => {
            format!("is too large: {file} has {} MiB, more than {}", size >> 20, MEMBER_MAX >> 20)
        }
        NotOpened::Failed(error) => format!("cannot be read: {file}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Budget, Paths};
    use crate::code::SourceFormat;
    use crate::code::copybook::expand;
    use std::collections::BTreeMap;
    use std::fs;

    #[test]
    fn the_search_path_is_that_of_the_settings_and_then_what_is_beside() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        for folder in ["home/mine", "app/cbl", "app/cpy", "team"] {
            fs::create_dir_all(top.join(folder)).unwrap();
        }
        let vars = BTreeMap::from([("HOME".to_owned(), top.join("home").display().to_string())]);
        let env = Env { vars, paths: Paths::under(&top), ..Env::system(None) };
        let mut config = Config::default();
        let team = top.join("team").display().to_string();
        config.source.copy_path = vec!["~/mine".to_owned(), team, "/nowhere/at/all".to_owned()];
        let library = library_for(&top.join("app/cbl/P.cbl"), &env, &config);
        let folders = ["home/mine", "team", "app/cbl", "app/cpy"].map(|f| top.join(f));
        assert_eq!(library.folders(), folders);
        assert_eq!(library.absent()[0].0, Path::new("/nowhere/at/all"));
    }

    #[test]
    fn what_is_not_put_in_is_said_with_what_to_make_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        fs::write(top.join("PAYREC.cpy"), "           05 A PIC X.\n").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", top.join("OUT")).unwrap();
        let library = Library::new([&top]);
        let program =
            "       COPY PAYREC. COPY PAYREK. COPY '../../etc/passwd'. COPY OUT.\n       COPY DFHAID.\n";
        let expanded = expand(program.as_bytes(), SourceFormat::Fixed, &library, &Budget::unlimited());
        let said: Vec<_> = expanded.problems.iter().map(|p| p.message.as_str()).collect();
        let out = format!(
            "copybook OUT is a link that leads out of its folder, or nowhere: {}",
            top.join("OUT").display()
        );
        assert_eq!(
            said,
            [
                "copybook PAYREK is in no folder of the search path; did you mean PAYREC?",
                "copybook ../../etc/passwd has a name that no member can have: letters, digits and @ # $ - _, at most 30",
                &out,
                "copybook DFHAID is in no folder of the search path; it comes with CICS: SDFHCOB",
            ]
        );
        assert!(!String::from_utf8(expanded.text).unwrap().contains("root"));
    }
}
