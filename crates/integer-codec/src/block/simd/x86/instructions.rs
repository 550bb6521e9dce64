//! Three instructions of AVX-512 that Miri does not know: under Miri they are done byte by byte, so
//! that it can check all that is around them.

#[cfg(target_arch = "x86")]
use core::arch::x86::*;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;

/// To each byte of each quadword of `fields`: its eight bits from where `shifts` says.
#[cfg(not(miri))]
#[inline]
#[target_feature(enable = "avx512vbmi")]
pub(super) fn multishift(shifts: __m512i, fields: __m512i) -> __m512i {
    _mm512_multishift_epi64_epi8(shifts, fields)
}

/// The low bytes of `bytes`, one after the other, to where the mask has a one; zeros elsewhere.
#[cfg(not(miri))]
#[inline]
#[target_feature(enable = "avx512vbmi2")]
pub(super) fn expand(mask: u64, bytes: __m512i) -> __m512i {
    _mm512_maskz_expand_epi8(mask, loaded(bytes))
}

/// The bytes where the mask has a one, one after the other; zeros after them.
#[cfg(not(miri))]
#[inline]
#[target_feature(enable = "avx512vbmi2")]
pub(super) fn compress(mask: u64, bytes: __m512i) -> __m512i {
    _mm512_maskz_compress_epi8(mask, bytes)
}

/// Keep a load apart from the instruction that uses it: as its operand it costs Zen 4 three cycles
/// more.
#[cfg(not(miri))]
#[inline]
#[target_feature(enable = "avx512f")]
fn loaded(mut vector: __m512i) -> __m512i {
    // SAFETY: no instruction at all; the register comes out as it went in.
    unsafe {
        core::arch::asm!(
            "/* {0} */",
            inout(zmm_reg) vector,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    vector
}

#[cfg(miri)]
pub(super) use by_bytes::{compress, expand, multishift};

#[cfg(any(miri, all(test, feature = "std")))]
mod by_bytes {
    use super::*;

    #[target_feature(enable = "avx512f")]
    pub(in super::super) fn multishift(shifts: __m512i, fields: __m512i) -> __m512i {
        let (shifts, fields) = (bytes_of(shifts), bytes_of(fields));
        let mut result = [0; 64];
        for (i, byte) in result.iter_mut().enumerate() {
            let mut quadword = [0; 8];
            quadword.copy_from_slice(&fields[i / 8 * 8..][..8]);
            *byte = u64::from_le_bytes(quadword).rotate_right(shifts[i].into()) as u8;
        }
        vector_of(result)
    }

    #[target_feature(enable = "avx512f")]
    pub(in super::super) fn expand(mask: u64, bytes: __m512i) -> __m512i {
        let mut low = bytes_of(bytes).into_iter();
        let mut result = [0; 64];
        for (i, byte) in result.iter_mut().enumerate() {
            if mask >> i & 1 == 1 {
                *byte = low.next().unwrap_or(0);
            }
        }
        vector_of(result)
    }

    #[target_feature(enable = "avx512f")]
    pub(in super::super) fn compress(mask: u64, bytes: __m512i) -> __m512i {
        let mut result = [0; 64];
        let chosen = bytes_of(bytes).into_iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1);
        for (place, (_, byte)) in result.iter_mut().zip(chosen) {
            *place = byte;
        }
        vector_of(result)
    }

    fn bytes_of(vector: __m512i) -> [u8; 64] {
        // SAFETY: 64 bytes on both sides, of which every pattern is a value.
        unsafe { core::mem::transmute(vector) }
    }

    fn vector_of(bytes: [u8; 64]) -> __m512i {
        // SAFETY: 64 bytes on both sides, of which every pattern is a value.
        unsafe { core::mem::transmute(bytes) }
    }

    /// The instructions themselves give the same.
    #[cfg(not(miri))]
    #[test]
    fn as_the_instructions() {
        #[target_feature(enable = "avx512f,avx512vbmi,avx512vbmi2")]
        fn compare(bytes: [u8; 64], mask: u64) {
            let vector = vector_of(bytes);
            assert_eq!(bytes_of(expand(mask, vector)), bytes_of(super::expand(mask, vector)));
            assert_eq!(bytes_of(compress(mask, vector)), bytes_of(super::compress(mask, vector)));
            let shifts = vector_of(bytes.map(|byte| byte % 64));
            assert_eq!(
                bytes_of(multishift(shifts, vector)),
                bytes_of(super::multishift(shifts, vector))
            );
        }
        if super::super::Avx512::detect().is_none() {
            std::eprintln!("not compared: this processor has no AVX-512");
            return;
        }
        let mut state = 0x1234_5678_9abc_def1_u64;
        for _ in 0..1000 {
            let bytes = [0; 64].map(|_: u8| {
                state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                (state >> 56) as u8
            });
            // SAFETY: `detect` found them.
            unsafe { compare(bytes, state) }
        }
    }
}
