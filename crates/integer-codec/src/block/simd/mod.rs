//! The same work with vector instructions, chosen at run time.
//!
//! A [`Level`] is a set of instructions, and a value of it is the proof that this processor has
//! them: only detection makes one. So the functions of a level are safe to call, and the `unsafe`
//! stays in this folder.
//!
//! A kernel works on whole control bytes and says how far it got; the scalar code, which is the
//! reference, does the rest. A level without a kernel gets nowhere, and all is the rest.

#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod x86;

#[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
mod room;

use alloc::vec::Vec;

use super::checksum::{self, CHUNK, Sums};
use super::coding::{Coding, Control};
use super::element::{Element, Lane};
use super::finish::Finish;

/// How far a kernel got.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Control bytes done, each with sixteen bytes of lanes.
    pub(crate) control: usize,
    /// Bytes of data read.
    pub(crate) data: usize,
}

/// A set of instructions that this processor has.
pub(crate) trait Level: Copy {
    /// Whether its kernel is faster than a plain loop also where all values have the same length.
    const EXPANDS: bool = false;

    /// Run `f`, compiled with these instructions as far as it is inlined, and apart from the code
    /// around it: what that needs of registers does not change what becomes of `f`.
    #[inline(never)]
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        f()
    }

    /// From data to lanes, from lanes to values: append them to `out` as far as it has room.
    #[inline(always)]
    fn unpack<E: Element>(
        self,
        coding: &Coding,
        control: Control<'_>,
        data: &[u8],
        finish: &mut Finish<E>,
        out: &mut Vec<E>,
    ) -> Progress {
        let _ = (coding, control, data, finish, out);
        Progress::default()
    }

    /// The sums of a checksum.
    #[inline(always)]
    fn sum(self, sums: &mut Sums, chunks: &[[u8; CHUNK]]) {
        self.run(
            #[inline(always)]
            || checksum::sum(sums, chunks),
        );
    }

    /// From lanes to data: append it to `out` as far as it has room, and say how many control
    /// bytes are done.
    #[inline(always)]
    fn pack<L: Lane>(
        self,
        coding: &Coding,
        control: &[u8],
        lanes: &[L],
        out: &mut Vec<u8>,
    ) -> usize {
        let _ = (coding, control, lanes, out);
        0
    }
}

/// No vector instructions but those that the compiler finds by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar;

impl Level for Scalar {}

/// A set of vector instructions that blocks can be coded with.
///
/// The results are the same for all of them; what differs is the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Simd {
    /// Plain Rust, the reference and the fallback.
    Scalar,
    /// x86 with SSSE3: sixteen bytes at a time.
    Ssse3,
    /// x86 with AVX2, and BMI1, BMI2, LZCNT and POPCNT as all processors with AVX2 have them.
    Avx2,
    /// x86 with AVX-512 F, BW, CD, DQ, VL, VBMI and VBMI2, and what [`Avx2`](Self::Avx2) asks for
    /// besides: sixty-four bytes at a time.
    Avx512,
    /// AArch64.
    Neon,
}

impl Simd {
    const ALL: [Self; 5] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Ssse3, Self::Scalar];

    /// The best set that this processor has.
    ///
    /// With the feature `std` the processor is asked, once; without it, only what the program was
    /// compiled for is used (`-C target-feature`).
    #[must_use]
    pub fn detect() -> Self {
        Self::available().next().unwrap_or(Self::Scalar)
    }

    /// Every set that this processor has, the best first.
    ///
    /// ```
    /// use integer_codec::block::Simd;
    ///
    /// assert!(Simd::available().any(|simd| simd == Simd::Scalar));
    /// assert_eq!(Simd::available().next(), Some(Simd::detect()));
    /// ```
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|simd| simd.is_available())
    }

    /// Whether this processor has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Ssse3 => x86::Ssse3::detect().is_some(),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx2 => x86::Avx2::detect().is_some(),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx512 => x86::Avx512::detect().is_some(),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => neon::Neon::detect().is_some(),
            #[allow(unreachable_patterns, reason = "which are left depends on the target")]
            _ => false,
        }
    }
}

/// Work that can be done on any level.
pub(crate) trait Work {
    type Output;
    fn run<L: Level>(self, level: L) -> Self::Output;
}

/// Do it on the level that was asked for, or with plain Rust where that is missing.
#[inline]
pub(crate) fn dispatch<W: Work>(simd: Simd, work: W) -> W::Output {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    match simd {
        Simd::Ssse3 => {
            if let Some(level) = x86::Ssse3::detect() {
                return level.run(
                    #[inline(always)]
                    || work.run(level),
                );
            }
        }
        Simd::Avx2 => {
            if let Some(level) = x86::Avx2::detect() {
                return level.run(
                    #[inline(always)]
                    || work.run(level),
                );
            }
        }
        Simd::Avx512 => {
            if let Some(level) = x86::Avx512::detect() {
                return level.run(
                    #[inline(always)]
                    || work.run(level),
                );
            }
        }
        _ => {}
    }
    #[cfg(target_arch = "aarch64")]
    if simd == Simd::Neon {
        if let Some(level) = neon::Neon::detect() {
            return level.run(
                #[inline(always)]
                || work.run(level),
            );
        }
    }
    let _ = simd;
    work.run(Scalar)
}
