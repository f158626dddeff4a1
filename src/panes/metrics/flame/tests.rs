use super::*;
use crate::metrics::profile::tests::measured;

fn flame() -> Flame {
    let mut flame = Flame::default();
    flame.take(measured());
    flame
}

fn here(flame: &Flame) -> &str {
    &flame.profile.as_ref().unwrap().nodes[flame.selected.unwrap()].what
}

#[test]
fn keys_walk_along_the_flames() {
    let mut flame = flame();
    assert_eq!(here(&flame), "the search", "the longest is selected at first");
    for (way, place) in [
        (Move::Left, "the search"),
        (Move::Right, "update"),
        (Move::Down, "update"),
        (Move::Right, "update"),
        (Move::Left, "the search"),
        (Move::Down, "text layer"),
        (Move::Right, "tag layer"),
        (Move::Left, "text layer"),
        (Move::Bottom, "store read"),
        (Move::Up, "text layer"),
        (Move::Top, "the search"),
    ] {
        flame.walk(way);
        assert_eq!(here(&flame), place, "{way:?}");
    }
}

#[test]
fn a_place_takes_the_whole_width_and_gives_it_back() {
    let mut flame = flame();
    flame.walk(Move::Down);
    flame.zoom();
    assert_eq!(flame.zoom, Some(3));
    flame.walk(Move::Up);
    flame.walk(Move::Right);
    assert_eq!(here(&flame), "text layer", "what is outside of the zoom is not gone to");
    flame.walk(Move::Down);
    assert_eq!(here(&flame), "store read");
    assert!(flame.unzoom() && flame.zoom == Some(0));
    assert!(flame.unzoom() && !flame.unzoom());
}

#[test]
fn boxes_are_as_wide_as_their_time_and_stay_in_what_they_are_inside_of() {
    let profile = measured();
    let top = laid(&profile, None, (0, 100));
    assert_eq!(top, [(0, 0, 60), (1, 60, 40)]);
    assert_eq!(laid(&profile, Some(0), (0, 60)), [(3, 0, 40), (2, 40, 10)]);
    for width in 0..40 {
        for of in [None, Some(0), Some(3)] {
            let row = laid(&profile, of, (5, width));
            let mut end = 5;
            for (_, x, cells) in row {
                assert!(x == end && cells > 0);
                end += cells;
            }
            assert!(end <= 5 + width);
        }
    }
}

#[test]
fn after_a_clearing_the_selection_is_on_something_that_is_there() {
    let mut flame = flame();
    flame.walk(Move::Bottom);
    flame.zoom();
    flame.take(Profile {
        nodes: vec![Node { what: "other".into(), count: 1, ..Node::default() }],
        ..Profile::default()
    });
    assert_eq!((here(&flame), flame.zoom), ("other", None));
    flame.take(Profile::default());
    assert_eq!(flame.selected, None);
    for way in [Move::Up, Move::Down, Move::Left, Move::Bottom] {
        flame.walk(way);
    }
    flame.zoom();
}
