//! What cannot be written without C or `unsafe`, so that the rest of greenbar can forbid both: generated parsers, and the
//! handler of signals that no program survives. Must not know anything of greenbar.

pub mod fatal;
