//! Arbitrary bytes as a file whose checksums are right, and files of arbitrary parts.

#![no_main]

use libfuzzer_sys::fuzz_target;
use raw_serialise_fuzz::targets;

fuzz_target!(|input: &[u8]| {
    // What is refused is refused; the body panics if something is wrong.
    let _ = targets::sealed(input);
});
