//! How the lanes of a frame are laid out, and the way between lanes and bytes.

use core::ops::Range;

use alloc::vec::Vec;

use super::FRAME;
use super::coding::{Coding, Control, ONE_TO_FOUR, ZERO_TO_EIGHT, ZERO_TO_FOUR};
use super::element::{Element, Lane};
use super::finish::Finish;
use super::simd::Level;

/// How the lanes of a frame are laid out; the low half of a frame's first byte says which.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout {
    /// Each in so many bytes: there is no control.
    Fixed(u8),
    /// Control bytes, then data.
    Split(&'static Coding),
}

const SPLIT_ZERO_TO_FOUR: u8 = 0x0a;
const SPLIT_ONE_TO_FOUR: u8 = 0x0b;
const SPLIT_ZERO_TO_EIGHT: u8 = 0x0c;

impl Layout {
    /// From the low half of a frame's first byte, or `None` if it has no meaning for these lanes.
    #[inline(always)]
    pub(crate) fn from_marker<L: Lane>(marker: u8) -> Option<Self> {
        match (L::BYTES, marker) {
            (bytes, width) if usize::from(width) <= bytes => Some(Self::Fixed(width)),
            (4, SPLIT_ZERO_TO_FOUR) => Some(Self::Split(&ZERO_TO_FOUR)),
            (4, SPLIT_ONE_TO_FOUR) => Some(Self::Split(&ONE_TO_FOUR)),
            (8, SPLIT_ZERO_TO_EIGHT) => Some(Self::Split(&ZERO_TO_EIGHT)),
            _ => None,
        }
    }

    /// The coding, and for the fixed layout the control byte that every group of values has.
    #[inline(always)]
    pub(crate) fn coding<L: Lane>(self) -> (&'static Coding, Option<u8>) {
        match self {
            Self::Split(coding) => (coding, None),
            Self::Fixed(width) => {
                let coding = match (L::BYTES, width) {
                    (4, 3) => &ONE_TO_FOUR,
                    (4, _) => &ZERO_TO_FOUR,
                    _ => &ZERO_TO_EIGHT,
                };
                (coding, Some(coding.uniform(coding.code_for(width.into()))))
            }
        }
    }
}

/// Values to a control byte.
#[inline(always)]
const fn codes<L: Lane>() -> usize {
    16 / L::BYTES
}

/// How long each lane of a frame is, and so how long the frame will be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    lens: [u8; FRAME],
    /// The longest of them.
    pub(crate) longest: u8,
    /// The low half of the frame's first byte.
    pub(crate) marker: u8,
    layout: Layout,
    /// Bytes of control and data.
    pub(crate) size: usize,
}

impl Measure {
    pub(crate) const fn new() -> Self {
        Self { lens: [0; FRAME], longest: 0, marker: 0, layout: Layout::Fixed(0), size: 0 }
    }

    /// Look at every lane and choose the smallest layout, of equals the one that is read fastest.
    #[inline(always)]
    pub(crate) fn take<L: Lane>(&mut self, lanes: &[L]) {
        let n = lanes.len();
        let lens = &mut self.lens[..n];
        for (len, lane) in lens.iter_mut().zip(lanes) {
            *len = lane.byte_len() as u8;
        }
        let (mut longest, mut sum, mut zeros, mut threes) = (0, 0, 0, 0);
        for &len in lens.iter() {
            longest = longest.max(len);
            // At most 8 * 1024.
            sum += u16::from(len);
            zeros += u16::from(len == 0);
            threes += u16::from(len == 3);
        }
        self.longest = longest;
        self.size = n * usize::from(longest);
        self.marker = longest;
        self.layout = Layout::Fixed(longest);
        if L::BYTES == 4 {
            self.consider::<L>(n, sum + zeros, SPLIT_ONE_TO_FOUR, &ONE_TO_FOUR);
            self.consider::<L>(n, sum + threes, SPLIT_ZERO_TO_FOUR, &ZERO_TO_FOUR);
        } else {
            self.consider::<L>(n, sum, SPLIT_ZERO_TO_EIGHT, &ZERO_TO_EIGHT);
        }
    }

    #[inline(always)]
    fn consider<L: Lane>(&mut self, n: usize, data: u16, marker: u8, coding: &'static Coding) {
        let size = usize::from(data) + n.div_ceil(codes::<L>());
        if size < self.size {
            (self.size, self.marker, self.layout) = (size, marker, Layout::Split(coding));
        }
    }

    /// The control bytes of `n` lanes.
    #[inline(always)]
    fn control(&self, n: usize) -> [u8; FRAME / 2] {
        let mut control = [0; FRAME / 2];
        match self.marker {
            SPLIT_ONE_TO_FOUR => four(&self.lens, n, |len| len.max(1) - 1, &mut control),
            // 3 and 4 share the last code.
            SPLIT_ZERO_TO_FOUR => four(&self.lens, n, |len| len.min(3), &mut control),
            _ => {
                let mut codes = [0; FRAME];
                codes[..n].copy_from_slice(&self.lens[..n]);
                let (twos, _) = codes.as_chunks();
                for (control, &two) in control.iter_mut().zip(&twos[..n.div_ceil(2)]) {
                    let two = u16::from_le_bytes(two);
                    *control = (two | two >> 4) as u8;
                }
            }
        }
        control
    }
}

/// Four codes to a control byte; what is shifted past the lowest byte is dropped.
#[inline(always)]
fn four(lens: &[u8; FRAME], n: usize, code: impl Fn(u8) -> u8, control: &mut [u8; FRAME / 2]) {
    let mut codes = [0; FRAME];
    for (place, &len) in codes.iter_mut().zip(&lens[..n]) {
        *place = code(len);
    }
    let (fours, _) = codes.as_chunks();
    for (control, &four) in control.iter_mut().zip(&fours[..n.div_ceil(4)]) {
        let four = u32::from_le_bytes(four);
        *control = (four | four >> 6 | four >> 12 | four >> 18) as u8;
    }
}

/// Append control and data of these lanes to `out`.
#[inline(always)]
pub(crate) fn pack<L: Lane, V: Level>(level: V, measure: &Measure, lanes: &[L], out: &mut Vec<u8>) {
    let n = lanes.len();
    let (coding, uniform) = measure.layout.coding::<L>();
    let control = match uniform {
        Some(uniform) => [uniform; FRAME / 2],
        None => {
            let control = measure.control(n);
            out.extend_from_slice(&control[..n.div_ceil(codes::<L>())]);
            control
        }
    };
    // Room for one vector more, since whole vectors are stored.
    out.reserve(n * L::BYTES + 64);
    let done = level.pack(coding, &control[..n / codes::<L>()], lanes, out);
    for (i, &lane) in lanes.iter().enumerate().skip(done * codes::<L>()) {
        let code = coding.code(control[i / codes::<L>()], i % codes::<L>());
        // All eight, and then only those that are meant: a copy of a fixed length is quick.
        let end = out.len() + coding.len_of(code).unwrap_or(0);
        out.extend_from_slice(&lane.to_u64().to_le_bytes());
        out.truncate(end);
    }
}

/// What is wrong with control and data.
#[derive(Debug)]
pub(crate) enum Fault {
    /// So many bytes are missing.
    Short(usize),
    /// A code that has no meaning, in this control byte.
    Reserved { at: usize, control: u8 },
    /// The last control byte says something of values that are not there.
    Excess { at: usize },
}

/// Append the `n` values that `input` begins with to `out`, and say how long control and data are.
#[inline(always)]
pub(crate) fn unpack<E: Element, V: Level>(
    level: V,
    layout: Layout,
    n: usize,
    input: &[u8],
    finish: &mut Finish<E>,
    out: &mut Vec<E>,
) -> Result<usize, Fault> {
    if let (Layout::Fixed(width @ (1 | 2 | 4 | 8)), false) = (layout, V::EXPANDS)
        && !matches!(finish, Finish::Delta { .. })
    {
        let len = n * usize::from(width);
        let Some(data) = input.get(..len) else { return Err(Fault::Short(len - input.len())) };
        match width {
            1 => widen::<E, 1>(data, finish, out, |&[byte]| byte.into()),
            2 => widen::<E, 2>(data, finish, out, |&two| u16::from_le_bytes(two).into()),
            4 => widen::<E, 4>(data, finish, out, |&four| u32::from_le_bytes(four).into()),
            _ => widen::<E, 8>(data, finish, out, |&eight| u64::from_le_bytes(eight)),
        }
        return Ok(len);
    }
    let (coding, uniform) = layout.coding::<E::Lane>();
    let whole = n / codes::<E::Lane>();
    let (control, last, data) = match uniform {
        Some(control) => (Control::Same { control, len: whole }, control, input),
        None => {
            let len = n.div_ceil(codes::<E::Lane>());
            let Some((control, data)) = input.split_at_checked(len) else {
                return Err(Fault::Short(len - input.len()));
            };
            check::<E::Lane>(coding, control, n)?;
            (Control::Each(&control[..whole]), control[len - 1], data)
        }
    };
    let progress = level.unpack(coding, control, data, finish, out);
    let done = progress.control * codes::<E::Lane>();
    let control = |group: usize| match control {
        Control::Each(control) => control.get(group).copied().unwrap_or(last),
        Control::Same { control, .. } => control,
    };
    match unpack_scalar(coding, control, done..n, &data[progress.data..], finish, out) {
        Some(used) => Ok(input.len() - data.len() + progress.data + used),
        None => {
            Err(Fault::Short(data_len::<E::Lane>(coding, control, n).saturating_sub(data.len())))
        }
    }
}

/// Lanes of a width that integers have: the compiler reads several at a time.
#[inline(always)]
fn widen<E: Element, const N: usize>(
    data: &[u8],
    finish: &mut Finish<E>,
    out: &mut Vec<E>,
    from_bytes: impl Fn(&[u8; N]) -> u64,
) {
    let (lanes, _) = data.as_chunks();
    let lane = |bytes| E::Lane::truncate(from_bytes(bytes));
    match *finish {
        // A loop for each, so that each has one thing to do.
        Finish::Plain => out.extend(lanes.iter().map(|bytes| E::from_plain(lane(bytes)))),
        Finish::Add(base) => {
            out.extend(lanes.iter().map(|bytes| E::from_bits(lane(bytes).wrapping_add(base))));
        }
        Finish::Delta { .. } => out.extend(lanes.iter().map(|bytes| finish.apply(lane(bytes)))),
    }
}

/// The reference: one value at a time. `None` if the data is too short.
#[inline(always)]
fn unpack_scalar<E: Element>(
    coding: &Coding,
    control: impl Fn(usize) -> u8,
    values: Range<usize>,
    data: &[u8],
    finish: &mut Finish<E>,
    out: &mut Vec<E>,
) -> Option<usize> {
    let mut rest = data;
    for i in values {
        let code = coding.code(control(i / codes::<E::Lane>()), i % codes::<E::Lane>());
        let len = coding.len_of(code)?;
        let lane = if let (1.., Some(&chunk)) = (len, rest.first_chunk()) {
            u64::from_le_bytes(chunk) & (u64::MAX >> (64 - 8 * len))
        } else {
            let mut chunk = [0; 8];
            chunk[..len].copy_from_slice(rest.get(..len)?);
            u64::from_le_bytes(chunk)
        };
        rest = rest.get(len..)?;
        out.push(finish.apply(Lane::truncate(lane)));
    }
    Some(data.len() - rest.len())
}

/// Every code has a meaning, and there are no more of them than values.
#[inline(always)]
fn check<L: Lane>(coding: &Coding, control: &[u8], n: usize) -> Result<(), Fault> {
    if control.iter().fold(false, |found, &control| found | coding.is_reserved(control)) {
        return Err(reserved(coding, control));
    }
    let left = n % codes::<L>();
    if let (1.., Some((&last, before))) = (left, control.split_last())
        && last >> (left * (8 / codes::<L>())) != 0
    {
        return Err(Fault::Excess { at: before.len() });
    }
    Ok(())
}

#[cold]
fn reserved(coding: &Coding, control: &[u8]) -> Fault {
    let at = control.iter().position(|&control| coding.is_reserved(control)).unwrap_or(0);
    Fault::Reserved { at, control: control[at] }
}

/// Bytes of data of the first `n` values.
fn data_len<L: Lane>(coding: &Coding, control: impl Fn(usize) -> u8, n: usize) -> usize {
    let whole = n / codes::<L>();
    let groups = (0..whole).map(|group| usize::from(coding.data_len[usize::from(control(group))]));
    let last = (whole * codes::<L>()..n)
        .map(|i| coding.len_of(coding.code(control(whole), i % codes::<L>())).unwrap_or(0));
    groups.chain(last).sum()
}

/// Some of the `n` lanes, without a look at the data of the others.
pub(crate) fn lanes<L: Lane>(
    layout: Layout,
    n: usize,
    wanted: Range<usize>,
    input: &[u8],
    mut take: impl FnMut(L),
) -> Result<(), Fault> {
    let (coding, uniform) = layout.coding::<L>();
    let len = if uniform.is_some() { 0 } else { n.div_ceil(codes::<L>()) };
    let Some((written, data)) = input.split_at_checked(len) else {
        return Err(Fault::Short(len - input.len()));
    };
    check::<L>(coding, written, n)?;
    let control = |group: usize| uniform.unwrap_or_else(|| written[group]);
    let mut start = data_len::<L>(coding, control, wanted.start);
    for i in wanted {
        let code = coding.code(control(i / codes::<L>()), i % codes::<L>());
        let len = coding.len_of(code).unwrap_or(0);
        let Some(bytes) = data.get(start..start + len) else {
            return Err(Fault::Short(start + len - data.len()));
        };
        let mut le = [0; 8];
        le[..len].copy_from_slice(bytes);
        take(L::truncate(u64::from_le_bytes(le)));
        start += len;
    }
    Ok(())
}

/// Bytes of control and data of the `n` lanes.
pub(crate) fn len<L: Lane>(layout: Layout, n: usize, input: &[u8]) -> Result<usize, Fault> {
    let coding = match layout {
        Layout::Fixed(width) => return Ok(n * usize::from(width)),
        Layout::Split(coding) => coding,
    };
    let len = n.div_ceil(codes::<L>());
    let Some(control) = input.get(..len) else { return Err(Fault::Short(len - input.len())) };
    check::<L>(coding, control, n)?;
    Ok(len + data_len::<L>(coding, |group| control[group], n))
}
