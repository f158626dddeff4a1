//! What cannot be written without `unsafe`, so that the rest of greenbar can forbid it: the handler of signals that no program
//! survives, the allocator that counts, what that of the C library is asked, and loops for processors that have more than all
//! have. Must not know anything of greenbar.

pub mod count;
pub mod fatal;
pub mod memory;
pub mod wide;
