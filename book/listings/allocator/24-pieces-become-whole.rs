//! The same list in the order of the addresses. A block that is freed becomes one with its free neighbours.
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
    fn release(&mut self, at: usize, mut len: usize) {
        let mut before = None;
        let mut next = self.first;
        while next < at {
            (before, next) = (Some(next), self.words[next + 1]);
        }
        if at + len == next && next < WORDS {
            // The neighbour behind is free: this block goes on to its end.
            len += self.words[next];
            next = self.words[next + 1];
        }
        match before {
            Some(before) if before + self.words[before] == at => {
                // The neighbour before is free: it goes on to the end of this one.
                self.words[before] += len;
                self.words[before + 1] = next;
                return;
            }
            Some(before) => self.words[before + 1] = at,
            None => self.first = at,
        }
        (self.words[at], self.words[at + 1]) = (len, next);
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
