//! Control bytes: how long each value is, apart from the values.
//!
//! A control byte describes sixteen bytes of lanes, four `u32` or two `u64`, so the two widths
//! share all that is done with it: it is a row of the tables below. That splitting lengths from
//! data lets a shuffle instruction do the work is the idea of Stream VByte (Lemire, Kurz and Rupp,
//! "Stream VByte: Faster Byte-Oriented Integer Compression", 2018).

/// Which coding it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ZeroToFour,
    OneToFour,
    ZeroToEight,
}

/// A code for each value, several to a control byte, and what follows from each control byte.
#[derive(Debug)]
pub(crate) struct Coding {
    /// Bytes of data of each code, in the order of the codes. Fewer than sixteen: the codes beyond
    /// are reserved.
    lens: &'static [u8],
    /// Bits in a code.
    bits: u32,
    kind: Kind,
    /// Bytes of data that a control byte describes. For a reserved code: 0.
    pub(crate) data_len: [u8; 256],
    /// For each byte of the lanes of four control bytes, the place of its lane's code in those.
    pub(crate) shifts: [u8; 64],
    /// For each byte of those lanes, the least code that has it in the data.
    pub(crate) least: [u8; 64],
    /// From data to lanes: for each byte of the lanes, its place in the data, or [`ZERO`].
    pub(crate) spread: [[u8; 16]; 256],
    /// From lanes to data: for each byte of the data, its place in the lanes, or [`ZERO`].
    pub(crate) gather: [[u8; 16]; 256],
}

/// The control bytes of a frame, but for a last one that is not full.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Control<'a> {
    /// One for each group of values.
    Each(&'a [u8]),
    /// The same for all: every value has the same length.
    Same { control: u8, len: usize },
}

/// In a shuffle: a zero byte. So it is for `pshufb` and `tbl`, and for the scalar code as well.
pub(crate) const ZERO: u8 = 0x80;

/// `u32`, 0, 1, 2 or 4 bytes: for data with zeros in it.
pub(crate) static ZERO_TO_FOUR: Coding = Coding::new(Kind::ZeroToFour, &[0, 1, 2, 4], 2);
/// `u32`, 1 to 4 bytes.
pub(crate) static ONE_TO_FOUR: Coding = Coding::new(Kind::OneToFour, &[1, 2, 3, 4], 2);
/// `u64`, 0 to 8 bytes.
pub(crate) static ZERO_TO_EIGHT: Coding =
    Coding::new(Kind::ZeroToEight, &[0, 1, 2, 3, 4, 5, 6, 7, 8], 4);

impl Coding {
    const fn new(kind: Kind, lens: &'static [u8], bits: u32) -> Self {
        let mut coding = Self {
            lens,
            bits,
            kind,
            data_len: [0; 256],
            shifts: [0; 64],
            least: [u8::MAX; 64],
            spread: [[ZERO; 16]; 256],
            gather: [[ZERO; 16]; 256],
        };
        let lane_bytes = 2 * bits as usize;
        let mut i = 0;
        while i < 64 {
            coding.shifts[i] = (i / lane_bytes * bits as usize) as u8;
            let mut code = lens.len();
            while code > 0 && lens[code - 1] as usize > i % lane_bytes {
                code -= 1;
                coding.least[i] = code as u8;
            }
            i += 1;
        }
        let mut control = 0;
        while control < 256 {
            coding.fill(control, lane_bytes);
            control += 1;
        }
        coding
    }

    /// The row of one control byte.
    const fn fill(&mut self, control: usize, lane_bytes: usize) {
        let codes = 8 / self.bits as usize;
        let mut data = 0;
        let mut lane = 0;
        while lane < codes {
            let code = (control >> (lane * self.bits as usize)) & ((1 << self.bits) - 1);
            if code >= self.lens.len() {
                self.data_len[control] = 0;
                return;
            }
            let mut byte = 0;
            while byte < self.lens[code] as usize {
                let place = lane * lane_bytes + byte;
                self.spread[control][place] = data as u8;
                self.gather[control][data] = place as u8;
                data += 1;
                byte += 1;
            }
            lane += 1;
        }
        self.data_len[control] = data as u8;
    }

    /// Which one it is.
    #[inline(always)]
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Bits in a code.
    #[inline(always)]
    pub(crate) const fn bits(&self) -> u32 {
        self.bits
    }

    /// The code of the `i`-th value of a control byte.
    #[inline(always)]
    pub(crate) const fn code(&self, control: u8, i: usize) -> u8 {
        (control >> (i * self.bits as usize)) & ((1 << self.bits) - 1)
    }

    /// Bytes of data of a code, or `None` if it is reserved.
    #[inline(always)]
    pub(crate) fn len_of(&self, code: u8) -> Option<usize> {
        self.lens.get(usize::from(code)).map(|&len| usize::from(len))
    }

    /// The code of a value that needs so many bytes.
    #[inline(always)]
    pub(crate) fn code_for(&self, byte_len: usize) -> u8 {
        match self.kind {
            Kind::ZeroToEight => byte_len as u8,
            // 0, 1, 2 are themselves, 3 and 4 share the last code.
            Kind::ZeroToFour => byte_len.min(3) as u8,
            Kind::OneToFour => byte_len.max(1) as u8 - 1,
        }
    }

    /// Whether a control byte has a reserved code in it.
    #[inline(always)]
    pub(crate) const fn is_reserved(&self, control: u8) -> bool {
        self.bits == 4 && (control & 0x0f > 8 || control >> 4 > 8)
    }

    /// The control byte of values that all have this length.
    pub(crate) const fn uniform(&self, code: u8) -> u8 {
        if self.bits == 4 { code * 0x11 } else { code * 0x55 }
    }
}
