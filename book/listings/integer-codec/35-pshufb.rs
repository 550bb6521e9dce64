//! The instruction itself, against the function that says what it does.
//@ check-pass
//@ only-target: x86_64
//@ compile-flags: -Ctarget-feature=+ssse3
// ANCHOR: all
use std::arch::x86_64::*;

fn shuffle(bytes: [u8; 16], places: [u8; 16]) -> [u8; 16] {
    places.map(|place| if place & 0x80 != 0 { 0 } else { bytes[usize::from(place & 15)] })
}

// ANCHOR: kernel
#[target_feature(enable = "ssse3")]
fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: 16 readable bytes; an unaligned load asks for no more.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "ssse3")]
fn pshufb(bytes: &[u8; 16], places: &[u8; 16]) -> [u8; 16] {
    let shuffled = _mm_shuffle_epi8(load(bytes), load(places));
    let mut result = [0; 16];
    // SAFETY: 16 writable bytes; an unaligned store asks for no more.
    unsafe { _mm_storeu_si128(result.as_mut_ptr().cast(), shuffled) };
    result
}
// ANCHOR_END: kernel

fn main() {
    if !is_x86_feature_detected!("ssse3") {
        return;
    }
    let bytes = *b"sixteen letters!";
    for low in 0..=255 {
        let mut places = [0x80; 16];
        places[0] = low;
        places[usize::from(low % 16)] = low;
        // SAFETY: SSSE3 is there; that was the first question.
        assert_eq!(unsafe { pshufb(&bytes, &places) }, shuffle(bytes, places));
    }
    println!("the same for every place");
}
// ANCHOR_END: all
