//! Columns that stay at the left while the text goes to the right: the sequence numbers of fixed format, or the numbers of the
//! compiler in a listing, where these do not stand beside the lines already.

use super::file::File;
use super::gutter::Gutter;
use super::state::{Hex, State};
use crate::work::{Effects, Tone};

impl State {
    /// HOLD: whether such columns stay.
    pub fn hold(&mut self, change: impl FnOnce(bool) -> bool, fx: &mut Effects) {
        self.hold = change(self.hold);
        let text = if self.hold {
            "sequence numbers and LineIDs stay when the text goes to the right"
        } else {
            "all of a line goes to the right"
        };
        fx.say(Tone::Done, text);
    }

    /// How many columns of a file stay now.
    pub(super) fn held(&self, file: &File) -> usize {
        let plain = file.left > 0 && file.floor == 0 && file.skip == 0 && !file.needs_other_part(0);
        // Views of bytes have other columns.
        if !self.hold || !plain || self.hex != Hex::Off || file.printed() {
            return 0;
        }
        let twice = self.gutter == Gutter::Ids && file.is_listing();
        file.facts.as_ref().filter(|_| !twice).map_or(0, |f| f.format.numbered_columns())
    }
}

/// The column (from 0) that stands in cell `x` of a text of which the first `held` columns stay and the rest begins at `left`.
pub(super) fn column_in(x: usize, (left, held): (usize, usize)) -> usize {
    if x < held { x } else { left.saturating_add(x) }
}

/// The cell of column `column` (from 0), if it is not left of what is shown.
pub(super) fn cell_of(column: usize, (left, held): (usize, usize)) -> Option<usize> {
    if column < held { Some(column) } else { column.checked_sub(left).filter(|x| *x >= held) }
}

#[cfg(test)]
mod tests {
    use super::{cell_of, column_in};

    #[test]
    fn columns_that_stay_and_those_that_go() {
        for shown in [(0, 0), (8, 0), (8, 6), (100, 6)] {
            for x in 0..80 {
                assert_eq!(cell_of(column_in(x, shown), shown), Some(x), "{x} {shown:?}");
            }
        }
        assert_eq!((cell_of(5, (8, 6)), cell_of(6, (8, 6)), cell_of(13, (8, 6))), (Some(5), None, None));
        assert_eq!(cell_of(14, (8, 6)), Some(6));
    }
}
