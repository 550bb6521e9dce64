//! The queue remembers its last node by a raw pointer, which the borrow checker does not follow.
//! The nodes are still boxes.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
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
        let mut node = Box::new(Node { element, next: None });
        let last: *mut Node = &mut *node;
        if self.tail.is_null() {
            // ANCHOR: move
            self.head = Some(node);
            // ANCHOR_END: move
        } else {
            let old_last = unsafe { &mut *self.tail };
            //~[stacked]^ ERROR: for Unique permission
            old_last.next = Some(node);
        }
        self.tail = last;
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

fn main() {
    let mut queue = Queue { head: None, tail: ptr::null_mut() };
    queue.push(1);
    queue.push(2);
    println!("{:?} {:?}", queue.pop(), queue.pop());
}
// ANCHOR_END: all
