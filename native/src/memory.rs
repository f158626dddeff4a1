//! How the C library's allocator deals with memory. A desk reads megabytes at a time in several threads; left alone, glibc
//! (mallopt(3)) keeps what one large buffer took for the next one, in a heap for each thread, and raises its own limits as
//! it sees large buffers freed. A process that has read a large file once is then a third larger than what it holds.

/// Buffers from this size on are given back to the system when they are freed, in bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 128 << 10;
/// Heaps at most. The threads of a desk rarely allocate at once, and what one frees another takes: a second heap cost half a
/// megabyte and made the parse no quicker.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 1;

/// Gives the system what the allocator keeps of memory that nobody has any more. Without glibc it does nothing.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it looks for whole pages that are free, under the allocator's own lock.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Bytes that the process holds of the allocator, C included: what is resident is more by what lies free between them. The
/// numbers come from mallinfo(3), which every glibc has and which wrap at 4 GiB. `None` without glibc.
#[must_use]
pub fn held() -> Option<u64> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: it adds up what the heaps say, under their own locks.
        let info = unsafe { libc::mallinfo() };
        Some([info.uordblks, info.hblkhd].into_iter().map(|bytes| u64::from(bytes.cast_unsigned())).sum())
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    None
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

/// Lets so many threads allocate side by side, for a program of many that are all at work: with one heap half a hundred clients of a
/// search waited for each other at every allocation, and made a quarter to a third less. Without glibc it does nothing; call it
/// before there are threads, and after [`be_frugal`].
pub fn share_out(heaps: usize) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let heaps = libc::c_int::try_from(heaps.max(1)).unwrap_or(HEAPS);
        // SAFETY: it changes a number of the allocator, under its own lock.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, heaps) };
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    let _ = heaps;
}

/// Has the system forget which pages of the program and its libraries are in memory: code and constants, which it has from
/// the files. What is used again comes back from the page cache at once; what only a start or an installation used stays
/// away, and counts no longer as memory of this process. Without Linux it does nothing.
pub fn unload() {
    #[cfg(target_os = "linux")]
    // SAFETY: the function given does not keep what it is given, and touches nothing of Rust's.
    unsafe {
        libc::dl_iterate_phdr(Some(unload_object), std::ptr::null_mut());
    }
}

/// Of an object, which is the program or a library, what is mapped from its file and never written.
#[cfg(target_os = "linux")]
unsafe extern "C" fn unload_object(
    object: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    _data: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the loader gives an object that lives for this call, with so many headers; a page size can always be asked.
    let (object, headers, page) = unsafe {
        let object = &*object;
        let headers = std::slice::from_raw_parts(object.dlpi_phdr, usize::from(object.dlpi_phnum));
        (object, headers, libc::sysconf(libc::_SC_PAGESIZE))
    };
    let Ok(page) = usize::try_from(page) else { return 1 };
    for header in headers.iter().filter(|h| h.p_type == libc::PT_LOAD && h.p_flags & libc::PF_W == 0) {
        let (Ok(from), Ok(length)) =
            (usize::try_from(object.dlpi_addr + header.p_vaddr), usize::try_from(header.p_memsz))
        else {
            continue;
        };
        // Whole pages only: the first and the last may be shared with what is written.
        let (begin, end) = (from.next_multiple_of(page), (from + length) / page * page);
        if begin < end {
            // SAFETY: these pages are private, come from a file and have never been written (the segment is not writable,
            // and what can be loaded at any place has no relocations in it): what is read again is the same. The kernel
            // refuses to do so with its own object, which has no file.
            unsafe { libc::madvise(begin as *mut libc::c_void, end - begin, libc::MADV_DONTNEED) };
        }
    }
    0
}

#[cfg(test)]
mod tests {
    /// In this program, so that the test looks at it.
    static CONSTANT: [u8; 64 << 10] = [7; 64 << 10];

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn what_is_held_counts_small_and_large() {
        let before = super::held().unwrap();
        let small: Vec<Box<[u8]>> = (0..1_000).map(|_| vec![1; 1_000].into()).collect();
        let large = std::hint::black_box(vec![1_u8; 8 << 20]);
        let with = super::held().unwrap();
        drop((small, large));
        let after = super::held().unwrap();
        assert!(with > before + 9_300_000 && with < before + 12_000_000, "{before} {with}");
        assert!(after < with - 9_300_000, "{with} {after}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_unloaded_is_the_same_when_it_is_used_again() {
        let ours = || {
            let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
            let at = std::hint::black_box(CONSTANT.as_ptr()) as usize;
            let mut inside = false;
            for line in maps.lines() {
                if let Some((from, to)) = line.split_once(' ').and_then(|(range, _)| range.split_once('-'))
                    && let (Ok(from), Ok(to)) =
                        (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16))
                {
                    inside = (from..to).contains(&at);
                } else if inside && let Some(rss) = line.strip_prefix("Rss:") {
                    return rss.trim().trim_end_matches(" kB").parse::<u64>().unwrap();
                }
            }
            panic!("not mapped");
        };
        let sum = || std::hint::black_box(&CONSTANT).iter().map(|b| u64::from(*b)).sum::<u64>();
        assert_eq!(sum(), 7 * (64 << 10));
        let before = ours();
        super::unload();
        let after = ours();
        assert!(after < before, "{before} kB before, {after} kB after");
        assert_eq!(sum(), 7 * (64 << 10));
    }
}
