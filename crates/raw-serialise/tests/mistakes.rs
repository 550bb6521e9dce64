//! Mistakes that were made in the field, one test each. What a mistake looks like, and what Miri
//! says of it, is in the book; here is that this crate does not make it. The ones that must not
//! compile are in `tests/refused.rs`.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

#[path = "mistakes/archives.rs"]
mod archives;
#[path = "mistakes/crafted.rs"]
mod crafted;

use raw_serialise::{
    Error, Plain, ReadError, as_bytes, as_bytes_mut, box_from_bytes, bytes_of_slice,
    bytes_of_slice_mut, from_bytes, from_bytes_mut, read_box_from, read_from, read_value,
    read_vec_from, slice_from_bytes, slice_from_bytes_mut, vec_from_bytes, zeroed, zeroed_box,
};

/// The struct of the source, with its padding spelt out.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct ExampleData {
    a: u8,
    _pad_a: [u8; 7],
    b: u64,
    c: [u8; 7],
    _pad_c: u8,
    d: u32,
    _pad_d: [u8; 4],
}

fn example() -> ExampleData {
    ExampleData { a: 0, b: u64::MAX, c: [10, 11, 12, 13, 14, 15, 16], d: 123_456_789, ..zeroed() }
}

/// rkyv, RUSTSEC-2021-0054: archives were written with padding in them, and the padding held
/// whatever the memory had held before: undefined behaviour, and other people's secrets in a file.
#[test]
fn padding_is_not_read() {
    let value = example();
    // Under Miri each byte is read, and each is initialised.
    let bytes = as_bytes(&value).to_vec();
    assert_eq!(bytes.len(), 32);
    assert_eq!(bytes[1..8], [0; 7]);
    assert_eq!(bytes[16..24], [10, 11, 12, 13, 14, 15, 16, 0]);
    assert_eq!(bytes[28..], [0; 4]);
}

/// bytemuck and zerocopy both ask for no padding before they give out `&mut`: a padded value that is
/// written through a `&mut T` on a buffer leaves the buffer with uninitialised bytes, and the safe
/// code that owns the buffer reads them.
#[test]
fn a_value_written_through_a_view_leaves_no_byte_uninitialised() {
    let mut memory = [!0_u64; 8];
    let bytes = bytes_of_slice_mut(&mut memory);
    *from_bytes_mut(&mut bytes[..32]).unwrap() = example();
    slice_from_bytes_mut(&mut bytes[32..]).unwrap()[0] = example();
    assert_eq!(bytes[..32], bytes[32..]);
    assert_eq!(bytes[..32], *as_bytes(&example()));
}

/// bytemuck freed a `Box<[u8]>` with another alignment than it was allocated with; byte-slice-cast
/// had to take back its casts of vectors for the same reason. Here bytes become a box only by a copy.
#[test]
fn a_box_is_freed_with_the_alignment_it_was_allocated_with() {
    let bytes: Box<[u8]> = as_bytes(&example()).into();
    let boxed: Box<ExampleData> = box_from_bytes(&bytes).unwrap();
    let values: Vec<ExampleData> = vec_from_bytes(&bytes).unwrap();
    drop(bytes);
    assert_eq!(*boxed, example());
    assert_eq!(values, [example()]);
}

/// The source: `*ptr` on a pointer into a `Vec<u8>`. It worked where the allocator happened to
/// align the buffer.
#[test]
fn an_unaligned_address_is_not_read_as_if_it_were_aligned() {
    let mut memory = [0_u64; 5];
    let bytes = &mut bytes_of_slice_mut(&mut memory)[3..35];
    bytes.copy_from_slice(as_bytes(&example()));
    let wrong = Error::Alignment { expected: align_of::<ExampleData>(), found: 1 };
    assert_eq!(from_bytes::<ExampleData>(bytes), Err(wrong));
    assert_eq!(read_value::<ExampleData>(bytes), Ok(example()));
}

/// The same in an array of bytes, where one address of eight suits by chance: whatever the answer
/// is, it is sound. Under Miri's symbolic alignment check chance does not count.
#[test]
fn an_address_that_suits_by_chance_is_no_undefined_behaviour() {
    let mut memory = [0_u8; 40];
    for offset in 0..8 {
        let bytes = &mut memory[offset..offset + 32];
        bytes.copy_from_slice(as_bytes(&example()));
        match from_bytes::<ExampleData>(bytes) {
            Ok(view) => assert_eq!(*view, example()),
            Err(error) => assert!(matches!(error, Error::Alignment { .. })),
        }
    }
}

/// The source's `read_in_straight_to_pointer`: `?` returned between `alloc` and `Box::from_raw`, and
/// the memory was lost; on a short input it freed a pointer that had moved away from the start.
#[test]
fn an_early_error_neither_leaks_nor_frees_the_wrong_address() {
    let value = example();
    for came in 0..32 {
        let input = &as_bytes(&value)[..came];
        match read_box_from::<ExampleData>(input) {
            Err(ReadError::Short { expected: 32, found }) => assert_eq!(found, came),
            other => panic!("{other:?}"),
        }
    }
}

/// flatbuffers: a `bool` was read from a byte that was never checked. Here a flag is a `u8`, and the
/// program that wants a `bool` says which bytes are one.
#[test]
fn a_bool_is_a_byte_until_it_was_looked_at() {
    for byte in [0_u8, 1, 3, 255] {
        let flag: u8 = read_from(&[byte][..]).unwrap();
        let flag = match flag {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        assert_eq!(flag.is_some(), byte < 2);
    }
}

/// borsh was unsound for values of no size, of which there can be any number in no bytes at all. And
/// `alloc` with a layout of no size is undefined behaviour.
#[test]
fn values_of_no_size() {
    assert_eq!(read_vec_from::<[u8; 0]>(&[][..], usize::MAX).unwrap().len(), usize::MAX);
    assert_eq!(*zeroed_box::<[u64; 0]>(), []);
    assert_eq!(*read_box_from::<[[u64; 4]; 0]>(&[][..]).unwrap(), [[0; 4]; 0]);
    assert_eq!(*box_from_bytes::<[u64; 0]>(&[]).unwrap(), []);
    assert_eq!(read_value::<[u64; 0]>(&[]), Ok([]));
    assert_eq!(as_bytes(&[0_u64; 0]), []);
    assert_eq!(bytes_of_slice::<[u8; 0]>(&[[]; 9]), []);

    // The bytes do not say how many there are, and there is no division by zero to find out.
    assert_eq!(slice_from_bytes::<[u8; 0]>(&[]), Err(Error::ZeroSized));
    assert_eq!(slice_from_bytes::<[u8; 0]>(&[1]), Err(Error::ZeroSized));
    assert_eq!(slice_from_bytes_mut::<[u8; 0]>(&mut []), Err(Error::ZeroSized));
    assert_eq!(vec_from_bytes::<[u8; 0]>(&[]), Err(Error::ZeroSized));

    // No size, and still an alignment.
    let memory = [0_u64; 1];
    let bytes = &as_bytes(&memory)[1..1];
    assert_eq!(
        from_bytes::<[u64; 0]>(bytes),
        Err(Error::Alignment { expected: align_of::<u64>(), found: 1 })
    );
}

/// rkyv, RUSTSEC-2026-0001: a length field in a crafted file made the reader allocate until there
/// was no memory. (`tests/memory.rs` counts what is allocated.)
#[test]
fn a_length_field_allocates_nothing() {
    assert!(matches!(
        read_vec_from::<u64>(&[0; 10][..], usize::MAX / 64),
        Err(ReadError::Short { found: 10, .. })
    ));
}

/// A length times a size that is no `usize`, or more than an allocation may have.
#[test]
fn a_length_that_overflows() {
    for count in [usize::MAX, usize::MAX / 8 + 1, usize::MAX / 16 + 1] {
        match read_vec_from::<u64>(&[0; 10][..], count) {
            Err(error @ ReadError::TooMany { count: c, size: 8 }) => {
                assert_eq!(c, count);
                assert_eq!(
                    error.to_string(),
                    format!("{c} values of 8 bytes each fit in no memory")
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

/// zerovec relied on `repr(packed)`, which keeps neither the order of the fields nor their alignment.
/// A packed struct is refused here (`tests/refused.rs`), so a field of a plain one can be borrowed, also
/// where the value lies in a buffer.
#[test]
fn a_field_can_be_borrowed() {
    let mut memory = [0_u64; 4];
    let bytes = bytes_of_slice_mut(&mut memory);
    let view: &mut ExampleData = from_bytes_mut(bytes).unwrap();
    let (b, d) = (&mut view.b, &mut view.d);
    (*b, *d) = (1, 2);
    assert_eq!(read_value::<u64>(&bytes[8..16]), Ok(1));
    assert_eq!(read_value::<u32>(&bytes[24..28]), Ok(2));
}

/// The view borrows what it views: written through one end, it is seen at the other.
#[test]
fn the_bytes_and_the_value_are_the_same_memory() {
    let mut value = example();
    as_bytes_mut(&mut value)[8..16].fill(1);
    assert_eq!(value.b, 0x0101_0101_0101_0101);
    let view: &mut ExampleData = from_bytes_mut(as_bytes_mut(&mut value)).unwrap();
    view.d = 5;
    assert_eq!(value.d, 5);
}

/// Derives were fooled, zerocopy's among others: by `repr(u8, align(2))`, by packed unions, by an
/// attribute with a raw identifier, and by a hidden helper trait that was safe and not sealed. None of
/// this compiles here: `tests/refused.rs` runs these, each beside a twin that does.
#[test]
fn a_derive_is_not_fooled() {
    for file in [
        // An alignment of its own, seen or hidden.
        include_str!("refused/checked/enum-aligned.rs"),
        include_str!("refused/checked/enum-aligned-behind-a-raw-identifier.rs"),
        include_str!("refused/checked/enum-aligned-behind-cfg-attr.rs"),
        include_str!("refused/checked/changed-repr.rs"),
        // Packed.
        include_str!("refused/plain/union-packed.rs"),
        include_str!("refused/plain/packed.rs"),
        include_str!("refused/plain/packed-behind-a-raw-identifier.rs"),
        include_str!("refused/plain/packed-behind-cfg-attr.rs"),
        // `#[r#repr(..)]`.
        include_str!("refused/plain/repr-behind-a-raw-identifier.rs"),
        include_str!("refused/checked/enum-repr-behind-a-raw-identifier.rs"),
        include_str!("refused/checked/enum-repr-c-behind-a-raw-identifier.rs"),
        // Promises made, and views forged, in safe code.
        include_str!("refused/plain/by-hand-in-safe-code.rs"),
        include_str!("refused/serialise/view-by-hand.rs"),
        // Padding.
        include_str!("refused/checked/as-bytes-of-padding.rs"),
        include_str!("refused/no-padding/short-variant.rs"),
        include_str!("refused/no-padding/gap-in-a-variant.rs"),
    ] {
        assert!(file.contains("//~[refused] ERROR: ") || file.contains("//~[refused]^ ERROR: "));
    }
}
