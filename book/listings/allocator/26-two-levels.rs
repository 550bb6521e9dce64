//! Which list a size belongs to, and the first list from there on that is not empty.
//@ check-pass
// ANCHOR: all
// ANCHOR: bitmaps
/// Lists in one level.
const LISTS: usize = 8;

/// The list of a size: its level, and its number there. Level 0 has one for each size below 8;
/// each further level cuts a doubling into 8 steps.
fn list_of(size: usize) -> (usize, usize) {
    let level = (size.max(LISTS).ilog2() - LISTS.ilog2()) as usize;
    if size < LISTS { (0, size) } else { (level + 1, (size >> level) - LISTS) }
}

/// Which lists are not empty, and in which levels there is such a list.
#[derive(Default)]
struct Bitmaps {
    levels: u32,
    lists: [u8; 32],
}

impl Bitmaps {
    fn set(&mut self, (level, list): (usize, usize)) {
        self.levels |= 1 << level;
        self.lists[level] |= 1 << list;
    }

    /// The first list that is not empty, from this one on.
    fn first(&self, (level, list): (usize, usize)) -> Option<(usize, usize)> {
        let here = self.lists[level] & (u8::MAX << list);
        if here != 0 {
            return Some((level, here.trailing_zeros() as usize));
        }
        let above = self.levels & (u32::MAX << (level + 1));
        if above == 0 {
            return None;
        }
        let level = above.trailing_zeros() as usize;
        Some((level, self.lists[level].trailing_zeros() as usize))
    }
}
// ANCHOR_END: bitmaps

// ANCHOR: main
fn main() {
    for size in [5, 8, 15, 16, 17, 18, 100, 1000] {
        let (level, list) = list_of(size);
        println!("{size:4}: level {level}, list {list}");
    }
    let mut free = Bitmaps::default();
    for size in [18, 100, 1000] {
        free.set(list_of(size));
    }
    println!("for 16: {:?}", free.first(list_of(16)));
    println!("for 24: {:?}", free.first(list_of(24)));
    println!("for 2000: {:?}", free.first(list_of(2000)));
}
// ANCHOR_END: main
// ANCHOR_END: all
