//! Every screen as text: scenes at three sizes as snapshots, and at all sizes without a panic.

mod scenes;

use super::*;
use scenes::SCENES;

#[test]
fn every_scene_at_three_sizes() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, scene) in SCENES {
            for size in [(80, 24), (120, 36), (200, 50)] {
                let mut state = scene(size);
                state.source.rest();
                assert_eq!(state.size, size, "{name}");
                let text = rows(&state).join("\n");
                insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), text);
            }
        }
    });
}

#[test]
fn no_size_panics_and_the_cursor_is_on_the_screen() {
    let small = [1, 2, 3, 4, 7, 11, 16, 20].into_iter().flat_map(|w| (1..=6).map(move |h| (w, h)));
    let odd = [(0, 0), (0, 5), (5, 0), (79, 23), (89, 24), (90, 24), (100, 3), (139, 40), (400, 120)];
    let sizes: Vec<(u16, u16)> = small.chain(odd).collect();
    for (name, scene) in SCENES {
        let mut state = scene((80, 24));
        for (w, h) in sizes.iter().copied() {
            super::super::update::update(&mut state, crate::app::Msg::Resized(w, h));
            let (buffer, cursor) = view(&state);
            assert_eq!((buffer.area.width, buffer.area.height), (w, h), "{name}");
            if let Some((x, y)) = cursor {
                assert!(x < w && y < h, "{name} at {w}x{h}: the cursor is at {x},{y}");
            }
        }
    }
}

#[test]
fn a_title_leaves_out_whole_parts() {
    let mut state = scenes::source_text((80, 24));
    state.alerts = vec!["one".into()];
    let title = rows(&state).remove(0);
    assert!(title.ends_with("PAYR010.cbl  295 lines  ! 1"), "{title}");
    state.source.files.push(state.source.files[0].clone());
    let title = rows(&state).remove(0);
    assert!(title.ends_with("PAYR010.cbl  1/2  295 lines  ! 1"), "{title}");
    state.source.files[0].path = "/u/pay/PAYR010-NEW.cbl".into();
    let title = rows(&state).remove(0);
    assert!(title.ends_with("PAYR010-NEW.cbl  1/2  ! 1"), "{title}");
    state.source.files[0].path = "/u/pay/PAYR010.cbl".into();
    state.alerts.clear();
    let title = rows(&state).remove(0);
    assert!(title.ends_with("PAYR010.cbl  1/2  295 lines"), "{title}");
    let heading = b"1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0     Page     1";
    state.source.files[0].facts = Some(scenes::facts(heading));
    state.source.files.truncate(1);
    let title = rows(&state).remove(0);
    assert!(title.ends_with("PAYR010.cbl  295 lines  listing"), "{title}");
}

#[test]
fn a_number_that_was_not_counted_to_the_end_has_a_plus() {
    let scene = |wanted: &str| SCENES.iter().find(|(name, _)| *name == wanted).unwrap().1((120, 36));
    let mut state = scene("search_full");
    let result = state.search.result.as_mut().unwrap();
    result.more = true;
    result.layers[2].more = true;
    result.layers[2].plan = Some(crate::store::TextPlan::Newest);
    let text = rows(&state).join("\n");
    assert!(text.contains(" of 1,234+ in ") && text.contains("text 1229+"), "{text}");
    let explained = scene("search_explain");
    state.search.explain = explained.search.explain;
    let text = rows(&state).join("\n");
    assert!(text.contains("1229+ ") && text.contains("common words: the newest"), "{text}");
}
