use super::*;
use crate::base::Paths;
use crate::config::Config;
use crate::panes::Pane;

#[test]
fn everything_that_people_do_is_done_without_an_error_and_the_same_each_time() {
    let run = |seed: u64| {
        let home = tempfile::tempdir().unwrap();
        let mut env = Env::system(Some(home.path()));
        env.vars.clear();
        env.paths = Paths::under(home.path());
        let inputs = LoadInputs { system_file: None, ..LoadInputs::new(&env) };
        let loaded = Config::load(&inputs);
        let file = home.path().join("P.cbl");
        let program = "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. P.\n       DATA DIVISION.\n       WORKING-STORAGE SECTION.\n       01 WS-A PIC 9.\n       PROCEDURE DIVISION.\n       MAIN-1.\n           PERFORM P-2.\n           COMPUTE WS-A = 1.\n           GOBACK.\n       P-2.\n           MOVE 1 TO WS-A.\n";
        std::fs::write(&file, program).unwrap();
        let file = file.to_string_lossy().into_owned();
        let desk = TrialDesk::new(env, (inputs, loaded), vec![file.clone()]).unwrap();
        assert_eq!(desk.state.pane, Pane::Source);
        let folder = home.path().to_string_lossy().into_owned();
        let mut player = Player::new(desk, seed, vec![file], folder).unwrap();
        let mut done = Vec::new();
        for kind in KINDS {
            (kind.run)(&mut player);
            let errors = player.desk.take_errors();
            assert!(errors.is_empty(), "{}: {errors:?}", kind.name);
        }
        for _ in 0..10 {
            done.push(player.step());
            let errors = player.desk.take_errors();
            assert!(errors.is_empty(), "{:?}: {errors:?}", done.last().map(|at| KINDS[*at].name));
        }
        player.come_to_rest();
        assert_eq!(player.desk.state.source.files.len(), 1, "as at every rest");
        done
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
}
