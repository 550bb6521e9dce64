//! `pop` of the last node takes both pointers to it away.
//@ check-pass
// ANCHOR: all
use std::ptr;

struct Node {
    element: u32,
    next: *mut Node,
}

struct Queue {
    head: *mut Node,
    tail: *mut Node,
}

impl Queue {
    fn push(&mut self, element: u32) {
        let node = Box::into_raw(Box::new(Node { element, next: ptr::null_mut() }));
        if self.tail.is_null() {
            self.head = node;
        } else {
            unsafe { (*self.tail).next = node };
        }
        self.tail = node;
    }

    // ANCHOR: pop
    fn pop(&mut self) -> Option<u32> {
        if self.head.is_null() {
            return None;
        }
        let node = unsafe { Box::from_raw(self.head) };
        self.head = node.next;
        if self.head.is_null() {
            self.tail = ptr::null_mut();
        }
        Some(node.element)
    }
    // ANCHOR_END: pop
}

fn main() {
    let mut queue = Queue { head: ptr::null_mut(), tail: ptr::null_mut() };
    queue.push(1);
    println!("{:?}", queue.pop());
    queue.push(2);
    println!("{:?}", queue.pop());
}
// ANCHOR_END: all
