//! Where control goes: ranges, falling through, what is never reached, the tree.

use super::*;

const FLOW: &str = "\
id division.
program-id. f.
procedure division.
declaratives.
err section.
    use after error procedure on input.
err-1.
    display 'x'.
end declaratives.
main section.
m-1.
    perform a-1 thru a-exit
    perform b-1
    perform loop-1 until x = 1
    sort s on ascending key k input procedure in-1 output procedure out-s
    call 'SUB1'
    go to m-end.
m-2.
    display 'never'.
m-end.
    stop run.
a-1.
    if x = 1 go to a-exit.
    if x = 2 go to abend-it.
    if x = 3 go to m-1.
a-2.
    perform b-1.
a-exit.
    exit.
b-1.
    perform b-1.
c-1.
    display 'only falls from b-1, which is performed'.
loop-1.
    perform loop-2.
loop-2.
    add 1 to x.
in-1.
    release r.
out-s section.
out-1.
    exit section.
out-2.
    display 'after exit section'.
abend section.
abend-it.
    display 'x'
    goback.
dead-1.
    perform dead-2.
dead-2.
    perform dead-1.
end program f.
";

fn references(text: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for unit in all(text) {
        for r in unit.answer(&Query::parse(name).unwrap(), 0).references {
            let via = r.via.map_or_else(String::new, |v| format!(" via {}", v.name));
            found.push(format!("{} {}{via}", r.line, r.access.word()));
        }
    }
    found
}

#[test]
fn places_from_which_a_paragraph_is_entered() {
    assert_eq!(references(FLOW, "a-1"), ["12 perform"]);
    assert_eq!(references(FLOW, "a-2"), ["12 within via a-1", "26 fall_through"]);
    assert_eq!(references(FLOW, "a-exit"), ["12 thru", "23 go_to", "28 fall_through"]);
    assert_eq!(references(FLOW, "m-1"), ["11 fall_through", "25 go_to"]);
    // b-1 is only ever performed, so nothing falls through into c-1.
    assert_eq!(references(FLOW, "c-1"), [""; 0]);
    assert_eq!(references(FLOW, "out-1"), ["15 within via out-s", "41 fall_through"]);
    assert_eq!(references(FLOW, "out-s"), ["15 sort"]);
}

#[test]
fn procedures_that_are_never_reached() {
    let missed = |text: &str| -> Vec<String> {
        let units = all(text);
        let flow = units[0].flow(units[0].root_program()).unwrap();
        let unreached = flow.unreachable().into_iter();
        unreached
            .map(|u| {
                format!(
                    "{} {} {:?}",
                    u.place.line,
                    u.name,
                    u.named.iter().map(|l| l.line.get()).collect::<Vec<_>>()
                )
            })
            .collect()
    };
    assert_eq!(missed(FLOW), ["18 m-2 []", "32 c-1 []", "43 out-2 []", "49 dead-1 [52]", "51 dead-2 [50]"]);
    // An altered GO TO, labels of EXEC blocks, ENTRY, and a nest of conditions keep what they lead to.
    assert_eq!(
        missed(
            "procedure division.\np0. exec cics handle abend label(p3) end-exec. alter p1 to proceed to p4.\n\
             p1. go to p2.\np2. if a = 1 go to p1 else stop run.\np3. goback.\np4. exit program.\n\
             p5. evaluate a when 1 goback when other stop run end-evaluate.\np6. entry 'E'. goback.\np7. exit.\n"
        ),
        ["9 p7 []"]
    );
}

#[test]
fn the_tree_of_performs() {
    let show = |tree: Tree| -> Vec<String> {
        assert!(!tree.cut);
        let step = |s: Step| {
            let thru = s.thru.map_or_else(String::new, |t| format!(" thru {t}"));
            let mark = match (s.recursive, s.again) {
                (true, _) => " recursive",
                (_, true) => " again",
                _ => "",
            };
            format!("{}{}{thru}{mark}", "  ".repeat(s.depth), s.name)
        };
        tree.steps.into_iter().map(step).collect()
    };
    let units = all(FLOW);
    let flow = units[0].flow(0).unwrap();
    assert_eq!(
        show(flow.tree(None)),
        [
            "PROCEDURE DIVISION",
            "  a-1 thru a-exit",
            "    b-1",
            "      b-1 recursive",
            "  b-1 again",
            "  loop-1",
            "    loop-2",
            "  in-1",
            "  out-s",
            "  SUB1",
        ]
    );
    assert_eq!(show(flow.tree(Some("dead-1"))), ["dead-1", "  dead-2", "    dead-1 recursive"]);
    assert_eq!(show(flow.tree(Some("nowhere"))), [""; 0]);
    // A chain as deep as there are paragraphs takes no stack.
    let mut deep = String::from("procedure division.\n");
    for n in 0..20_000 {
        deep.push_str(&format!("p{n}. perform p{}. goback.\n", n + 1));
    }
    let units = all(&deep);
    let tree = units[0].flow(units[0].root_program()).unwrap().tree(None);
    assert_eq!(tree.steps.len(), 20_000);
    assert_eq!(tree.steps.last().unwrap().depth, 19_999);
}

#[test]
fn ranges_that_a_go_to_leaves() {
    let units = all(FLOW);
    let (left, whole) = units[0].flow(0).unwrap().left();
    assert!(whole);
    let said: Vec<String> = left
        .iter()
        .map(|l| {
            format!(
                "{} {:?} {} {:?} to {} {:?}",
                l.begin,
                l.thru,
                l.place.line,
                l.performed.len(),
                l.to,
                l.then
            )
        })
        .collect();
    assert_eq!(
        said,
        ["a-1 Some(\"a-exit\") 24 1 to abend-it Ends", "a-1 Some(\"a-exit\") 25 1 to m-1 GoesOn"]
    );
    let back = "procedure division.\nm. perform a thru c. stop run.\na. go to x.\nb. display 'b'.\nc. exit.\nx. go to b.\n";
    let units = all(back);
    let (left, _) = units[0].flow(units[0].root_program()).unwrap().left();
    assert_eq!((left.len(), left[0].then, left[0].to.as_str()), (1, Then::Returns, "x"));
}
