//! What AddressSanitizer is told, and accesses that it does not see: on Linux, on x86-64 and AArch64.
//!
//! For each 8 bytes it knows how many of them, from the first on, may be touched. So a block that begins
//! or ends between two multiples of 8 is only nearly closed in: opening it opens the bytes before it as
//! well, and closing it leaves open what it shares with a live neighbour behind it. Mistakes within those
//! 8 bytes are missed; nothing clean is reported.

use core::arch::asm;
use core::mem;

/// What both functions look like: the first byte, and how many.
type Tell = extern "C" fn(*const u8, usize);

/// A function of AddressSanitizer, or `None` in a program that does not have it. (An `extern` block would
/// ask for it, and such a program could not be linked.)
macro_rules! function {
    ($name:literal) => {{
        let address: usize;
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        // SAFETY: it reads what the linker has put down for this name, which is 0 if nothing has it.
        unsafe {
            asm!(
                concat!(".weak ", $name),
                concat!("mov {}, qword ptr [rip + ", $name, "@GOTPCREL]"),
                out(reg) address,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
        // SAFETY: as above.
        unsafe {
            asm!(
                concat!(".weak ", $name),
                concat!("adrp {0}, :got:", $name),
                concat!("ldr {0}, [{0}, :got_lo12:", $name, "]"),
                out(reg) address,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        #[cfg(not(all(
            target_os = "linux",
            any(target_arch = "x86_64", target_arch = "aarch64")
        )))]
        {
            address = 0;
        }
        // SAFETY: an `Option` of a function is its address, or 0; and this is what these functions look like.
        unsafe { mem::transmute::<usize, Option<Tell>>(address) }
    }};
}

/// Nobody may touch these bytes.
pub(super) fn close(start: *mut u8, length: usize) {
    if let Some(tell) = function!("__asan_poison_memory_region") {
        tell(start, length);
    }
}

/// Everybody may.
pub(super) fn open(start: *mut u8, length: usize) {
    if let Some(tell) = function!("__asan_unpoison_memory_region") {
        tell(start, length);
    }
}

/// Read a pointer, unseen.
///
/// # Safety
///
/// `place` is aligned, and valid for reads of a pointer.
#[inline(always)]
pub(super) unsafe fn load(place: *const *mut u8) -> *mut u8 {
    let pointer: *mut u8;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("mov {}, qword ptr [{}]", out(reg) pointer, in(reg) place,
            options(readonly, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("ldr {}, [{}]", out(reg) pointer, in(reg) place,
            options(readonly, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        // SAFETY: the caller's promise.
        pointer = unsafe { place.read() };
    }
    pointer
}

/// Write a pointer, unseen.
///
/// # Safety
///
/// `place` is aligned, and valid for writes of a pointer.
#[inline(always)]
pub(super) unsafe fn store(place: *mut *mut u8, pointer: *mut u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("mov qword ptr [{}], {}", in(reg) place, in(reg) pointer,
            options(nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("str {1}, [{0}]", in(reg) place, in(reg) pointer,
            options(nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    // SAFETY: the caller's promise.
    unsafe {
        place.write(pointer);
    }
}

/// Read a header, unseen.
///
/// # Safety
///
/// `place` is aligned, and valid for reads.
#[inline(always)]
pub(super) unsafe fn load_header(place: *const u32) -> u32 {
    let header: u32;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("mov {:e}, dword ptr [{}]", out(reg) header, in(reg) place,
            options(readonly, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("ldr {:w}, [{}]", out(reg) header, in(reg) place,
            options(readonly, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        // SAFETY: the caller's promise.
        header = unsafe { place.read() };
    }
    header
}

/// Write a header, unseen.
///
/// # Safety
///
/// `place` is aligned, and valid for writes.
#[inline(always)]
pub(super) unsafe fn store_header(place: *mut u32, header: u32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("mov dword ptr [{}], {:e}", in(reg) place, in(reg) header,
            options(nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the caller's promise.
    unsafe {
        asm!("str {1:w}, [{0}]", in(reg) place, in(reg) header,
            options(nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    // SAFETY: the caller's promise.
    unsafe {
        place.write(header);
    }
}
