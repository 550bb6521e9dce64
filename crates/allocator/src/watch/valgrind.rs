//! Client requests to Valgrind: instructions that do nothing, in an order that no compiler writes.
//! Valgrind knows the order, looks into two registers and does what is asked. Without it, they do
//! nothing indeed.
//!
//! The numbers are those of `valgrind.h` and `memcheck.h`.

use core::ptr;

/// Whether errors of this thread are reported: told `1` and `-1`, and counted.
const CHANGE_ERR_DISABLEMENT: usize = 0x1801;
const MALLOCLIKE_BLOCK: usize = 0x1301;
const FREELIKE_BLOCK: usize = 0x1302;
const RESIZEINPLACE_BLOCK: usize = 0x130b;
/// The first request of a tool: the tool's letters, then a number.
const MAKE_MEM_NOACCESS: usize = (b'M' as usize) << 24 | (b'C' as usize) << 16;
const MAKE_MEM_UNDEFINED: usize = MAKE_MEM_NOACCESS + 1;
const MAKE_MEM_DEFINED: usize = MAKE_MEM_NOACCESS + 2;

/// A block was given out. Its bytes mean nothing yet.
pub(super) fn given(block: *mut u8, size: usize) {
    // Then: bytes between blocks that nobody may touch, and whether the block is zero.
    request(MALLOCLIKE_BLOCK, [block.addr(), size, 0, 0]);
}

/// A block came back. If it was none, that is an error of the program.
pub(super) fn taken_back(block: *mut u8) {
    request(FREELIKE_BLOCK, [block.addr(), 0, 0, 0]);
}

pub(super) fn resized(block: *mut u8, old_size: usize, new_size: usize) {
    request(RESIZEINPLACE_BLOCK, [block.addr(), old_size, new_size, 0]);
}

/// Nobody may touch these bytes.
pub(super) fn close(start: *mut u8, length: usize) {
    request(MAKE_MEM_NOACCESS, [start.addr(), length, 0, 0]);
}

/// Everybody may, and they mean nothing yet.
pub(super) fn open(start: *mut u8, length: usize) {
    request(MAKE_MEM_UNDEFINED, [start.addr(), length, 0, 0]);
}

/// These bytes mean what they say.
pub(super) fn defined<T>(value: &T) {
    request(MAKE_MEM_DEFINED, [ptr::from_ref(value).addr(), size_of::<T>(), 0, 0]);
}

/// Report no errors of this thread, until told otherwise.
pub(super) fn look_away(yes: bool) {
    request(CHANGE_ERR_DISABLEMENT, [if yes { 1 } else { usize::MAX }, 0, 0, 0]);
}

#[inline(always)]
fn request(number: usize, [a, b, c, d]: [usize; 4]) {
    let words = [number, a, b, c, d, 0];
    // ANCHOR: request
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the rotations add up to two whole turns, and the exchange is of a register with itself; what
    // Valgrind does is read `words` and write `rdx`.
    unsafe {
        core::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") words.as_ptr(),
            inout("rdx") 0_usize => _,
            options(nostack),
        );
    }
    // ANCHOR_END: request
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above: two whole turns, and an or of a register with itself; Valgrind writes `x3`.
    unsafe {
        core::arch::asm!(
            "ror x12, x12, #3",
            "ror x12, x12, #13",
            "ror x12, x12, #51",
            "ror x12, x12, #61",
            "orr x10, x10, x10",
            in("x4") words.as_ptr(),
            inout("x3") 0_usize => _,
            options(nostack),
        );
    }
    let _ = words;
}
