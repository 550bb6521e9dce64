//! An arena of words in which blocks stand side by side: for exercises 2 and 3.

/// In a header: the block is free.
pub const FREE: usize = 1;
/// In a header: the block before is free.
pub const AFTER_FREE: usize = 2;
/// The bits of a header that are not the length.
pub const FLAGS: usize = FREE | AFTER_FREE;

/// Blocks from end to end.
///
/// 1. Each begins with a header: its length in words, header and all, and the flags. A length is a multiple
///    of 4 and not 0.
/// 2. The last word of a free block is its length again: the footer.
/// 3. A block is `AFTER_FREE` if and only if there is a block before it that is free.
/// 4. Two free blocks are never neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arena {
    /// All of it. What is not a header, or the footer of a free block, is an owner's, or means nothing.
    pub words: Vec<usize>,
}

impl Arena {
    /// All of `len` words, a multiple of 4, is one free block.
    #[must_use]
    pub fn new(len: usize) -> Self {
        let mut words = vec![0; len];
        words[0] = len | FREE;
        words[len - 1] = len;
        Self { words }
    }

    /// The length of the block at `at`.
    #[must_use]
    pub fn len(&self, at: usize) -> usize {
        self.words[at] & !FLAGS
    }

    /// Whether a flag is set in the header of the block at `at`.
    #[must_use]
    pub fn has(&self, at: usize, flag: usize) -> bool {
        self.words[at] & flag != 0
    }

    /// Where the block behind the one at `at` begins, unless that is the last one.
    #[must_use]
    pub fn next(&self, at: usize) -> Option<usize> {
        Some(at + self.len(at)).filter(|&next| next < self.words.len())
    }

    /// A used block of `len` words, a multiple of 4: the first place where it fits.
    pub fn allocate(&mut self, len: usize) -> Option<usize> {
        let mut blocks = std::iter::successors(Some(0), |&at| self.next(at));
        let at = blocks.find(|&at| self.has(at, FREE) && self.len(at) >= len)?;
        let left = self.len(at) - len;
        // It was free, so the one before is not (4).
        self.words[at] = len;
        if left > 0 {
            self.words[at + len] = left | FREE;
            self.words[at + len + left - 1] = left;
        } else if let Some(next) = self.next(at) {
            self.words[next] &= !AFTER_FREE;
        }
        Some(at)
    }

    /// The words of the block at `at` that are its owner's.
    pub fn payload(&mut self, at: usize) -> &mut [usize] {
        let end = at + self.len(at);
        &mut self.words[at + 1..end]
    }

    /// What is wrong with the arena, if anything: go through it from block to block.
    #[must_use]
    pub fn mistake(&self) -> Option<String> {
        let mut at = 0;
        let mut after_free = false;
        while at < self.words.len() {
            let len = self.len(at);
            if len == 0 || !len.is_multiple_of(4) || at + len > self.words.len() {
                return Some(format!("the block at {at} says that it has {len} words"));
            }
            let is_free = self.has(at, FREE);
            if is_free && after_free {
                return Some(format!("the block at {at} is free, and so is the one before"));
            }
            if self.has(at, AFTER_FREE) != after_free {
                return Some(format!("the block at {at} is wrong about the one before it"));
            }
            if is_free && self.words[at + len - 1] != len {
                return Some(format!("the free block at {at} has no footer"));
            }
            after_free = is_free;
            at += len;
        }
        None
    }
}
