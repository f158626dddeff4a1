//! How the C library's allocator deals with memory. A desk reads megabytes at a time in several threads; left alone, glibc
//! (mallopt(3)) keeps what one large buffer took for the next one, in a heap for each thread, and raises its own limits as
//! it sees large buffers freed. A process that has read a large file once is then a third larger than what it holds.

/// Buffers from this size on are given back to the system when they are freed, in bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 128 << 10;
/// Heaps at most. The threads of a desk rarely allocate at once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 2;

/// Gives the system what the allocator keeps of memory that nobody has any more. Without glibc it does nothing.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it looks for whole pages that are free, under the allocator's own lock.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Has large buffers given back when they are freed. Without glibc it does nothing; call it before there are threads.
pub fn be_frugal() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in
        [(libc::M_MMAP_THRESHOLD, LARGE), (libc::M_TRIM_THRESHOLD, LARGE), (libc::M_ARENA_MAX, HEAPS)]
    {
        // SAFETY: it changes numbers of the allocator, under its own lock; one that it does not know changes nothing.
        unsafe { libc::mallopt(parameter, value) };
    }
}
