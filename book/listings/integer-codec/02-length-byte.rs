//! The number of bytes, then the bytes.
//@ check-pass
// ANCHOR: all
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

// ANCHOR: serialise
impl Integer {
    fn serialise(&self) -> Vec<u8> {
        let mut output = vec![self.bytes_used as u8];
        output.extend(&self.content[..self.bytes_used]);
        output
    }
}
// ANCHOR_END: serialise

fn main() {
    for n in [0, 7, 1000, u64::MAX] {
        println!("{n}: {:?}", Integer::from(n).serialise());
    }
}
// ANCHOR_END: all
