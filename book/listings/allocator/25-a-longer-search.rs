//! First fit looks at every hole that is too small, each time.
//@ check-pass
// ANCHOR: all
/// The free blocks of an arena, as their lengths, in the order of their addresses.
struct Holes(Vec<usize>);

impl Holes {
    /// How many free blocks are looked at before one has room for `len` bytes.
    fn looked_at(&self, len: usize) -> usize {
        self.0.iter().take_while(|&&hole| hole < len).count() + 1
    }
}

fn main() {
    for count in [8, 64, 512, 4096] {
        // Each second one of many small blocks was freed, and behind them there is room.
        let mut holes = Holes(vec![16; count]);
        holes.0.push(1 << 20);
        println!("{count} holes: {} blocks looked at", holes.looked_at(32));
    }
}
// ANCHOR_END: all
