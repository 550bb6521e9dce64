//! Any element type, peeking, iterating, and a drop: references are lent at the edge, and in
//! between there are raw pointers only.
//@ check-pass
// ANCHOR: all
use std::marker::PhantomData;
use std::ptr;

struct Node<T> {
    element: T,
    next: *mut Node<T>,
}

struct Queue<T> {
    head: *mut Node<T>,
    tail: *mut Node<T>,
}

impl<T> Queue<T> {
    fn new() -> Self {
        Self { head: ptr::null_mut(), tail: ptr::null_mut() }
    }

    fn push(&mut self, element: T) {
        let node = Box::into_raw(Box::new(Node { element, next: ptr::null_mut() }));
        if self.tail.is_null() {
            self.head = node;
        } else {
            unsafe { (*self.tail).next = node };
        }
        self.tail = node;
    }

    fn pop(&mut self) -> Option<T> {
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

    // ANCHOR: peek
    fn peek_mut(&mut self) -> Option<&mut T> {
        if self.head.is_null() {
            return None;
        }
        Some(unsafe { &mut (*self.head).element })
    }
    // ANCHOR_END: peek

    // ANCHOR: iter
    fn iter(&self) -> Iter<'_, T> {
        Iter { next: self.head, _borrow: PhantomData }
    }
    // ANCHOR_END: iter
}

// ANCHOR: next
struct Iter<'a, T> {
    next: *const Node<T>,
    _borrow: PhantomData<&'a T>,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        let node = self.next;
        if node.is_null() {
            return None;
        }
        self.next = unsafe { (*node).next };
        Some(unsafe { &(*node).element })
    }
}
// ANCHOR_END: next

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}

fn main() {
    let mut queue = Queue::new();
    queue.push("one".to_owned());
    queue.push("two".to_owned());
    queue.peek_mut().unwrap().push('!');
    queue.push("three".to_owned());
    println!("{:?}", queue.iter().collect::<Vec<_>>());
    println!("{:?}", queue.pop());
}
// ANCHOR_END: all
