//! The other way round no address is unaligned, and the layout is still wrong.
//@ error-in-other-file: has size 24 and alignment 8, but gave size 24 and alignment 1
// ANCHOR: all
fn into_bytes(numbers: Box<[u64]>) -> Box<[u8]> {
    let size = size_of_val(&*numbers);
    let start = Box::into_raw(numbers).cast::<u8>();
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, size)) }
}

fn main() {
    let bytes = into_bytes(Box::new([1, 2, 3]));
    println!("{bytes:?}");
} // Here the box frees its bytes.
// ANCHOR_END: all
