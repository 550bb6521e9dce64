//! A pool of nodes of one size, in a `static`, taken and given back by hand.
//!
//! `cargo run -p allocator --example slots`

use std::alloc::{GlobalAlloc, Layout};

use allocator::SlotAllocator;

struct Node {
    value: u32,
    next: *mut Node,
}

const NODE: Layout = Layout::new::<Node>();

static NODES: SlotAllocator<{ size_of::<Node>() }, 100> = SlotAllocator::new();

/// Put `value` before `list`. `None` when all nodes are in use.
fn push(list: *mut Node, value: u32) -> Option<*mut Node> {
    // SAFETY: a node is not of size 0.
    let node = unsafe { NODES.alloc(NODE) }.cast::<Node>();
    if node.is_null() {
        return None;
    }
    // SAFETY: the slot is ours, large enough and aligned: `NODE` is a node's layout.
    unsafe { node.write(Node { value, next: list }) };
    Some(node)
}

fn main() {
    let mut list = std::ptr::null_mut();
    for value in 0.. {
        match push(list, value) {
            Some(longer) => list = longer,
            None => break,
        }
    }
    println!("{} of {} nodes in use", NODES.in_use(), NODES.capacity());

    let mut sum = 0;
    while !list.is_null() {
        // SAFETY: the nodes of the list are live, and this is the last time we look at this one.
        let Node { value, next } = unsafe { list.read() };
        // SAFETY: it came from `NODES`, with this layout, and nobody has it any more.
        unsafe { NODES.dealloc(list.cast(), NODE) };
        sum += value;
        list = next;
    }
    println!("their sum is {sum}; {} in use", NODES.in_use());
}
