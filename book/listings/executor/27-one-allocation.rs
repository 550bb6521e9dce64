//! Header, future and output in one allocation, and a table of what depends on the future's type.
//@ check-pass
// ANCHOR: all
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Waker};

// ANCHOR: cell
struct Header {
    vtable: &'static VTable,
}

struct VTable {
    poll: unsafe fn(NonNull<Header>, &mut Context<'_>) -> bool,
    take: unsafe fn(NonNull<Header>, out: *mut ()),
    free: unsafe fn(NonNull<Header>),
}

enum Stage<F: Future> {
    Future(F),
    Output(F::Output),
    Empty,
}

/// `repr(C)`: the header comes first, so a pointer to the cell is a pointer to the header.
#[repr(C)]
struct Cell<F: Future> {
    header: Header,
    stage: Stage<F>,
}
// ANCHOR_END: cell

impl<F: Future> Cell<F> {
    const VTABLE: VTable = VTable { poll: poll::<F>, take: take::<F>, free: free::<F> };

    fn allocate(future: F) -> NonNull<Header> {
        let cell = Self { header: Header { vtable: &Self::VTABLE }, stage: Stage::Future(future) };
        NonNull::from(Box::leak(Box::new(cell))).cast()
    }
}

unsafe fn poll<F: Future>(task: NonNull<Header>, context: &mut Context<'_>) -> bool {
    let stage = unsafe { &mut (*task.cast::<Cell<F>>().as_ptr()).stage };
    let Stage::Future(future) = stage else { return true };
    // The cell is on the heap, and the future never leaves it.
    let poll = unsafe { Pin::new_unchecked(future) }.poll(context);
    poll.map(|output| *stage = Stage::Output(output)).is_ready()
}

unsafe fn take<F: Future>(task: NonNull<Header>, out: *mut ()) {
    let stage = unsafe { &mut (*task.cast::<Cell<F>>().as_ptr()).stage };
    if let Stage::Output(output) = std::mem::replace(stage, Stage::Empty) {
        unsafe { *out.cast::<Option<F::Output>>() = Some(output) };
    }
}

unsafe fn free<F: Future>(task: NonNull<Header>) {
    drop(unsafe { Box::from_raw(task.cast::<Cell<F>>().as_ptr()) });
}

fn main() {
    let tasks = [Cell::allocate(async { 7 }), Cell::allocate(async { "seven".to_owned() })];
    for task in tasks {
        let poll = unsafe { task.as_ref() }.vtable.poll;
        println!("ready: {}", unsafe { poll(task, &mut Context::from_waker(Waker::noop())) });
    }
    let (mut number, mut text) = (None::<i32>, None::<String>);
    unsafe { (tasks[0].as_ref().vtable.take)(tasks[0], (&raw mut number).cast()) };
    unsafe { (tasks[1].as_ref().vtable.take)(tasks[1], (&raw mut text).cast()) };
    println!("{number:?} is {text:?}");
    tasks.into_iter().for_each(|task| unsafe { (task.as_ref().vtable.free)(task) });
}
// ANCHOR_END: all
