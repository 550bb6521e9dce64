//! A chain of boxes is dropped by recursion: each node drops the next before it is done itself.
//! The fields of a node are dropped in order, so the first and the last one see it.
//@ check-pass
// ANCHOR: all
use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static DEEPEST: Cell<u32> = const { Cell::new(0) };
}

struct Enter;

impl Drop for Enter {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() + 1);
        DEEPEST.set(DEEPEST.get().max(DEPTH.get()));
    }
}

struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

struct Node {
    _enter: Enter,
    _next: Option<Box<Node>>,
    _leave: Leave,
}

fn main() {
    let mut chain = None;
    for _ in 0..1_000 {
        chain = Some(Box::new(Node { _enter: Enter, _next: chain, _leave: Leave }));
    }
    drop(chain);
    println!("1000 nodes, {} drops one inside the other", DEEPEST.get());
}
// ANCHOR_END: all
