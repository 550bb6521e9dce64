//! A cast makes `*mut` out of `&`. The compiler accepts it; the reference forbids the write.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
struct Page {
    visits: u32,
}

impl Page {
    fn visit(&self) {
        let visits = (&raw const self.visits).cast_mut();
        unsafe { *visits += 1 };
        //~[stacked]^ ERROR: only grants SharedReadOnly
        //~[tree]^^ ERROR: write access through
    }
}

fn main() {
    let page = Page { visits: 0 };
    page.visit();
    println!("{}", page.visits);
}
// ANCHOR_END: all
