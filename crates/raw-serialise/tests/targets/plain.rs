//! Plain and checked values of arbitrary bytes.

use std::fmt::Debug;
use std::num::NonZero;

use raw_serialise::{
    Checked, Error, NoPadding, as_bytes, box_from_bytes, bytes_of_slice, from_bytes,
    from_bytes_mut, read_box_from, read_from, read_value, read_vec_from, slice_from_bytes,
    slice_from_bytes_mut, vec_from_bytes, write_value,
};

use super::types::{Colour, Flags, Kind, Version};
use super::{Outcome, aligned, first, text};

/// The first byte chooses a type, the second how the bytes lie and how many values there should be.
pub fn plain(input: &[u8]) -> Outcome {
    let (choice, input) = first(input);
    let (place, bytes) = first(input);
    match choice % 12 {
        0 => without_padding::<bool>(bytes, place),
        1 => without_padding::<char>(bytes, place),
        2 => without_padding::<NonZero<u32>>(bytes, place),
        3 => without_padding::<Colour>(bytes, place),
        4 => without_padding::<Flags>(bytes, place),
        5 => checked::<Kind>(bytes, place),
        6 => without_padding::<[NonZero<i16>; 3]>(bytes, place),
        7 => checked::<[Kind; 2]>(bytes, place),
        8 => without_padding::<Version>(bytes, place),
        9 => without_padding::<u128>(bytes, place),
        10 => without_padding::<[bool; 0]>(bytes, place),
        _ => without_padding::<[[Colour; 2]; 2]>(bytes, place),
    }
}

/// What a value must be, whatever the compiler thinks of it.
pub(crate) fn flags(flags: &Flags) {
    assert!(as_bytes(&flags.on)[0] < 2);
    assert!([1, 2, 7].contains(&as_bytes(&flags.colour)[0]));
    assert!(char::from_u32(u32::from(flags.symbol)).is_some());
    assert_ne!(flags.id.get(), 0);
}

/// All ways to values say the same, and what is accepted has these bytes and no others.
fn checked<T: Checked + PartialEq + Debug>(bytes: &[u8], place: u8) -> Outcome {
    let count = usize::from(place >> 4);
    let value = read_value::<T>(bytes);
    let many = vec_from_bytes::<T>(bytes);
    let strict = align_of::<T>();
    for offset in [0, usize::from(place % 16)] {
        aligned(bytes, offset, |bytes| {
            let misaligned = offset % strict != 0;
            let viewed = from_bytes::<T>(bytes);
            let slice = slice_from_bytes::<T>(bytes);
            if misaligned && value != Err(size_error::<T>(bytes)) {
                assert!(matches!(viewed, Err(Error::Alignment { .. })), "{viewed:?}");
            } else {
                assert_eq!(viewed, value.as_ref().map_err(|error| *error));
            }
            if !misaligned {
                assert_eq!(slice, many.as_deref().map_err(|error| *error));
            } else {
                assert!(slice.is_err());
            }
        });
    }
    assert_eq!(box_from_bytes::<T>(bytes).map(|it| *it), value);
    let from = read_from::<T>(bytes).map_err(text);
    assert_eq!(read_box_from::<T>(bytes).map(|it| *it).map_err(text), from);
    if bytes.len() == size_of::<T>() {
        assert_eq!(from, value.map_err(text));
    } else {
        assert_eq!(from.is_ok(), bytes.get(..size_of::<T>()).is_some_and(is_value::<T>));
    }
    if let Ok(value) = &value {
        same_bytes(value, bytes);
    }
    match bytes.len().checked_rem(size_of::<T>()) {
        None => assert_eq!(many, Err(Error::ZeroSized)),
        Some(0) => {}
        Some(_) => assert!(matches!(many, Err(Error::Remainder { .. }))),
    }
    if let Ok(values) = &many {
        assert_eq!(values.len() * size_of::<T>(), bytes.len());
        for (value, bytes) in values.iter().zip(bytes.chunks(size_of::<T>())) {
            same_bytes(value, bytes);
        }
    }
    // A count that comes with the input, and one that is a lie.
    let read = read_vec_from::<T>(bytes, count);
    if let Ok(values) = &read {
        assert_eq!(values.len(), count);
        assert_eq!(values.first(), from.as_ref().ok().filter(|_| count > 0));
    }
    if size_of::<T>() > 0 && place % 16 == 5 {
        assert!(read_vec_from::<T>(bytes, count << 24 | 1 << 20).is_err());
    }
    value.map(drop).or_else(|error| if many.is_ok() { Ok(()) } else { Err(error) }).map_err(text)
}

fn size_error<T>(bytes: &[u8]) -> Error {
    Error::Size { expected: size_of::<T>(), found: bytes.len() }
}

fn is_value<T: Checked>(bytes: &[u8]) -> bool {
    read_value::<T>(bytes).is_ok()
}

fn same_bytes<T: Checked>(value: &T, bytes: &[u8]) {
    let mut written = vec![0xaa; bytes.len()];
    assert_eq!(write_value(value, &mut written), Ok(()));
    assert_eq!(written, bytes, "{value:?}");
}

/// And for changes, too.
fn without_padding<T>(bytes: &[u8], place: u8) -> Outcome
where
    T: NoPadding + PartialEq + Debug,
{
    let outcome = checked::<T>(bytes, place);
    let value = read_value::<T>(bytes);
    let many = vec_from_bytes::<T>(bytes);
    aligned(bytes, 0, |copy| {
        match from_bytes_mut::<T>(copy) {
            Ok(view) => {
                let old = std::mem::replace(view, read_value(bytes).map_err(text)?);
                assert_eq!(Ok(old), value);
                assert_eq!(as_bytes(view), bytes);
            }
            Err(error) => assert_eq!(Err(error), value),
        }
        match slice_from_bytes_mut::<T>(copy) {
            Ok(view) => {
                view.reverse();
                view.reverse();
                assert_eq!(bytes_of_slice(view), bytes);
            }
            Err(error) => assert_eq!(Err(error), many),
        }
        assert_eq!(copy, bytes);
        outcome
    })
}
