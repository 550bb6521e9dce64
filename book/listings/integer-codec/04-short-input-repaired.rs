//! Reading looks first.
//@ check-pass
// ANCHOR: all
#[derive(Debug)]
#[expect(dead_code, reason = "so far it is only printed")]
struct Integer {
    content: [u8; 8],
    bytes_used: usize,
}

#[derive(Debug)]
#[expect(dead_code, reason = "so far it is only printed")]
enum Error {
    UnexpectedEnd { missing: usize },
    TooLong { bytes: usize },
}

impl Integer {
    fn deserialise(bytes: &[u8]) -> Result<Self, Error> {
        let Some((&length, rest)) = bytes.split_first() else {
            return Err(Error::UnexpectedEnd { missing: 1 });
        };
        let bytes_used = usize::from(length);
        let mut content = [0; 8];
        let Some(room) = content.get_mut(..bytes_used) else {
            return Err(Error::TooLong { bytes: bytes_used });
        };
        let Some(used) = rest.get(..bytes_used) else {
            return Err(Error::UnexpectedEnd { missing: bytes_used - rest.len() });
        };
        room.copy_from_slice(used);
        Ok(Integer { content, bytes_used })
    }
}

fn main() {
    println!("{:?}", Integer::deserialise(&[2, 232, 3]));
    println!("{:?}", Integer::deserialise(&[2, 232]));
    println!("{:?}", Integer::deserialise(&[]));
    println!("{:?}", Integer::deserialise(&[9, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
}
// ANCHOR_END: all
