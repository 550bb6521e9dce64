//! Operations on hardened allocators.

#![no_main]

use allocator_fuzz::targets;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    // What is refused is refused; the body panics if something is wrong.
    let _ = targets::hardened(input);
});
