//! As the allocator of a whole program: this test binary, its harness and the standard library.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::Layout;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use allocator::FirstFit;

const SIZE: usize = if cfg!(miri) { 1 << 20 } else { 1 << 24 };

#[global_allocator]
static HEAP: FirstFit<SIZE> = FirstFit::new();

/// Whether the bytes at `place` are in the arena. Under Miri they are in a twin, which Miri made.
fn is_in_heap<T: ?Sized>(place: *const T) -> bool {
    let start = (&raw const HEAP).addr();
    cfg!(miri) || (start..start + size_of_val(&HEAP)).contains(&place.addr())
}

#[test]
fn collections_live_in_the_arena() {
    let words: Vec<String> = (0..50).map(|n| format!("word {n}")).collect();
    assert!(is_in_heap(words.as_ptr()) && is_in_heap(words[7].as_ptr()));
    let by_length: BTreeMap<usize, Vec<&String>> =
        words.iter().fold(BTreeMap::new(), |mut map, word| {
            map.entry(word.len()).or_insert_with(Vec::new).push(word);
            map
        });
    assert_eq!(by_length.values().map(Vec::len).collect::<Vec<_>>(), [10, 40]);
    let numbers: HashMap<&str, usize> =
        words.iter().enumerate().map(|(n, word)| (word.as_str(), n)).collect();
    assert_eq!(numbers["word 31"], 31);
    let mut queue = VecDeque::new();
    for n in 0..100 {
        queue.push_back(Box::new(n));
        if n % 3 == 0 {
            queue.pop_front();
        }
    }
    assert_eq!(queue.len(), 66);
    HEAP.check().unwrap();
}

#[test]
fn buffers_grow_and_shrink() {
    let length: u32 = if cfg!(miri) { 300 } else { 20_000 };
    let mut bytes = Vec::new();
    for n in 0..length {
        bytes.push(n as u8);
    }
    bytes.shrink_to_fit();
    let mut other = bytes.clone();
    other.truncate(100);
    other.shrink_to_fit();
    bytes.reserve_exact(2 * length as usize);
    assert!(bytes.iter().zip(0..length).all(|(&byte, n)| byte == n as u8));
    assert_eq!(other, bytes[..100]);
}

#[test]
fn wide_alignments() {
    #[repr(align(4096))]
    struct Page([u8; 4096]);
    let pages: Vec<Box<Page>> = (0..5).map(|n| Box::new(Page([n; 4096]))).collect();
    for (n, page) in pages.iter().enumerate() {
        assert!((&raw const **page).addr().is_multiple_of(4096));
        assert_eq!(page.0[4095], n as u8);
    }
}

/// `drop` is given the box: while it frees the block, it counts as the block's owner.
#[test]
fn a_box_dropped_by_a_function() {
    drop(Box::new([1_u64; 8]));
    drop(vec![Box::new(1), Box::new(2)]);
    let boxed: Box<[u8]> = vec![7; 100].into_boxed_slice();
    drop(boxed);
}

/// The function still runs, and still counts as the owner of `old`, when it allocates again.
#[test]
fn a_block_asked_for_after_a_box_argument_was_freed() {
    fn next(old: Box<u64>) -> Box<u64> {
        let value = *old + 1;
        drop(old);
        Box::new(value)
    }
    let mut value = Box::new(0);
    for _ in 0..10 {
        value = next(value);
    }
    assert_eq!(*value, 10);

    fn shortened(long: Box<[u8]>) -> (Vec<u8>, Vec<u8>) {
        let mut long = long.into_vec();
        long.truncate(20);
        long.shrink_to_fit();
        (long, vec![2; 60])
    }
    let (ones, twos) = shortened(vec![1; 100].into_boxed_slice());
    assert_eq!((ones, twos), (vec![1; 20], vec![2; 60]));
}

/// The same, when the block behind grows into the one that was freed.
#[test]
fn a_block_that_grows_over_a_freed_box_argument() {
    fn grown(mut bytes: Vec<u8>, behind: Box<[u8; 64]>) -> Vec<u8> {
        drop(behind);
        bytes.reserve_exact(128);
        bytes.resize(128, 3);
        bytes
    }
    let bytes = vec![3; 64];
    let behind = Box::new([4; 64]);
    assert_eq!(grown(bytes, behind), [3; 128]);
}

/// The pointer of a block that was a `Box` reaches its old bytes only, says Stacked Borrows.
#[test]
fn a_box_that_becomes_a_vec_and_grows() {
    let boxed = vec![5_u8; 40].into_boxed_slice();
    let mut bytes = boxed.into_vec();
    bytes.extend([6; 200]);
    assert_eq!(bytes[40..], [6; 200]);
}

#[test]
fn threads_and_what_they_send_each_other() {
    let (sender, receiver) = mpsc::channel();
    let total = Arc::new(Mutex::new(0_usize));
    let threads: Vec<_> = (0..4)
        .map(|id| {
            let (sender, total) = (sender.clone(), Arc::clone(&total));
            thread::spawn(move || {
                for n in 0..if cfg!(miri) { 5 } else { 500 } {
                    let message: Box<[usize]> = (0..n % 40 + 1).collect();
                    *total.lock().unwrap() += message.len();
                    sender.send((id, message)).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let received: usize = receiver.iter().map(|(_, message)| message.len()).sum();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(received, *total.lock().unwrap());
    HEAP.check().unwrap();
}

#[test]
fn out_of_memory_is_an_error_not_the_end() {
    let mut bytes: Vec<u8> = Vec::new();
    assert!(bytes.try_reserve(2 * SIZE).is_err());
    assert!(bytes.try_reserve(100).is_ok());
    let huge = Layout::from_size_align(1 << 28, 1 << 30).unwrap();
    // SAFETY: the size is not 0.
    assert!(unsafe { std::alloc::alloc(huge) }.is_null());
}
