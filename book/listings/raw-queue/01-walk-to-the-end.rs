//! The smallest queue that works: a chain of boxes. To push is to walk to its end.
//@ check-pass
// ANCHOR: all
type Link = Option<Box<Node>>;

struct Node {
    element: u32,
    next: Link,
}

#[derive(Default)]
struct Queue {
    head: Link,
    steps: u32,
}

impl Queue {
    fn push(&mut self, element: u32) {
        let mut link = &mut self.head;
        while let Some(node) = link {
            link = &mut node.next;
            self.steps += 1;
        }
        *link = Some(Box::new(Node { element, next: None }));
    }

    fn pop(&mut self) -> Option<u32> {
        let node = self.head.take()?;
        self.head = node.next;
        Some(node.element)
    }
}

fn main() {
    let mut queue = Queue::default();
    for n in 0..100 {
        queue.push(n);
    }
    println!("first: {:?}", queue.pop());
    println!("100 pushes, {} steps", queue.steps);
}
// ANCHOR_END: all
