//! The link is read before the element is given out, and the node is not touched again. No
//! reference to a whole node is made.
//@ check-pass
// ANCHOR: all
use std::marker::PhantomData;
use std::ptr;

struct Node {
    element: u32,
    next: *mut Node,
}

struct IterMut<'a> {
    next: *mut Node,
    _borrow: PhantomData<&'a mut u32>,
}

impl<'a> Iterator for IterMut<'a> {
    type Item = &'a mut u32;

    // ANCHOR: next
    fn next(&mut self) -> Option<&'a mut u32> {
        let node = self.next;
        if node.is_null() {
            return None;
        }
        self.next = unsafe { (*node).next };
        Some(unsafe { &mut (*node).element })
    }
    // ANCHOR_END: next
}

fn main() {
    let mut second = Node { element: 2, next: ptr::null_mut() };
    let mut first = Node { element: 1, next: &raw mut second };
    let mut iter = IterMut { next: &raw mut first, _borrow: PhantomData };

    let one = iter.next().unwrap();
    *one += 10;
    let two = iter.next().unwrap();
    *one += 10;
    println!("{one} {two}");
}
// ANCHOR_END: all
