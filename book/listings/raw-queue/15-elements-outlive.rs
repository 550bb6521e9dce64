//! A type with a destructor: the compiler must assume that it looks at its elements.
// ANCHOR: all
struct Queue<T>(Vec<T>);

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {}
}

fn main() {
    let (mut plain, mut queue, element);
    element = 1;

    plain = Vec::new();
    plain.push(&element);

    queue = Queue(Vec::new());
    queue.0.push(&element); //~ E0597
    println!("{}", plain.len());
}
// ANCHOR_END: all
