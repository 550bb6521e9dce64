//! Buckets of 8, 16, 32, … slots: where an index is, from its highest bit.
//@ check-pass
// ANCHOR: all
const FIRST: usize = 8;

fn place(index: usize) -> (usize, usize) {
    let position = index + FIRST;
    let highest = position.ilog2();
    let bucket = highest - FIRST.ilog2();
    let offset = position ^ (1 << highest);
    (bucket as usize, offset)
}

fn main() {
    for index in [0, 7, 8, 13, 23, 24, 55, 56] {
        let (bucket, offset) = place(index);
        println!("index {index:2} + 8 = {:07b}: bucket {bucket}, slot {offset:2}", index + FIRST);
    }

    // Every index has a place of its own, and bucket after bucket is filled.
    let mut index = 0;
    for bucket in 0..10 {
        for offset in 0..FIRST << bucket {
            assert_eq!(place(index), (bucket, offset));
            index += 1;
        }
    }
    println!("{index} indices in 10 buckets");
}
// ANCHOR_END: all
