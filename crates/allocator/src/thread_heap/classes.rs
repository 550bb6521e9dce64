//! Size classes: eight sizes a doubling, so that rounding up costs at most an eighth.
//!
//! A class's size has at most four significant bits. Hence the rule that alignment rests on: a size that
//! is a multiple of a power of two `a` is rounded up to a size that is a multiple of `a` too.

/// The largest size that has a class, in bytes.
pub(crate) const LARGEST: usize = 8 << 10;

/// How many classes there are.
pub(crate) const COUNT: usize = 64;

/// The sizes of all classes, in bytes, in order.
pub(crate) const SIZES: [u32; COUNT] = {
    let mut sizes = [0; COUNT];
    let mut class = 0;
    while class < COUNT {
        sizes[class] = size_of_class(class);
        class += 1;
    }
    sizes
};

/// The class for each number of eight-byte words.
static CLASS_OF_WORDS: [u8; LARGEST / 8 + 1] = {
    let mut table = [0; LARGEST / 8 + 1];
    let mut class = 0;
    let mut words = 0;
    while words < table.len() {
        if words as u32 * 8 > SIZES[class] {
            class += 1;
        }
        table[words] = class as u8;
        words += 1;
    }
    table
};

const fn size_of_class(class: usize) -> u32 {
    // 8, 16, .. 64; from there on eight steps to each doubling.
    let (doubling, step) = (class / 8, class % 8 + 1);
    if doubling == 0 { 8 * step as u32 } else { (8 + step as u32) << (doubling + 2) }
}

/// The smallest class whose blocks have at least `size` bytes; `size` is at most [`LARGEST`].
#[inline(always)]
pub(crate) fn of(size: usize) -> usize {
    CLASS_OF_WORDS[size.div_ceil(8)] as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_by_at_most_an_eighth() {
        assert_eq!(SIZES[COUNT - 1] as usize, LARGEST);
        assert_eq!(SIZES[..10], [8, 16, 24, 32, 40, 48, 56, 64, 72, 80]);
        for pair in SIZES.windows(2) {
            assert!(
                pair[0] < pair[1] && (pair[1] - pair[0] <= 8 || pair[1] - pair[0] <= pair[0] / 8)
            );
        }
    }

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        for size in 1..=LARGEST {
            let class = of(size);
            assert!(SIZES[class] as usize >= size);
            assert!(class == 0 || (SIZES[class - 1] as usize) < size, "{size}");
        }
    }

    #[test]
    fn a_multiple_of_an_alignment_gets_a_multiple_of_it() {
        for align in (0..14).map(|bit| 1_usize << bit) {
            for size in (align..=LARGEST).step_by(align) {
                assert!((SIZES[of(size)] as usize).is_multiple_of(align), "{size} {align}");
            }
        }
    }
}
