//! From the intermediate form to a number of a given size, which may be too small.
//@ check-pass
// ANCHOR: all
#[derive(Clone, Copy)]
struct Integer {
    content: [u8; 8],
    bytes_used: usize,
}

impl From<u64> for Integer {
    fn from(n: u64) -> Self {
        let content = n.to_le_bytes();
        let last_non_zero = content.iter().rposition(|&byte| byte != 0);
        Integer { content, bytes_used: last_non_zero.unwrap_or(0) + 1 }
    }
}

// ANCHOR: back
#[derive(Debug)]
struct TooLarge;

macro_rules! back_to {
    ($($int:ident)*) => {$(
        impl TryFrom<Integer> for $int {
            type Error = TooLarge;

            fn try_from(n: Integer) -> Result<$int, TooLarge> {
                let mut bytes = [0; size_of::<$int>()];
                let room = bytes.get_mut(..n.bytes_used).ok_or(TooLarge)?;
                room.copy_from_slice(&n.content[..n.bytes_used]);
                Ok($int::from_le_bytes(bytes))
            }
        }
    )*};
}

back_to!(u8 u16 u32 u64 u128);
// ANCHOR_END: back

fn main() {
    let int = Integer::from(1000);
    println!("u64: {:?}", u64::try_from(int));
    println!("u16: {:?}", u16::try_from(int));
    println!("u8:  {:?}", u8::try_from(int));
}
// ANCHOR_END: all
