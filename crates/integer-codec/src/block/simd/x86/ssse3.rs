//! Sixteen bytes at a time: one shuffle a control byte.

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
use super::has;

/// Proof that this processor has SSSE3.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ssse3(());

impl Ssse3 {
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        has!("ssse3").then_some(Self(()))
    }
}

impl Level for Ssse3 {
    #[inline(always)]
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[inline(never)]
        #[target_feature(enable = "ssse3")]
        fn with<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        // SAFETY: `detect` alone makes a value of this type, and only where SSSE3 is there.
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
        // SAFETY: as in `run`.
        unsafe { pack(coding, control, lanes, out) }
    }
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: 16 readable bytes; an unaligned load asks for no more.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "ssse3")]
fn store<T>(place: &mut MaybeUninit<T>, vector: __m128i) {
    const { assert!(size_of::<T>() == 16) };
    // SAFETY: 16 writable bytes; an unaligned store asks for no more.
    unsafe { _mm_storeu_si128(place.as_mut_ptr().cast(), vector) }
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn unpack<E: Element>(
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
            let base = _mm_set1_epi32(base.to_u64() as i32);
            spread(coding, control, data, places, |lanes| _mm_add_epi32(lanes, base))
        }
        Finish::Add(base) => {
            let base = _mm_set1_epi64x(base.to_u64() as i64);
            spread(coding, control, data, places, |lanes| _mm_add_epi64(lanes, base))
        }
        Finish::Delta { ref mut sum, step } if narrow => {
            let step = _mm_set1_epi32(step.to_u64() as i32);
            let mut sums = _mm_set1_epi32(sum.to_u64() as i32);
            let progress = spread(coding, control, data, places, |lanes| {
                let lanes = _mm_add_epi32(lanes, step);
                let lanes = _mm_add_epi32(lanes, _mm_slli_si128::<4>(lanes));
                let lanes = _mm_add_epi32(lanes, _mm_slli_si128::<8>(lanes));
                let values = _mm_add_epi32(lanes, sums);
                sums = _mm_shuffle_epi32::<0b11_11_11_11>(values);
                values
            });
            *sum = Lane::truncate(_mm_cvtsi128_si32(sums) as u64);
            progress
        }
        Finish::Delta { ref mut sum, step } => {
            let step = _mm_set1_epi64x(step.to_u64() as i64);
            let mut sums = _mm_set1_epi64x(sum.to_u64() as i64);
            let progress = spread(coding, control, data, places, |lanes| {
                let lanes = _mm_add_epi64(lanes, step);
                let lanes = _mm_add_epi64(lanes, _mm_slli_si128::<8>(lanes));
                let values = _mm_add_epi64(lanes, sums);
                sums = _mm_unpackhi_epi64(values, values);
                values
            });
            let low = _mm_cvtsi128_si32(sums) as u32;
            let high = _mm_cvtsi128_si32(_mm_srli_si128::<4>(sums)) as u32;
            *sum = Lane::truncate(u64::from(low) | u64::from(high) << 32);
            progress
        }
    };
    // SAFETY: `spread` wrote sixteen bytes for each control byte.
    unsafe { room::commit(out, progress.control * 16) };
    progress
}

/// One control byte at a time: the bytes of the data, each to its place, zeros between them.
#[inline]
#[target_feature(enable = "ssse3")]
fn spread(
    coding: &Coding,
    control: Control<'_>,
    data: &[u8],
    places: &mut [MaybeUninit<[u8; 16]>],
    mut finish: impl FnMut(__m128i) -> __m128i,
) -> Progress {
    let mut rest = data;
    let mut done = 0;
    let mut step = |control: u8, place: &mut MaybeUninit<[u8; 16]>| {
        let Some(bytes) = rest.first_chunk() else { return false };
        let row = usize::from(control);
        store(place, finish(_mm_shuffle_epi8(load(bytes), load(&coding.spread[row]))));
        rest = &rest[usize::from(coding.data_len[row])..];
        done += 1;
        true
    };
    match control {
        Control::Each(control) => {
            let _ = control.iter().zip(places).all(|(&control, place)| step(control, place));
        }
        Control::Same { control, len } => {
            let _ = places.iter_mut().take(len).all(|place| step(control, place));
        }
    }
    Progress { control: done, data: data.len() - rest.len() }
}

/// 0, 1, 2, 3 become 0, -1, 1, -2.
#[inline]
#[target_feature(enable = "ssse3")]
fn zigzag(lanes: __m128i) -> __m128i {
    let sign = _mm_and_si128(lanes, _mm_set1_epi64x(1));
    _mm_xor_si128(_mm_srli_epi64::<1>(lanes), _mm_sub_epi64(_mm_setzero_si128(), sign))
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn pack<L: Lane>(
    coding: &Coding,
    control: &[u8],
    lanes: &[L],
    out: &mut Vec<u8>,
) -> usize {
    let (vectors, _) = room::bytes(lanes).as_chunks();
    let spare = out.spare_capacity_mut();
    let mut used = 0;
    let mut done = 0;
    for (&control, bytes) in control.iter().zip(vectors) {
        let Some(place) = spare[used..].first_chunk_mut::<16>() else { break };
        let row = usize::from(control);
        store(room::transposed(place), _mm_shuffle_epi8(load(bytes), load(&coding.gather[row])));
        used += usize::from(coding.data_len[row]);
        done += 1;
    }
    // SAFETY: each store began where the bytes used of the one before it end.
    unsafe { room::commit(out, used) };
    done
}
