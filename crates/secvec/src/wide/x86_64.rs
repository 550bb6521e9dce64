//! On x86-64: `cmpxchg16b`, and three plain loads.
//!
//! All accesses are in assembly, because Rust has no stable atomic of 128 bits. What they promise is
//! the processor's: *Intel 64 and IA-32 Architectures Software Developer's Manual*, volume 3, "Memory
//! Ordering" (loads are not reordered with other loads; a locked instruction has a place in one total
//! order and nothing is reordered with it) and "Guaranteed Atomic Operations" (an aligned load of eight
//! bytes); AMD's *Programmer's Manual*, volume 2, says the same in "Memory System". Each block is a
//! barrier for the compiler too: none says `nomem` or `readonly`.

use core::arch::asm;
use core::cell::UnsafeCell;

use crate::wide::Pair;

/// Sixteen bytes: the word, then the stamp.
///
/// # Invariants
///
/// 1. While it is shared, it is read and written by the assembly below only.
#[derive(Debug, Default)]
#[repr(C, align(16))]
pub(crate) struct Wide(UnsafeCell<Pair>);

// The assembly below knows where the halves are.
const _: () = assert!(core::mem::offset_of!(Pair, word) == 0);
const _: () = assert!(core::mem::offset_of!(Pair, stamp) == 8);

// SAFETY: all access through a shared reference is atomic (invariant 1).
unsafe impl Sync for Wide {}

impl Wide {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(Pair { word: 0, stamp: 0 }))
    }

    /// Whether this processor has `cmpxchg16b`: all but the first of 2003 to 2006.
    pub(crate) fn supported() -> bool {
        // SAFETY: `cpuid` is there on every x86-64.
        #[allow(unused_unsafe, reason = "safe from some version of Rust on")]
        let features = unsafe { core::arch::x86_64::__cpuid(1) };
        features.ecx & (1 << 13) != 0
    }

    pub(crate) fn is_lock_free() -> bool {
        true
    }

    // ANCHOR: load
    /// What is in it. Acquire: pairs with [`exchange`](Self::exchange).
    ///
    /// Three loads of eight bytes: stamp, word, stamp. If the stamp stayed, nothing was exchanged
    /// between the two, for a stamp never comes back; so the word is the stamp's. A load of sixteen
    /// bytes would be an exchange, which writes.
    #[inline(always)]
    pub(crate) fn load(&self) -> Pair {
        loop {
            let (word, stamp, again): (u64, u64, u64);
            // SAFETY: reads the sixteen bytes of `self`, which are initialised, and nothing else.
            unsafe {
                asm!(
                    "mov {stamp}, qword ptr [{place} + 8]",
                    "mov {word}, qword ptr [{place}]",
                    "mov {again}, qword ptr [{place} + 8]",
                    place = in(reg) self.0.get(),
                    stamp = out(reg) stamp,
                    word = out(reg) word,
                    again = lateout(reg) again,
                    options(nostack, preserves_flags),
                );
            }
            if stamp == again {
                return Pair { word, stamp };
            }
        }
    }
    // ANCHOR_END: load

    // ANCHOR: exchange
    /// Put `new` in if `seen` is still there. Release: pairs with [`load`](Self::load). The
    /// instruction is Acquire too, which nobody needs.
    #[inline(always)]
    #[must_use = "it may have failed"]
    pub(crate) fn exchange(&self, seen: Pair, new: Pair) -> bool {
        let done: u8;
        // SAFETY: `self` is aligned to sixteen bytes, and the processor has the instruction: every
        // `Wide` that is shared stands in a bucket, or belongs to a vector that is about to have one,
        // and `Buckets::allocate` has asked. `rbx` is LLVM's, so it is saved and put back.
        unsafe {
            asm!(
                "xchg rsi, rbx",
                "lock cmpxchg16b xmmword ptr [rdi]",
                "sete r8b",
                "mov rbx, rsi",
                in("rdi") self.0.get(),
                inout("rsi") new.word => _,
                in("rcx") new.stamp,
                inout("rax") seen.word => _,
                inout("rdx") seen.stamp => _,
                out("r8b") done,
                options(nostack),
            );
        }
        done != 0
    }
    // ANCHOR_END: exchange

    /// Ask for the cache line, to write in it: one message between processors instead of two.
    #[inline(always)]
    pub(crate) fn prefetch(&self) {
        // SAFETY: a hint, which does nothing that a program can see.
        unsafe {
            asm!("prefetchw byte ptr [{}]", in(reg) self.0.get(), options(nostack, preserves_flags));
        }
    }
}
