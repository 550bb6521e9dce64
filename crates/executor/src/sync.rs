//! Atomics, cells, locks and threads: from `std`, or from loom when its models run.
//!
//! The only file of the crate that knows of loom.

#[cfg(loom)]
pub(crate) use loom::{
    cell::UnsafeCell,
    sync::{Arc, Condvar, Mutex, MutexGuard, atomic, mpsc},
    thread,
};
#[cfg(not(loom))]
pub(crate) use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, atomic, mpsc},
    thread,
};

/// `std::hint::spin_loop`, or to let another thread of the model run.
#[cfg(not(loom))]
pub(crate) fn spin_loop() {
    std::hint::spin_loop();
}

#[cfg(loom)]
pub(crate) fn spin_loop() {
    loom::thread::yield_now();
}

/// A `Cell` for each thread, with a value to begin with.
#[cfg(not(loom))]
macro_rules! thread_local_cell {
    ($(#[$doc:meta])* static $name:ident: $type:ty = $value:expr;) => {
        $(#[$doc])*
        static $name: crate::sync::LocalCell<$type> = {
            std::thread_local! { static CELL: std::cell::Cell<$type> = const { std::cell::Cell::new($value) } }
            crate::sync::LocalCell(&CELL)
        };
    };
}
#[cfg(loom)]
macro_rules! thread_local_cell {
    ($(#[$doc:meta])* static $name:ident: $type:ty = $value:expr;) => {
        $(#[$doc])*
        static $name: crate::sync::LocalCell<$type> = {
            loom::thread_local! { static CELL: std::cell::Cell<$type> = std::cell::Cell::new($value) }
            crate::sync::LocalCell(&CELL)
        };
    };
}
pub(crate) use thread_local_cell;

/// See [`thread_local_cell`].
pub(crate) struct LocalCell<T: 'static>(pub(crate) &'static thread::LocalKey<std::cell::Cell<T>>);

impl<T: Copy> LocalCell<T> {
    pub(crate) fn get(&self) -> T {
        self.0.with(std::cell::Cell::get)
    }

    pub(crate) fn set(&self, value: T) {
        self.0.with(|cell| cell.set(value));
    }

    pub(crate) fn replace(&self, value: T) -> T {
        self.0.with(|cell| cell.replace(value))
    }
}

use std::any::Any;
use std::time::Duration;

/// `std::cell::UnsafeCell` behind loom's interface: each access is a closure, so that a model can
/// see how long it lasts.
#[cfg(not(loom))]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}

/// Lock `mutex`. No user code runs under a lock of this crate, so a poisoned one is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Start a thread that has a name.
///
/// # Panics
///
/// If the operating system refuses.
pub(crate) fn spawn_named(
    name: &str,
    body: impl FnOnce() + Send + 'static,
) -> thread::JoinHandle<()> {
    thread::Builder::new().name(name.to_owned()).spawn(body).expect("cannot start a thread")
}

/// Called between two SeqCst operations of a thread where their place in the one order of all such
/// operations counts. Loom takes them for Acquire and Release only, but it knows fences.
#[cfg(loom)]
pub(crate) fn one_order() {
    atomic::fence(atomic::Ordering::SeqCst);
}

/// Nothing: the operations do it.
#[cfg(not(loom))]
pub(crate) fn one_order() {}

/// The token that `unpark` leaves with a thread, and `park` takes or waits for.
#[cfg(not(loom))]
#[derive(Debug)]
pub(crate) struct Token(thread::Thread);

#[cfg(not(loom))]
impl Token {
    pub(crate) fn of(thread: thread::Thread) -> Self {
        Self(thread)
    }

    pub(crate) fn is_current(&self) -> bool {
        self.0.id() == thread::current().id()
    }

    pub(crate) fn unpark(&self) {
        self.0.unpark();
    }

    /// May return for no reason, as `std::thread::park` may.
    pub(crate) fn park(&self) {
        thread::park();
    }

    pub(crate) fn park_timeout(&self, timeout: Duration) {
        thread::park_timeout(timeout);
    }
}

/// The same for models. Loom's own `unpark` will not do: it also ends the thread's wait for a
/// channel or for another thread.
#[cfg(loom)]
#[derive(Debug)]
pub(crate) struct Token {
    thread: thread::Thread,
    left: Mutex<bool>,
    changed: loom::sync::Condvar,
}

#[cfg(loom)]
impl Token {
    pub(crate) fn of(thread: thread::Thread) -> Self {
        Self { thread, left: Mutex::new(false), changed: loom::sync::Condvar::new() }
    }

    pub(crate) fn is_current(&self) -> bool {
        self.thread.id() == thread::current().id()
    }

    pub(crate) fn unpark(&self) {
        *lock(&self.left) = true;
        self.changed.notify_one();
    }

    pub(crate) fn park(&self) {
        let mut left = lock(&self.left);
        while !std::mem::take(&mut *left) {
            left = self.changed.wait(left).expect("no panic under this lock");
        }
    }

    /// Time does not pass in a model, and no model uses timers.
    pub(crate) fn park_timeout(&self, _: Duration) {
        self.park();
    }
}

/// `std::panic::catch_unwind`; the callers leave nothing half done that others can see.
#[cfg(not(loom))]
pub(crate) fn catch_unwind<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f))
}

/// A panic in a model is what the model was looking for: it must get out.
#[cfg(loom)]
pub(crate) fn catch_unwind<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    Ok(f())
}

/// Run `f`, and let a panic in it go no further.
pub(crate) fn contain(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(f) {
        discard(payload);
    }
}

/// Drop what a panic carried. That may panic as well; what this second panic carries is leaked, or
/// there would be no end to it.
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(|| drop(payload)) {
        std::mem::forget(second);
    }
}
