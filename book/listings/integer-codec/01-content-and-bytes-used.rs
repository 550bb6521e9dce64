//! The bytes of a number, and how many of them count.
//@ check-pass
// ANCHOR: all
const MAX_BYTES: usize = size_of::<u64>();

#[derive(Debug)]
#[expect(dead_code, reason = "so far it is only printed")]
struct Integer {
    content: [u8; MAX_BYTES],
    bytes_used: usize,
}

impl From<u64> for Integer {
    fn from(n: u64) -> Self {
        let content = n.to_le_bytes();
        let last_non_zero = content.iter().rposition(|&byte| byte != 0);
        Integer { content, bytes_used: last_non_zero.unwrap_or(0) + 1 }
    }
}

fn main() {
    println!("{:?}", Integer::from(1000));
}
// ANCHOR_END: all
