//! A whole program on one arena: every `String`, `Vec` and map of it, on several threads.
//!
//! `cargo run -p allocator --example whole_program`

use std::collections::BTreeMap;
use std::thread;

use allocator::FirstFit;

#[global_allocator]
static HEAP: FirstFit<{ 4 << 20 }> = FirstFit::new();

fn count_words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

fn main() {
    let before = HEAP.stats();
    let texts = ["a slot is a slot", "a block around a block", "first come first fit"];
    let counts: Vec<BTreeMap<String, usize>> = thread::scope(|scope| {
        let threads = texts.map(|text| scope.spawn(move || count_words(text)));
        threads.into_iter().flat_map(|thread| thread.join()).collect()
    });
    for (text, counts) in texts.iter().zip(&counts) {
        println!("{text:?}: {counts:?}");
    }
    let during = HEAP.stats();
    drop(counts);
    let after = HEAP.stats();

    println!("before: {before:?}");
    println!("during: {during:?}");
    println!("after:  {after:?}, in pieces: {}", after.free() != after.largest_free);
}
