#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| greenbar_fuzz::imported(data));
