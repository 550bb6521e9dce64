//! The queue remembers its last node by a reference into its own chain of boxes. So it borrows
//! from itself, and can be used once.
// ANCHOR: all
struct Node {
    element: u32,
    next: Option<Box<Node>>,
}

struct Queue<'a> {
    head: Option<Box<Node>>,
    tail: Option<&'a mut Node>,
}

impl<'a> Queue<'a> {
    fn push(&'a mut self, element: u32) {
        let node = Box::new(Node { element, next: None });
        let place = match self.tail.take() {
            Some(last) => &mut last.next,
            None => &mut self.head,
        };
        self.tail = Some(place.insert(node));
    }
}

fn main() {
    let mut queue = Queue { head: None, tail: None };
    queue.push(1);
    queue.push(2); //~ E0499
}
// ANCHOR_END: all
