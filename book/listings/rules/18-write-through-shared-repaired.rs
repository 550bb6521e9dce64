//! `Cell` says in the type that a shared value may change.
//@ check-pass
// ANCHOR: all
use std::cell::Cell;

struct Page {
    visits: Cell<u32>,
}

impl Page {
    fn visit(&self) {
        self.visits.set(self.visits.get() + 1);
    }
}

fn main() {
    let page = Page { visits: Cell::new(0) };
    page.visit();
    println!("{}", page.visits.get());
}
// ANCHOR_END: all
