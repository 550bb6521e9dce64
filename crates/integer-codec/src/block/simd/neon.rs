//! Sixteen bytes at a time on AArch64: one table lookup a control byte.

use core::arch::aarch64::*;
use core::mem::MaybeUninit;

use alloc::vec::Vec;

use super::super::coding::{Coding, Control};
use super::super::element::{Element, Lane};
use super::super::finish::Finish;
use super::{Level, Progress, room};

/// Proof that this processor has NEON. Nearly every AArch64 target is compiled for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neon(());

impl Neon {
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        // Lanes are little-endian in memory; on a big-endian AArch64 the scalar code runs.
        (cfg!(target_feature = "neon") && cfg!(target_endian = "little")).then_some(Self(()))
    }
}

impl Level for Neon {
    #[inline(always)]
    fn unpack<E: Element>(
        self,
        coding: &Coding,
        control: Control<'_>,
        data: &[u8],
        finish: &mut Finish<E>,
        out: &mut Vec<E>,
    ) -> Progress {
        // SAFETY: `detect` alone makes a value of this type, and only where NEON is there.
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
        // SAFETY: as in `unpack`.
        unsafe { pack(coding, control, lanes, out) }
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn load(bytes: &[u8; 16]) -> uint8x16_t {
    // SAFETY: 16 readable bytes; the load asks for no alignment.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

#[inline]
#[target_feature(enable = "neon")]
fn store<T>(place: &mut MaybeUninit<T>, vector: uint8x16_t) {
    const { assert!(size_of::<T>() == 16) };
    // SAFETY: 16 writable bytes; the store asks for no alignment.
    unsafe { vst1q_u8(place.as_mut_ptr().cast(), vector) }
}

#[inline]
#[target_feature(enable = "neon")]
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
            let base = vdupq_n_u32(base.to_u64() as u32);
            spread(coding, control, data, places, |lanes| add32(lanes, base))
        }
        Finish::Add(base) => {
            let base = vdupq_n_u64(base.to_u64());
            spread(coding, control, data, places, |lanes| add64(lanes, base))
        }
        Finish::Delta { ref mut sum, step } if narrow => {
            let step = vdupq_n_u32(step.to_u64() as u32);
            let mut sums = vdupq_n_u32(sum.to_u64() as u32);
            let progress = spread(coding, control, data, places, |lanes| {
                let zero = vdupq_n_u8(0);
                let lanes = add32(lanes, step);
                let lanes = add32(lanes, vreinterpretq_u32_u8(vextq_u8::<12>(zero, lanes)));
                let lanes = add32(lanes, vreinterpretq_u32_u8(vextq_u8::<8>(zero, lanes)));
                let values = add32(lanes, sums);
                sums = vdupq_n_u32(vgetq_lane_u32::<3>(vreinterpretq_u32_u8(values)));
                values
            });
            *sum = Lane::truncate(vgetq_lane_u32::<0>(sums).into());
            progress
        }
        Finish::Delta { ref mut sum, step } => {
            let step = vdupq_n_u64(step.to_u64());
            let mut sums = vdupq_n_u64(sum.to_u64());
            let progress = spread(coding, control, data, places, |lanes| {
                let zero = vdupq_n_u8(0);
                let lanes = add64(lanes, step);
                let lanes = add64(lanes, vreinterpretq_u64_u8(vextq_u8::<8>(zero, lanes)));
                let values = add64(lanes, sums);
                sums = vdupq_n_u64(vgetq_lane_u64::<1>(vreinterpretq_u64_u8(values)));
                values
            });
            *sum = Lane::truncate(vgetq_lane_u64::<0>(sums));
            progress
        }
    };
    // SAFETY: `spread` wrote sixteen bytes for each control byte.
    unsafe { room::commit(out, progress.control * 16) };
    progress
}

#[inline]
#[target_feature(enable = "neon")]
fn add32(lanes: uint8x16_t, other: uint32x4_t) -> uint8x16_t {
    vreinterpretq_u8_u32(vaddq_u32(vreinterpretq_u32_u8(lanes), other))
}

#[inline]
#[target_feature(enable = "neon")]
fn add64(lanes: uint8x16_t, other: uint64x2_t) -> uint8x16_t {
    vreinterpretq_u8_u64(vaddq_u64(vreinterpretq_u64_u8(lanes), other))
}

/// One control byte at a time: the bytes of the data, each to its place, zeros between them.
#[inline]
#[target_feature(enable = "neon")]
fn spread(
    coding: &Coding,
    control: Control<'_>,
    data: &[u8],
    places: &mut [MaybeUninit<[u8; 16]>],
    mut finish: impl FnMut(uint8x16_t) -> uint8x16_t,
) -> Progress {
    let mut rest = data;
    let mut done = 0;
    let mut step = |control: u8, place: &mut MaybeUninit<[u8; 16]>| {
        let Some(bytes) = rest.first_chunk() else { return false };
        let row = usize::from(control);
        // An index beyond the table gives a zero byte.
        store(place, finish(vqtbl1q_u8(load(bytes), load(&coding.spread[row]))));
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
#[target_feature(enable = "neon")]
fn zigzag(lanes: uint8x16_t) -> uint8x16_t {
    let lanes = vreinterpretq_u64_u8(lanes);
    let sign = vandq_u64(lanes, vdupq_n_u64(1));
    let signs = vsubq_u64(vdupq_n_u64(0), sign);
    vreinterpretq_u8_u64(veorq_u64(vshrq_n_u64::<1>(lanes), signs))
}

#[inline]
#[target_feature(enable = "neon")]
fn pack<L: Lane>(coding: &Coding, control: &[u8], lanes: &[L], out: &mut Vec<u8>) -> usize {
    let (vectors, _) = room::bytes(lanes).as_chunks();
    let spare = out.spare_capacity_mut();
    let mut used = 0;
    let mut done = 0;
    for (&control, bytes) in control.iter().zip(vectors) {
        let Some(place) = spare[used..].first_chunk_mut::<16>() else { break };
        let row = usize::from(control);
        store(room::transposed(place), vqtbl1q_u8(load(bytes), load(&coding.gather[row])));
        used += usize::from(coding.data_len[row]);
        done += 1;
    }
    // SAFETY: each store began where the bytes used of the one before it end.
    unsafe { room::commit(out, used) };
    done
}
