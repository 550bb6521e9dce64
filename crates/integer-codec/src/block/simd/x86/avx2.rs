//! Thirty-two bytes at a time: two control bytes to a shuffle.

#[cfg(target_arch = "x86")]
use core::arch::x86::*;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use alloc::vec::Vec;

use super::super::super::coding::{Coding, Control};
use super::super::super::element::{Element, Lane};
use super::super::super::finish::Finish;
use super::super::{Level, Progress, room};
use super::{has, ssse3};

/// Proof that this processor has AVX2, and the bit manipulations that came with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        has!("avx2" "bmi1" "bmi2" "lzcnt" "popcnt").then_some(Self(()))
    }
}

impl Level for Avx2 {
    #[inline(always)]
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[inline(never)]
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn with<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        // SAFETY: `detect` alone makes a value of this type, and only where these are there.
        unsafe { with(f) }
    }

    #[inline(always)]
    fn unpack<E: Element>(
        self,
        coding: &Coding,
        control: Control<'_>,
        data: &[u8],
        finish: &mut Finish<E>,
        out: &mut Vec<E>,
    ) -> Progress {
        // SAFETY: as in `run`.
        unsafe { unpack(coding, control, data, finish, out) }
    }

    #[inline(always)]
    fn pack<L: Lane>(
        self,
        coding: &Coding,
        control: &[u8],
        lanes: &[L],
        out: &mut Vec<u8>,
    ) -> usize {
        // Two halves of a vector would have to be stored one by one: so with the shorter vectors.
        // SAFETY: as in `run`; AVX2 includes SSSE3.
        unsafe { ssse3::pack(coding, control, lanes, out) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn pair(low: __m128i, high: __m128i) -> __m256i {
    _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high)
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(place: &mut MaybeUninit<[u8; 32]>, vector: __m256i) {
    // SAFETY: 32 writable bytes; an unaligned store asks for no more.
    unsafe { _mm256_storeu_si256(place.as_mut_ptr().cast(), vector) }
}

#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn unpack<E: Element>(
    coding: &Coding,
    control: Control<'_>,
    data: &[u8],
    finish: &mut Finish<E>,
    out: &mut Vec<E>,
) -> Progress {
    let narrow = size_of::<E>() == 4;
    let places = room::chunks(out);
    let progress = match *finish {
        Finish::Plain if E::SIGNED => spread(coding, control, data, places, |lanes| zigzag(lanes)),
        Finish::Plain => spread(coding, control, data, places, |lanes| lanes),
        Finish::Add(base) if narrow => {
            let base = _mm256_set1_epi32(base.to_u64() as i32);
            spread(coding, control, data, places, |lanes| _mm256_add_epi32(lanes, base))
        }
        Finish::Add(base) => {
            let base = _mm256_set1_epi64x(base.to_u64() as i64);
            spread(coding, control, data, places, |lanes| _mm256_add_epi64(lanes, base))
        }
        // Sums go through the halves one after the other: so with the shorter vectors.
        Finish::Delta { .. } => return ssse3::unpack(coding, control, data, finish, out),
    };
    // SAFETY: `spread` wrote sixteen bytes for each control byte.
    unsafe { room::commit(out, progress.control * 16) };
    progress
}

/// Two control bytes at a time: the bytes of the data, each to its place, zeros between them.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn spread(
    coding: &Coding,
    control: Control<'_>,
    data: &[u8],
    places: &mut [MaybeUninit<[u8; 32]>],
    mut finish: impl FnMut(__m256i) -> __m256i,
) -> Progress {
    let mut rest = data;
    let mut done = 0;
    let mut step = |[low, high]: [u8; 2], place: &mut MaybeUninit<[u8; 32]>| {
        let (low, high) = (usize::from(low), usize::from(high));
        let middle = usize::from(coding.data_len[low]);
        let Some(first) = rest.first_chunk() else { return false };
        let Some(second) = rest[middle..].first_chunk() else { return false };
        let vector = pair(ssse3::load(first), ssse3::load(second));
        let shuffle = pair(ssse3::load(&coding.spread[low]), ssse3::load(&coding.spread[high]));
        store(place, finish(_mm256_shuffle_epi8(vector, shuffle)));
        rest = &rest[middle + usize::from(coding.data_len[high])..];
        done += 2;
        true
    };
    match control {
        Control::Each(control) => {
            let (pairs, _) = control.as_chunks();
            let _ = pairs.iter().zip(places).all(|(&pair, place)| step(pair, place));
        }
        Control::Same { control, len } => {
            let _ = places.iter_mut().take(len / 2).all(|place| step([control; 2], place));
        }
    }
    Progress { control: done, data: data.len() - rest.len() }
}

/// 0, 1, 2, 3 become 0, -1, 1, -2.
#[inline]
#[target_feature(enable = "avx2")]
fn zigzag(lanes: __m256i) -> __m256i {
    let sign = _mm256_and_si256(lanes, _mm256_set1_epi64x(1));
    _mm256_xor_si256(_mm256_srli_epi64::<1>(lanes), _mm256_sub_epi64(_mm256_setzero_si256(), sign))
}
