//! Points at which a test can stop a thread. Without the feature `pause` there is nothing here.
//!
//! The feature is for the tests of this crate, which ask whether others get on while a thread stands in
//! the middle of an operation. It is not part of what the crate promises.

/// A moment inside an operation, right after what its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it, and this is for tests")]
#[cfg_attr(not(feature = "pause"), allow(dead_code, reason = "named, and compiled out"))]
pub enum Point {
    BucketAllocated,
    CompleteSeen,
    CompleteRead,
    CompleteBatch,
    PushSeen,
    PushAnnounced,
    PushAppended,
    PopSeen,
    PopRead,
    PopMarked,
    GetSeen,
    GetTop,
    GetRead,
    SetSeen,
    SetTop,
    SetAnnounced,
    SetInstalled,
    ExtendStaged,
    ExtendAppended,
    ExtendHalfWritten,
    SnapshotCollected,
    SnapshotConfirmed,
    NodeTaken,
    NodeFilled,
    NodeHeld,
    NodeReleased,
}

#[cfg(all(feature = "pause", not(loom)))]
mod hook {
    use super::Point;
    use std::cell::{Cell, RefCell};

    type Hook = Box<dyn FnMut(Point)>;

    std::thread_local! {
        static ARMED: Cell<bool> = const { Cell::new(false) };
        static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    }

    /// From now on call `hook` whenever this thread comes to a point. A hook may use vectors: it is
    /// not called from within itself.
    pub fn on_this_thread(hook: impl FnMut(Point) + 'static) {
        HOOK.set(Some(Box::new(hook)));
        ARMED.set(true);
    }

    #[inline]
    pub(crate) fn pause(point: Point) {
        if ARMED.get() {
            stop(point);
        }
    }

    #[cold]
    fn stop(point: Point) {
        ARMED.set(false);
        HOOK.with_borrow_mut(|hook| hook.as_mut().into_iter().for_each(|hook| hook(point)));
        ARMED.set(true);
    }
}

#[cfg(all(feature = "pause", not(loom)))]
pub use hook::on_this_thread;
#[cfg(all(feature = "pause", not(loom)))]
pub(crate) use hook::pause;

#[cfg(not(all(feature = "pause", not(loom))))]
#[inline(always)]
pub(crate) fn pause(_: Point) {}
