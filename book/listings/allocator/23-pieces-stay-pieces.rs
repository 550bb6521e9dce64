//! A free list through the free blocks. A block that is freed stays as it was cut.
//@ check-pass
// ANCHOR: all
const WORDS: usize = 64;

/// An arena of words. A free block begins with two: its length, and where the next one begins.
struct Arena {
    words: [usize; WORDS],
    first: usize,
}

// ANCHOR: arena
impl Arena {
    fn new() -> Self {
        let mut words = [0; WORDS];
        (words[0], words[1]) = (WORDS, WORDS);
        Self { words, first: 0 }
    }

    fn allocate(&mut self, len: usize) -> Option<usize> {
        let mut before = None;
        let mut at = self.first;
        while at < WORDS {
            let (room, mut next) = (self.words[at], self.words[at + 1]);
            if room >= len {
                if room > len {
                    // What is left is a free block, too. All lengths here are even.
                    (self.words[at + len], self.words[at + len + 1]) = (room - len, next);
                    next = at + len;
                }
                match before {
                    Some(before) => self.words[before + 1] = next,
                    None => self.first = next,
                }
                return Some(at);
            }
            (before, at) = (Some(at), next);
        }
        None
    }

    // ANCHOR: release
    fn release(&mut self, at: usize, len: usize) {
        (self.words[at], self.words[at + 1]) = (len, self.first);
        self.first = at;
    }
    // ANCHOR_END: release
}
// ANCHOR_END: arena

// ANCHOR: main
fn main() {
    let mut arena = Arena::new();
    let blocks = [(); 4].map(|()| arena.allocate(16));
    println!("four blocks of 16: {blocks:?}, and a fifth: {:?}", arena.allocate(16));
    for at in blocks.into_iter().flatten() {
        arena.release(at, 16);
    }
    println!("nothing is in use; one of 32: {:?}", arena.allocate(32));
}
// ANCHOR_END: main
// ANCHOR_END: all
