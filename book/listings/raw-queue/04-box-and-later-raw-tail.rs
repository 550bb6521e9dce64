//! The box is moved first, the raw pointer made afterwards, from the place where the box now is.
//! That lasts until the box is looked at again.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[stacked] error-in-other-file: does not exist in the borrow stack
//@[tree] error-in-other-file: is forbidden
// ANCHOR: all
use std::ptr;

struct Node {
    element: u32,
    next: Option<Box<Node>>,
}

struct Queue {
    head: Option<Box<Node>>,
    tail: *mut Node,
}

impl Queue {
    // ANCHOR: push
    fn push(&mut self, element: u32) {
        let node = Box::new(Node { element, next: None });
        let mut place = &mut self.head;
        if !self.tail.is_null() {
            place = unsafe { &mut (*self.tail).next };
        }
        self.tail = &raw mut **place.insert(node);
    }
    // ANCHOR_END: push

    fn pop(&mut self) -> Option<u32> {
        let node = self.head.take()?;
        self.head = node.next;
        if self.head.is_none() {
            self.tail = ptr::null_mut();
        }
        Some(node.element)
    }
}

// ANCHOR: main
fn main() {
    let mut queue = Queue { head: None, tail: ptr::null_mut() };
    queue.push(1);
    queue.push(2);
    println!("{:?}", queue.pop());
    queue.push(3);
    println!("{:?}", queue.pop());
}
// ANCHOR_END: main
// ANCHOR_END: all
