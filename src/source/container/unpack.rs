//! What a compressed format must be able to do: go on step by step, and be taken up again at places in the middle.

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    More,
    /// The same, and it can be taken up here later.
    Boundary,
    /// It needs more input than it was given.
    Starved,
    /// The stream ends here, as it should.
    End,
    /// It goes on, and something is to be said.
    Odd(&'static str),
    /// The stream ends here, and what follows it is something else.
    Rest(&'static str),
    /// It cannot go on.
    Damaged(&'static str),
}

/// Where a stream can be taken up.
pub enum Place {
    /// Before a member or a frame.
    Head,
    /// Between two blocks of deflate.
    Block {
        /// Bits of the byte before that belong to the next block.
        bits: u8,
        /// These bits.
        bit_buf: u8,
        /// The output before it that it may refer to.
        window: Vec<u8>,
    },
}

/// A stream that is being unpacked.
pub trait Unpack: Send {
    /// Unpacks from `input` to the end of `out`, some tens of KiB at most: how many bytes it took, and what came of it. With
    /// `ends` there is no more input behind it.
    fn step(&mut self, input: &[u8], ends: bool, out: &mut Vec<u8>) -> (usize, Step);
    /// Where it is, if it can be taken up there. Asked after [`Step::Boundary`].
    fn place(&self) -> Option<Place>;
    /// It was taken up at a head that is not the first.
    fn go_on(&mut self);
}
