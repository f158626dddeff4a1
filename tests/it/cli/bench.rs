//! Trials as commands: what they print, and what they leave behind.

use super::*;

#[test]
fn everything_at_random_is_steady_or_said_to_grow() {
    let home = home();
    let run = |limit: &str| {
        home.run(&["--json", "bench", "stability", "--operations", "30", "--max-growth", limit])
    };
    let ran = run("1000");
    let document = ran.json();
    assert_eq!((ran.code, &document["errors"], &document["steady"]), (0, &0.into(), &true.into()), "{ran:?}");
    let kinds = document["kinds"].as_array().unwrap();
    let count: u64 = kinds.iter().map(|kind| kind["count"].as_u64().unwrap()).sum();
    assert_eq!((count, document["warm_up"].as_u64()), (66, Some(36)));
    assert!(kinds.len() > 25 && document["memory"].as_array().unwrap().len() > 3);
    assert!(document["end_bytes"].as_u64().unwrap() > 1_000_000);
    let last = document["memory"].as_array().unwrap().last().unwrap();
    let held = last["held_bytes"].as_u64().unwrap();
    assert!(held > 1_000_000 && held < last["emptied_bytes"].as_u64().unwrap(), "{last}");
    let grown = run("-99");
    assert_eq!((grown.code, &grown.json()["steady"]), (1, &false.into()));
    // The trial has a home of its own unless one is named: here it is.
    assert!(home.0.path().join("data/greenbar.db").is_file());
}

#[test]
fn a_source_is_measured_beside_counting_its_lines() {
    let home = home();
    let ran = home.run(&["--json", "bench", "source", PROGRAM, "--rounds", "1"]);
    let document = ran.json();
    assert_eq!((ran.code, &document["lines"]), (0, &295.into()), "{ran:?}");
    let steps = document["steps"].as_array().unwrap();
    let names: Vec<_> = steps.iter().map(|step| step["step"].as_str().unwrap()).collect();
    for name in ["count lines", "index", "find", "outline", "parse", "reopen", "page down"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(steps.iter().all(|step| step["ratio"].as_f64().unwrap() > 0.0), "{steps:?}");
    let table = home.run(&["bench", "source", PROGRAM, "--rounds", "1"]);
    assert!(table.out.contains("key to frame") && table.out.contains("ratio"), "{table:?}");
    let none = home.run(&["bench", "source", "/nowhere/at/all"]);
    assert_eq!(none.code, 2, "{none:?}");
}

#[test]
fn a_command_is_profiled_into_a_file() {
    let home = home();
    let (trace, stacks) = (home.path("t.json"), home.path("t.folded"));
    let run = |file: &Path| home.run(&["search", "s0c7 move", "--profile", file.to_str().unwrap()]);
    assert_eq!((run(&trace).code, run(&stacks).code), (0, 0));
    let trace: Value = serde_json::from_slice(&fs::read(trace).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let has = |name: &str| events.iter().any(|e| e["name"] == name && e["ph"] == "X");
    assert!(has("command") && has("search") && has("text layer") && has("store read"), "{trace}");
    let command = events.iter().find(|e| e["name"] == "command").unwrap();
    assert!(command["args"]["allocated_bytes"].as_u64().unwrap() > 10_000, "{command}");
    let stacks = fs::read_to_string(stacks).unwrap();
    assert!(stacks.lines().any(|l| l.starts_with("command;search")), "{stacks}");
    // Said before the work is done.
    let ran = home.run(&["search", "s0c7", "--profile", "/nowhere/at/all.json"]);
    assert!(ran.code == 2 && ran.out.is_empty(), "{ran:?}");
}

#[test]
fn a_planted_leak_is_named() {
    let home = home();
    let planted = home.file("leak", "");
    let fault = format!("close-file:leak:{planted}");
    let args = "--json bench stability --operations 124 --warm-up 6 --seed 2 --max-growth 1000";
    let args: Vec<&str> = args.split(' ').collect();
    let leaks = |env: &[(&str, &str)]| {
        let ran = home.run_with(&args, env, b"");
        let document = ran.json();
        assert_eq!(document["errors"], 0, "{ran:?}");
        let leaks = document["leaks"].as_array().unwrap().iter();
        let names: Vec<String> = leaks.map(|leak| leak["name"].as_str().unwrap().to_owned()).collect();
        (ran.code, names)
    };
    // A file that is closed stays open with the workers: so it is named. The next view of it takes the same descriptor.
    assert_eq!(leaks(&[("GREENBAR_FAULT", &fault)]), (1, vec!["open files".to_owned()]));
    assert_eq!(leaks(&[]), (0, Vec::new()));
}
