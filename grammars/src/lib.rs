//! Generated parsers: the only member that compiles C of ours and the only one with `unsafe`.
