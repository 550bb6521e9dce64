//! What holds for a decoder whatever its input is. The targets call it with each type.

use integer_codec::{DecodeError, EncodeError, Encoder, VarInt};

/// A strict decoder accepts what encoding writes and nothing else, refuses at a byte that is there
/// or at the end, and does not look beyond the value.
///
/// # Panics
///
/// If that is not so.
pub fn strict<T: VarInt>(bytes: &[u8]) {
    let result = T::decode(bytes);
    match result {
        Ok((value, used)) => {
            assert_eq!(value.encoded_len(), used, "{value:?} has another length");
            let mut buffer = [0xaa; 32];
            assert_eq!(value.encode(&mut buffer), Ok(used), "{value:?} has another length");
            assert_eq!(&buffer[..used], &bytes[..used], "{value:?} has other bytes");
            assert!(buffer[used..].iter().all(|&byte| byte == 0xaa), "written past the end");
            encoder(value, &bytes[..used]);
            // A value at the end of its input is read byte by byte, any other with one load.
            assert_eq!(T::decode(&bytes[..used]), result, "alone");
            assert_eq!(T::decode(&buffer), result, "with other bytes after it");
        }
        Err(DecodeError::UnexpectedEnd { offset, missing }) => {
            assert_eq!(offset, bytes.len());
            assert!((1..=18).contains(&missing), "{missing} bytes are missing");
        }
        Err(error) => assert!(error.offset() < bytes.len(), "{error:?}"),
    }
    assert_eq!(T::decode(bytes), result, "the second time");
}

/// An [`Encoder`] writes the same, with room to spare and without, and not into too little of it.
fn encoder<T: VarInt>(value: T, expected: &[u8]) {
    let len = expected.len();
    let mut buffer = [0xaa; 32];
    for room in [len, buffer.len()] {
        let mut encoder = Encoder::new(&mut buffer[..room]);
        assert_eq!(encoder.push(value), Ok(len), "{value:?} into {room} bytes");
        assert_eq!(encoder.finish(), expected, "{value:?} into {room} bytes");
    }
    let mut encoder = Encoder::new(&mut buffer[..len - 1]);
    let error = EncodeError::BufferTooSmall { needed: len, available: len - 1 };
    assert_eq!(encoder.push(value), Err(error));
    assert!(encoder.is_empty());
}

/// A narrower type accepts what the widest one does, as far as the value fits, and refuses the rest
/// for the same reason. `widest` and `narrower` are what the two decoders gave for the same input.
///
/// # Panics
///
/// If that is not so.
pub fn agree<W, N>(
    widest: Result<(W, usize), DecodeError>,
    narrower: Result<(N, usize), DecodeError>,
) where
    W: VarInt,
    N: VarInt + TryFrom<W>,
{
    match (widest, narrower) {
        (Ok((value, used)), narrower) => match (N::try_from(value), narrower) {
            (Ok(value), narrower) => assert_eq!(narrower, Ok((value, used))),
            (Err(_), Err(DecodeError::OutOfRange { offset: 0, .. })) => {}
            (Err(_), narrower) => panic!("{value:?} does not fit, and yet: {narrower:?}"),
        },
        // Only `Ordered` has bytes for more than its widest type holds.
        (
            Err(DecodeError::OutOfRange { offset, .. }),
            Err(DecodeError::OutOfRange { offset: other, .. }),
        ) => assert_eq!(offset, other),
        (Err(error), narrower) => assert_eq!(narrower, Err(error)),
    }
}

/// The specification, one byte at a time: the first value of `bytes` and its length, if `bytes`
/// begins with the shortest form of one.
pub fn specified(bytes: &[u8], limit: u8) -> Option<(u128, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first <= limit {
        return Some((first.into(), 1));
    }
    let len = usize::from(first - limit);
    let payload = rest.get(..len)?;
    let mut value = 0;
    for &byte in payload.iter().rev() {
        value = value * 256 + u128::from(byte);
    }
    let shortest = payload.last() != Some(&0) && value > limit.into();
    shortest.then_some((value, 1 + len))
}
