//! `iter_mut` remembers the node whose element it gave out, and reads its link at the next step,
//! through a reference to the node. The caller still holds the element of that node.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
use std::marker::PhantomData;
use std::ptr;

struct Node {
    element: u32,
    next: *mut Node,
}

struct IterMut<'a> {
    head: *mut Node,
    given_out: *mut Node,
    _borrow: PhantomData<&'a mut u32>,
}

impl<'a> Iterator for IterMut<'a> {
    type Item = &'a mut u32;

    // ANCHOR: next
    fn next(&mut self) -> Option<&'a mut u32> {
        let node = match unsafe { self.given_out.as_mut() } {
            Some(given_out) => given_out.next,
            None => self.head,
        };
        self.given_out = node;
        Some(&mut unsafe { node.as_mut() }?.element)
    }
    // ANCHOR_END: next
}

fn main() {
    let mut second = Node { element: 2, next: ptr::null_mut() };
    let mut first = Node { element: 1, next: &raw mut second };
    let mut iter =
        IterMut { head: &raw mut first, given_out: ptr::null_mut(), _borrow: PhantomData };

    let one = iter.next().unwrap();
    *one += 10;
    let two = iter.next().unwrap();
    *one += 10;
    //~[stacked]^ ERROR: does not exist in the borrow stack
    //~[tree]^^ ERROR: is forbidden
    println!("{one} {two}");
}
// ANCHOR_END: all
