//! Exercise 4: an inbox.

use std::thread;

use allocator_exercises::inbox::{Inbox, Node};

/// The values of all nodes that are in the inbox; the nodes are freed.
fn values(inbox: &Inbox) -> Vec<u64> {
    let mut values = Vec::new();
    inbox.take_all(|node| {
        // SAFETY: it came from `Node::new`, and was taken, so that it is ours.
        values.push(unsafe { Box::from_raw(node) }.value);
    });
    values
}

fn push(inbox: &Inbox, value: u64) {
    // SAFETY: a new node.
    unsafe { inbox.push(Node::new(value)) };
}

#[test]
fn all_is_taken_and_the_last_comes_first() {
    let inbox = Inbox::new();
    (1..=3).for_each(|value| push(&inbox, value));
    assert_eq!(values(&inbox), [3, 2, 1]);
    assert_eq!(values(&inbox), []);
    push(&inbox, 4);
    assert_eq!(values(&inbox), [4]);
}

#[test]
fn what_is_pushed_while_nodes_are_dealt_with_waits() {
    let inbox = Inbox::new();
    push(&inbox, 1);
    let mut first = Vec::new();
    inbox.take_all(|node| {
        push(&inbox, 2);
        // SAFETY: as in `values`.
        first.push(unsafe { Box::from_raw(node) }.value);
    });
    assert_eq!((first, values(&inbox)), (vec![1], vec![2]));
}

/// The same node may be the last one twice, with another one below it.
#[test]
fn a_node_may_come_back() {
    let inbox = Inbox::new();
    let node = Node::new(7);
    for others in 0..3 {
        (0..others).for_each(|value| push(&inbox, value));
        // SAFETY: the node was new, or taken.
        unsafe { inbox.push(node) };
        let mut count = 0;
        inbox.take_all(|it| {
            count += 1;
            if it != node {
                // SAFETY: as in `values`.
                drop(unsafe { Box::from_raw(it) });
            }
        });
        assert_eq!(count, others + 1);
    }
    // SAFETY: it was taken.
    drop(unsafe { Box::from_raw(node) });
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice() {
    const EACH: u64 = if cfg!(miri) { 30 } else { 20_000 };
    let inbox = Inbox::new();
    let mut seen = vec![];
    thread::scope(|scope| {
        for number in 0..4 {
            let inbox = &inbox;
            scope.spawn(move || (0..EACH).for_each(|value| push(inbox, number * EACH + value)));
        }
        while (seen.len() as u64) < 4 * EACH {
            seen.append(&mut values(&inbox));
            thread::yield_now();
        }
    });
    seen.sort_unstable();
    assert_eq!(seen, (0..4 * EACH).collect::<Vec<_>>());
    assert_eq!(values(&inbox), []);
}
