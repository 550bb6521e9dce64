//! Sixty-four bytes at a time: "expand" and "compress" do what a table of shuffles does elsewhere.

#[cfg(target_arch = "x86")]
use core::arch::x86::*;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use alloc::vec::Vec;

use super::super::super::checksum::{CHUNK, LANES, Sums};
use super::super::super::coding::{Coding, Control, Kind};
use super::super::super::element::{Element, Lane};
use super::super::super::finish::Finish;
use super::super::{Level, Progress, room};
use super::{has, instructions};

/// Proof that this processor has AVX-512 F, BW, VBMI and VBMI2, and POPCNT.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        (has!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512vbmi" "avx512vbmi2" "popcnt" "lzcnt" "bmi1" "bmi2")).then_some(Self(()))
    }
}

impl Level for Avx512 {
    const EXPANDS: bool = true;

    #[inline(always)]
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[inline(never)]
        #[target_feature(
            enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt,lzcnt,bmi1,bmi2"
        )]
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
    fn sum(self, sums: &mut Sums, chunks: &[[u8; CHUNK]]) {
        // SAFETY: as in `run`.
        unsafe { sum(sums, chunks) }
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
#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: 64 readable bytes; an unaligned load asks for no more.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store<T>(place: &mut MaybeUninit<T>, vector: __m512i) {
    const { assert!(size_of::<T>() == 64) };
    // SAFETY: 64 writable bytes; an unaligned store asks for no more.
    unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast(), vector) }
}

/// Which of the 64 bytes of lanes are in the data, worked out for four control bytes at once.
#[derive(Clone, Copy)]
struct Masks {
    /// For each byte of the lanes: where the code of its lane begins.
    shifts: __m512i,
    code: __m512i,
    /// For each byte of the lanes: the least code that has it.
    least: __m512i,
}

impl Masks {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(coding: &Coding) -> Self {
        let code = _mm512_set1_epi8((1 << coding.bits()) - 1);
        Self { shifts: load(&coding.shifts), code, least: load(&coding.least) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn of(self, control: u32) -> u64 {
        let control = _mm512_set1_epi32(control as i32);
        // To each byte the eight bits from where its code begins, and of them the code alone.
        let fields = instructions::multishift(self.shifts, control);
        _mm512_cmpge_epu8_mask(_mm512_and_si512(fields, self.code), self.least)
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
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
        Finish::Plain if E::SIGNED => expand(coding, control, data, places, |lanes| zigzag(lanes)),
        Finish::Plain => expand(coding, control, data, places, |lanes| lanes),
        Finish::Add(base) if narrow => {
            let base = _mm512_set1_epi32(base.to_u64() as i32);
            expand(coding, control, data, places, |lanes| _mm512_add_epi32(lanes, base))
        }
        Finish::Add(base) => {
            let base = _mm512_set1_epi64(base.to_u64() as i64);
            expand(coding, control, data, places, |lanes| _mm512_add_epi64(lanes, base))
        }
        Finish::Delta { ref mut sum, step } if narrow => {
            let step = _mm512_set1_epi32(step.to_u64() as i32);
            let mut sums = _mm512_set1_epi32(sum.to_u64() as i32);
            let progress = expand(coding, control, data, places, |lanes| {
                let values = _mm512_add_epi32(sums32(_mm512_add_epi32(lanes, step)), sums);
                sums = _mm512_permutexvar_epi32(_mm512_set1_epi32(15), values);
                values
            });
            *sum = Lane::truncate(_mm512_cvtsi512_si32(sums) as u64);
            progress
        }
        Finish::Delta { ref mut sum, step } => {
            let step = _mm512_set1_epi64(step.to_u64() as i64);
            let mut sums = _mm512_set1_epi64(sum.to_u64() as i64);
            let progress = expand(coding, control, data, places, |lanes| {
                let values = _mm512_add_epi64(sums64(_mm512_add_epi64(lanes, step)), sums);
                sums = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), values);
                values
            });
            let lowest = _mm512_castsi512_si128(sums);
            let low = _mm_cvtsi128_si32(lowest) as u32;
            let high = _mm_cvtsi128_si32(_mm_srli_si128::<4>(lowest)) as u32;
            *sum = Lane::truncate(u64::from(low) | u64::from(high) << 32);
            progress
        }
    };
    // SAFETY: `expand` wrote sixteen bytes for each control byte.
    unsafe { room::commit(out, progress.control * 16) };
    progress
}

/// Four control bytes at a time: the bytes of the data, each to its place, zeros between them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
fn expand(
    coding: &Coding,
    control: Control<'_>,
    data: &[u8],
    places: &mut [MaybeUninit<[u8; 64]>],
    finish: impl FnMut(__m512i) -> __m512i,
) -> Progress {
    let masks = Masks::new(coding);
    match control {
        Control::Each(control) => {
            let (groups, _) = control.as_chunks();
            let groups = groups.iter().map(|&group| u32::from_le_bytes(group));
            match coding.kind() {
                Kind::ZeroToFour => {
                    expand_groups(groups, zero_to_four, masks, data, places, finish)
                }
                Kind::OneToFour => expand_groups(groups, one_to_four, masks, data, places, finish),
                Kind::ZeroToEight => {
                    expand_groups(groups, zero_to_eight, masks, data, places, finish)
                }
            }
        }
        Control::Same { control, len } => {
            let mask = masks.of(u32::from_le_bytes([control; 4]));
            expand_same(mask, len / 4, data, places, finish)
        }
    }
}

/// Bytes of data of sixteen values with codes 0, 1, 2, 3 for 0, 1, 2, 4: the codes added up, and
/// one more for each 3.
#[inline(always)]
fn zero_to_four(group: u32) -> usize {
    let threes = group & group >> 1 & 0x5555_5555;
    (group.count_ones() + (group & 0xaaaa_aaaa).count_ones() + threes.count_ones()) as usize
}

/// Bytes of data of sixteen values with codes 0, 1, 2, 3 for 1, 2, 3, 4.
#[inline(always)]
fn one_to_four(group: u32) -> usize {
    16 + (group.count_ones() + (group & 0xaaaa_aaaa).count_ones()) as usize
}

/// Bytes of data of eight values with lengths for codes: the sum of the nibbles.
#[inline(always)]
fn zero_to_eight(group: u32) -> usize {
    let pairs = (group & 0x0f0f_0f0f) + (group >> 4 & 0x0f0f_0f0f);
    (pairs.wrapping_mul(0x0101_0101) >> 24) as usize
}

#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
fn expand_groups(
    groups: impl Iterator<Item = u32>,
    data_len: impl Fn(u32) -> usize,
    masks: Masks,
    data: &[u8],
    places: &mut [MaybeUninit<[u8; 64]>],
    mut finish: impl FnMut(__m512i) -> __m512i,
) -> Progress {
    let mut rest = data;
    let mut done = 0;
    for (group, place) in groups.zip(places) {
        let Some(bytes) = rest.first_chunk() else { break };
        let bytes = load(bytes);
        store(place, finish(instructions::expand(masks.of(group), bytes)));
        // Not from the mask: the way from a mask register back is long.
        rest = &rest[data_len(group)..];
        done += 4;
    }
    Progress { control: done, data: data.len() - rest.len() }
}

#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
fn expand_same(
    mask: u64,
    groups: usize,
    data: &[u8],
    places: &mut [MaybeUninit<[u8; 64]>],
    mut finish: impl FnMut(__m512i) -> __m512i,
) -> Progress {
    let len = mask.count_ones() as usize;
    let mut rest = data;
    let mut done = 0;
    for place in places.iter_mut().take(groups) {
        let Some(bytes) = rest.first_chunk() else { break };
        store(place, finish(instructions::expand(mask, load(bytes))));
        rest = &rest[len..];
        done += 4;
    }
    Progress { control: done, data: data.len() - rest.len() }
}

/// 0, 1, 2, 3 become 0, -1, 1, -2.
#[inline]
#[target_feature(enable = "avx512f")]
fn zigzag(lanes: __m512i) -> __m512i {
    let sign = _mm512_and_si512(lanes, _mm512_set1_epi64(1));
    _mm512_xor_si512(_mm512_srli_epi64::<1>(lanes), _mm512_sub_epi64(_mm512_setzero_si512(), sign))
}

/// Each lane becomes the sum of itself and those before it: by halves, quarters, and so on
/// (Hillis and Steele, "Data Parallel Algorithms", 1986).
#[inline]
#[target_feature(enable = "avx512f")]
fn sums32(lanes: __m512i) -> __m512i {
    let zero = _mm512_setzero_si512();
    let lanes = _mm512_add_epi32(lanes, _mm512_alignr_epi32::<15>(lanes, zero));
    let lanes = _mm512_add_epi32(lanes, _mm512_alignr_epi32::<14>(lanes, zero));
    let lanes = _mm512_add_epi32(lanes, _mm512_alignr_epi32::<12>(lanes, zero));
    _mm512_add_epi32(lanes, _mm512_alignr_epi32::<8>(lanes, zero))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sums64(lanes: __m512i) -> __m512i {
    let zero = _mm512_setzero_si512();
    let lanes = _mm512_add_epi64(lanes, _mm512_alignr_epi64::<7>(lanes, zero));
    let lanes = _mm512_add_epi64(lanes, _mm512_alignr_epi64::<6>(lanes, zero));
    _mm512_add_epi64(lanes, _mm512_alignr_epi64::<4>(lanes, zero))
}

#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
fn pack<L: Lane>(coding: &Coding, control: &[u8], lanes: &[L], out: &mut Vec<u8>) -> usize {
    let masks = Masks::new(coding);
    let (groups, _) = control.as_chunks();
    let (vectors, _) = room::bytes(lanes).as_chunks();
    let spare = out.spare_capacity_mut();
    let mut used = 0;
    let mut done = 0;
    for (&group, bytes) in groups.iter().zip(vectors) {
        let Some(place) = spare[used..].first_chunk_mut::<64>() else { break };
        let mask = masks.of(u32::from_le_bytes(group));
        // Compressed in a register, and all of it stored: to memory it is microcode on Zen 4.
        store(room::transposed(place), instructions::compress(mask, load(bytes)));
        used += mask.count_ones() as usize;
        done += 4;
    }
    // SAFETY: each store began where the bytes used of the one before it end.
    unsafe { room::commit(out, used) };
    done
}

/// As [`checksum::sum`](super::super::super::checksum::sum), all lanes at once. The compiler finds
/// this form in some programs and not in others.
#[inline(never)]
#[target_feature(enable = "avx512f")]
fn sum(sums: &mut Sums, chunks: &[[u8; CHUNK]]) {
    let [mut even, mut evens, mut odd, mut odds] = sums.map(|lanes| load(&to_bytes(lanes)));
    let low = _mm512_set1_epi64(0xffff_ffff);
    for chunk in chunks {
        let pairs = load(chunk);
        even = _mm512_add_epi64(even, _mm512_and_si512(pairs, low));
        evens = _mm512_add_epi64(evens, even);
        odd = _mm512_add_epi64(odd, _mm512_srli_epi64::<32>(pairs));
        odds = _mm512_add_epi64(odds, odd);
    }
    for (place, lanes) in sums.iter_mut().zip([even, evens, odd, odds]) {
        let mut bytes = MaybeUninit::<[u64; LANES]>::uninit();
        store(&mut bytes, lanes);
        // SAFETY: `store` wrote all of it.
        *place = unsafe { bytes.assume_init() };
    }
}

fn to_bytes(lanes: [u64; LANES]) -> [u8; 64] {
    let mut bytes = [0; 64];
    for (place, lane) in bytes.as_chunks_mut().0.iter_mut().zip(lanes) {
        *place = lane.to_le_bytes();
    }
    bytes
}
