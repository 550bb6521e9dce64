//! The same chain, taken apart node by node: no drop is inside another.
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
    next: Option<Box<Node>>,
    _leave: Leave,
}

fn main() {
    let mut chain = None;
    for _ in 0..1_000 {
        chain = Some(Box::new(Node { _enter: Enter, next: chain, _leave: Leave }));
    }
    // ANCHOR: loop
    while let Some(mut node) = chain {
        chain = node.next.take();
        drop(node);
    }
    // ANCHOR_END: loop
    println!("1000 nodes, {} drops one inside the other", DEEPEST.get());
}
// ANCHOR_END: all
