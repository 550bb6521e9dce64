//! A frame: up to 1024 values, one transform, one layout.

use alloc::vec::Vec;

use super::element::{Element, Lane};
use super::finish::Finish;
use super::layout::{self, Fault, Layout, Measure};
use super::simd::Level;
use super::{FRAME, Transform};
use crate::{DecodeError, VarInt};

/// What was done to the values before they were laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Applied<L> {
    /// Unsigned values as they are, signed ones by zigzag.
    Plain,
    /// The smallest was subtracted from each: "frame of reference" (Goldstein, Ramakrishnan and
    /// Shaft, "Compressing Relations and Indexes", 1998).
    Reference(L),
    /// Each is the difference to the one before it, less `step`, the smallest difference. The
    /// first is `first`; its lane is 0.
    Delta { first: L, step: L },
}

const PLAIN: u8 = 0x00;
const REFERENCE: u8 = 0x10;
const DELTA: u8 = 0x20;

/// What an encoder works in, made once for all frames.
pub(crate) struct Scratch<L> {
    lanes: [L; FRAME],
    measure: Measure,
    other_lanes: [L; FRAME],
    other_measure: Measure,
}

impl<L: Lane> Scratch<L> {
    pub(crate) fn new() -> Self {
        Self {
            lanes: [L::default(); FRAME],
            measure: Measure::new(),
            other_lanes: [L::default(); FRAME],
            other_measure: Measure::new(),
        }
    }

    /// Take the other lanes if they make a smaller frame.
    #[inline(always)]
    fn choose<E: Element<Lane = L>>(
        &mut self,
        n: usize,
        applied: Applied<L>,
        candidate: Applied<L>,
    ) -> Applied<L> {
        self.other_measure.take(&self.other_lanes[..n]);
        if size::<E>(candidate, &self.other_measure) >= size::<E>(applied, &self.measure) {
            return applied;
        }
        self.lanes = self.other_lanes;
        self.measure = self.other_measure;
        candidate
    }
}

/// Append a frame of these values, 1..=`FRAME` of them.
#[inline(always)]
pub(crate) fn encode<E: Element, V: Level>(
    level: V,
    values: &[E],
    transform: Transform,
    scratch: &mut Scratch<E::Lane>,
    out: &mut Vec<u8>,
) {
    let n = values.len();
    plain(values, &mut scratch.lanes[..n]);
    scratch.measure.take(&scratch.lanes[..n]);
    let mut applied = Applied::Plain;

    if let Some((base, spread)) = reference::<E>(values)
        && (spread.byte_len() < scratch.measure.longest.into() || sample_shrinks(values, base))
    {
        subtract(values, base, &mut scratch.other_lanes[..n]);
        applied = scratch.choose::<E>(n, applied, Applied::Reference(base));
    }
    if transform == Transform::Delta && n > 1 {
        let candidate = differences(values, &mut scratch.other_lanes[..n]);
        applied = scratch.choose::<E>(n, applied, candidate);
    }

    let marker = scratch.measure.marker;
    match applied {
        Applied::Plain => out.push(PLAIN | marker),
        Applied::Reference(base) => {
            out.push(REFERENCE | marker);
            E::from_bits(base).encode_to(out);
        }
        Applied::Delta { first, step } => {
            out.push(DELTA | marker);
            E::from_bits(first).encode_to(out);
            signed(step).encode_to(out);
        }
    }
    layout::pack(level, &scratch.measure, &scratch.lanes[..n], out);
}

#[inline(always)]
fn plain<E: Element>(values: &[E], lanes: &mut [E::Lane]) {
    for (lane, value) in lanes.iter_mut().zip(values) {
        *lane = value.to_plain();
    }
}

#[inline(always)]
fn subtract<E: Element>(values: &[E], base: E::Lane, lanes: &mut [E::Lane]) {
    for (lane, value) in lanes.iter_mut().zip(values) {
        *lane = value.to_bits().wrapping_sub(base);
    }
}

/// The smallest value, and how far the largest is from it.
#[inline(always)]
fn reference<E: Element>(values: &[E]) -> Option<(E::Lane, E::Lane)> {
    let first = *values.first()?;
    let (mut least, mut most) = (first, first);
    for &value in values {
        least = least.min(value);
        most = most.max(value);
    }
    let base = least.to_bits();
    Some((base, most.to_bits().wrapping_sub(base)))
}

/// Whether some of the values, from all of the frame, need fewer bytes less the base. A look at all
/// of them would cost as much as laying them out.
#[inline(always)]
fn sample_shrinks<E: Element>(values: &[E], base: E::Lane) -> bool {
    let (mut with, mut without) = (0, 0);
    for value in values.iter().step_by(values.len() / 16 + 1) {
        with += value.to_bits().wrapping_sub(base).byte_len();
        without += value.to_plain().byte_len();
    }
    with < without
}

/// Differences less the smallest of them, taken as signed.
#[inline(always)]
fn differences<E: Element>(values: &[E], lanes: &mut [E::Lane]) -> Applied<E::Lane> {
    lanes[0] = E::Lane::default();
    for (lane, pair) in lanes[1..].iter_mut().zip(values.windows(2)) {
        *lane = pair[1].to_bits().wrapping_sub(pair[0].to_bits());
    }
    let least = lanes[1..].iter().map(|lane| lane.flip_sign()).min();
    let step = least.map(Lane::flip_sign).unwrap_or_default();
    for lane in &mut lanes[1..] {
        *lane = lane.wrapping_sub(step);
    }
    Applied::Delta { first: values[0].to_bits(), step }
}

/// A lane as the signed value of the same bits.
fn signed<L: Lane>(lane: L) -> i64 {
    let unused = 64 - 8 * L::BYTES as u32;
    (lane.to_u64() << unused) as i64 >> unused
}

/// Bytes of a frame but for its first one.
#[inline(always)]
fn size<E: Element>(applied: Applied<E::Lane>, measure: &Measure) -> usize {
    measure.size
        + match applied {
            Applied::Plain => 0,
            Applied::Reference(base) => E::from_bits(base).encoded_len(),
            Applied::Delta { first, step } => {
                E::from_bits(first).encoded_len() + signed(step).encoded_len()
            }
        }
}

/// What stands before the lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<L> {
    pub(crate) applied: Applied<L>,
    pub(crate) layout: Layout,
    /// Its length.
    pub(crate) len: usize,
}

/// Read what stands before the lanes. Offsets of errors count from the start of `bytes`.
#[inline(always)]
pub(crate) fn head<E: Element>(bytes: &[u8]) -> Result<Head<E::Lane>, DecodeError> {
    let Some(&marker) = bytes.first() else {
        return Err(DecodeError::UnexpectedEnd { offset: 0, missing: 1 });
    };
    let reserved = DecodeError::ReservedMarker { offset: 0, marker };
    let Some(layout) = Layout::from_marker::<E::Lane>(marker & 0x0f) else {
        return Err(reserved);
    };
    let mut len = 1;
    let applied = match marker & 0xf0 {
        PLAIN => Applied::Plain,
        REFERENCE => Applied::Reference(field::<E>(bytes, &mut len)?.to_bits()),
        DELTA => {
            let first = field::<E>(bytes, &mut len)?.to_bits();
            let at = len;
            let step = field::<i64>(bytes, &mut len)?;
            let lane = E::Lane::truncate(step as u64);
            if signed(lane) != step {
                return Err(DecodeError::OutOfRange { offset: at, target: "i32" });
            }
            Applied::Delta { first, step: lane }
        }
        _ => return Err(reserved),
    };
    Ok(Head { applied, layout, len })
}

fn field<T: VarInt>(bytes: &[u8], len: &mut usize) -> Result<T, DecodeError> {
    let (value, used) = T::decode(&bytes[*len..]).map_err(|error| error.at(*len))?;
    *len += used;
    Ok(value)
}

impl<L: Lane> Head<L> {
    /// Whether the first value is the one that was announced.
    #[inline(always)]
    fn check<E: Element<Lane = L>>(&self, value: Option<E>) -> Result<(), DecodeError> {
        match (self.applied, value) {
            (Applied::Delta { first, .. }, Some(value)) if value.to_bits() != first => {
                Err(DecodeError::Inconsistent {
                    offset: self.len,
                    what: "the first of the differences is not 0",
                })
            }
            _ => Ok(()),
        }
    }

    /// What is left to do to each lane.
    #[inline(always)]
    fn finish<E: Element<Lane = L>>(&self) -> Finish<E> {
        match self.applied {
            Applied::Plain => Finish::Plain,
            Applied::Reference(base) => Finish::Add(base),
            Applied::Delta { first, step } => Finish::Delta { sum: first.wrapping_sub(step), step },
        }
    }
}

/// Append the `n` values of the frame at the start of `bytes`, and return its length. Offsets of
/// errors count from the start of `bytes`.
#[inline(always)]
pub(crate) fn decode<E: Element, V: Level>(
    level: V,
    bytes: &[u8],
    n: usize,
    out: &mut Vec<E>,
) -> Result<usize, DecodeError> {
    let head = head::<E>(bytes)?;
    let start = out.len();
    match layout::unpack(level, head.layout, n, &bytes[head.len..], &mut head.finish(), out) {
        Ok(used) => {
            head.check(out.get(start).copied())?;
            Ok(head.len + used)
        }
        Err(fault) => Err(located(&fault, head.len, bytes.len())),
    }
}

/// The length of the frame at the start of `bytes`, if that is long enough.
pub(crate) fn len<E: Element>(bytes: &[u8], n: usize) -> Result<usize, DecodeError> {
    let head = head::<E>(bytes)?;
    match layout::len::<E::Lane>(head.layout, n, &bytes[head.len..]) {
        Ok(len) => Ok(head.len + len),
        Err(fault) => Err(located(&fault, head.len, bytes.len())),
    }
}

#[cold]
pub(crate) fn located(fault: &Fault, head: usize, end: usize) -> DecodeError {
    match *fault {
        Fault::Short(missing) => DecodeError::UnexpectedEnd { offset: end, missing },
        Fault::Reserved { at, control } => {
            DecodeError::ReservedMarker { offset: head + at, marker: control }
        }
        Fault::Excess { at } => DecodeError::Inconsistent {
            offset: head + at,
            what: "control bits for values beyond the last",
        },
    }
}

/// The value at `k` of the `n` of the frame at the start of `bytes`.
pub(crate) fn get<E: Element>(bytes: &[u8], n: usize, k: usize) -> Result<E, DecodeError> {
    let head = head::<E>(bytes)?;
    let input = &bytes[head.len..];
    let mut finish = head.finish();
    // Differences need all that came before.
    let first = if matches!(finish, Finish::Delta { .. }) { 0 } else { k };
    let (mut values, mut value) = (0, E::default());
    let mut announced = Ok(());
    layout::lanes(head.layout, n, first..k + 1, input, |lane| {
        value = finish.apply(lane);
        if values == 0 {
            announced = head.check(Some(value));
        }
        values += 1;
    })
    .map_err(|fault| located(&fault, head.len, bytes.len()))?;
    announced.map(|()| value)
}
