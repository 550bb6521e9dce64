//! Exercise 1: find the padding.

use std::mem::offset_of;

use raw_serialise_exercises::padding::gaps;

macro_rules! gaps_of {
    ($type:ty { $($field:ident: $kind:ty),* }) => {
        gaps(&[$((offset_of!($type, $field), size_of::<$kind>())),*], size_of::<$type>())
    };
}

#[test]
fn the_three_layouts_of_the_book() {
    // In the order a, b, c, d.
    assert_eq!(gaps(&[(12, 1), (0, 8), (13, 7), (8, 4)], 24), [(20, 4)]);
    assert_eq!(gaps(&[(0, 1), (8, 8), (16, 7), (24, 4)], 32), [(1, 7), (23, 1), (28, 4)]);
    assert_eq!(gaps(&[(0, 1), (1, 8), (9, 7), (16, 4)], 20), []);
}

#[test]
fn those_of_real_types() {
    #[repr(C)]
    struct Small {
        a: u8,
        b: u16,
        c: u8,
    }
    assert_eq!(gaps_of!(Small { a: u8, b: u16, c: u8 }), [(1, 1), (5, 1)]);

    #[repr(C, align(16))]
    struct Wide {
        a: [u8; 3],
    }
    assert_eq!(gaps_of!(Wide { a: [u8; 3] }), [(3, 13)]);

    #[repr(C)]
    struct Full {
        a: u16,
        b: [u8; 2],
    }
    assert_eq!(gaps_of!(Full { a: u16, b: [u8; 2] }), []);
}

#[test]
fn no_fields_and_no_size() {
    assert_eq!(gaps(&[], 0), []);
    assert_eq!(gaps(&[], 8), [(0, 8)]);
    assert_eq!(gaps(&[(0, 0)], 0), []);
}

/// A field without a size covers no byte, so it does not cut a gap in two.
#[test]
fn a_field_without_a_size() {
    assert_eq!(gaps(&[(0, 1), (4, 0), (8, 8)], 16), [(1, 7)]);
    assert_eq!(gaps(&[(0, 8), (8, 0)], 8), []);
}

#[test]
fn fields_that_overlap() {
    assert_eq!(gaps(&[(0, 8), (0, 4), (0, 1)], 8), []);
    // The second one ends before the first one does.
    assert_eq!(gaps(&[(0, 12), (2, 2), (16, 4)], 24), [(12, 4), (20, 4)]);
}

/// Each byte is in a field or in a gap, for every way to put two fields into eight bytes. (Under Miri,
/// which is slow, for some.)
#[test]
fn each_byte_once() {
    let step = if cfg!(miri) { 7 } else { 1 };
    let all = (0..64).step_by(step);
    for (first, second) in all.flat_map(|a| (0..64).step_by(step).map(move |b| (a, b))) {
        let fields = [first, second].map(|it| (it % 8, (it / 8).min(8 - it % 8)));
        let inside = |spans: &[(usize, usize)], byte: usize| {
            spans.iter().any(|&(at, len)| (at..at + len).contains(&byte))
        };
        let gaps = gaps(&fields, 8);
        for byte in 0..8 {
            assert_ne!(inside(&fields, byte), inside(&gaps, byte), "byte {byte} of {fields:?}");
        }
        assert!(gaps.iter().all(|gap| gap.1 > 0), "an empty gap for {fields:?}");
        // Two gaps that touch are one.
        assert!(gaps.windows(2).all(|it| it[0].0 + it[0].1 < it[1].0), "{gaps:?} for {fields:?}");
    }
}
