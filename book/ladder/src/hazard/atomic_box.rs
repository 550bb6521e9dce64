//! An atomic `Box`: one place whose value can be replaced while other threads still read it.
//!
//! A replaced value cannot be freed at once, because a thread may stand between loading the pointer
//! and following it. Hazard pointers (Maged Michael, 2004) let that thread say so first:
//!
//! 1. A reader writes the pointer into a *hazard* of its own, then looks at the place again. If the
//!    pointer is still there, it was announced before it could be replaced.
//! 2. Whoever replaces a value *retires* it: it goes on a list. A *scan* reads every hazard and
//!    frees what is on the list and in no hazard.
//!
//! One of the two always notices the other, which takes a pair of `SeqCst` fences: the one in
//! [`Guard::load`] between the store to the hazard and the second look, and the one in
//! [`AtomicBox::scan`] between the replacement and the look at the hazards. In the single order of
//! such fences, if the reader's is first, the scan sees the hazard; if the scan's is first, the
//! reader's second look sees the replacement. Acquire and Release alone allow both to miss.
//!
//! # The bound on garbage
//!
//! With `R` records there are `2 * R` hazards. A list is scanned when it reaches `4 * R` values, and
//! a scan leaves at most `2 * R`. So at most `4 * R * R` values wait to be freed, at any time,
//! however long a thread sleeps. `R` grows only when an operation finds each record in use: it
//! follows the number of operations that run at once, not the number of threads that ever came.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering, fence};
use std::{fmt, ptr};

/// Hazards in a record: one for the value that was read, one for the value that was published.
const HAZARDS: usize = 2;
/// How many retired values to let pile up for each hazard before a scan.
const RETIRED_PER_HAZARD: usize = 2;

/// A place that holds nothing at first, then always a `T`.
///
/// # Invariants
///
/// 1. `place` is null or came from `Box::into_raw`. Null never comes back, and an address comes back
///    only after its value was freed: not while a hazard holds it that a second look confirmed.
/// 2. A value is retired by the thread that replaced it, and by no other: once.
/// 3. `records` is a list that only grows; a record is never freed before the `AtomicBox`.
/// 4. A record's `retired` is touched only by the guard that set its `active`.
pub(crate) struct AtomicBox<T> {
    place: Padded<AtomicPtr<T>>,
    records: AtomicPtr<Record<T>>,
    count: AtomicUsize,
}

/// Two cache lines of its own, which is what x86-64 fetches at a time: a thread that writes to it
/// does not slow down those that read its neighbours.
#[repr(align(128))]
struct Padded<T>(T);

/// What one operation needs: two hazards, and the values that it or its predecessors retired.
///
/// A record outlives the operation. The next one takes it over with the list in it, so a thread
/// that ends leaves nothing that nobody would free.
// Aligned as `Padded` is, for the same reason.
#[repr(align(128))]
struct Record<T> {
    read: AtomicPtr<T>,
    published: AtomicPtr<T>,
    active: AtomicBool,
    retired: UnsafeCell<Vec<*mut T>>,
    /// Set before the record is on the list, fixed after.
    next: *mut Record<T>,
}

// SAFETY: the `AtomicBox` owns its values, which any thread may come to drop (`T: Send`).
unsafe impl<T: Send> Send for AtomicBox<T> {}

// SAFETY: threads share `&T` through `load` (`T: Sync`) and drop each other's values in `scan`
// (`T: Send`). The one part that is not atomic, `retired`, has a single user (invariant 4).
unsafe impl<T: Send + Sync> Sync for AtomicBox<T> {}

impl<T> AtomicBox<T> {
    /// An empty place. Allocates nothing.
    pub(crate) const fn new() -> Self {
        Self {
            place: Padded(AtomicPtr::new(ptr::null_mut())),
            records: AtomicPtr::new(ptr::null_mut()),
            count: AtomicUsize::new(0),
        }
    }

    /// Begin an operation: take a record that nobody uses, or add one.
    pub(crate) fn enter(&self) -> Guard<'_, T> {
        let guard = |record| Guard { shared: self, record, seen: ptr::null_mut() };
        // Relaxed: a look that saves most of the exchanges with records in use.
        let looks_free = |record: &&Record<T>| !record.active.load(Ordering::Relaxed);
        // Acquire: pairs with the Release in `Guard::drop`, which hands over `retired`.
        let take = |record: &&Record<T>| !record.active.swap(true, Ordering::Acquire);
        if let Some(record) = self.records().filter(looks_free).find(take) {
            return guard(record);
        }
        // A look may be out of date for as long as it likes. Before memory is spent on a record, ask
        // with the exchange, which always reads the latest.
        if let Some(record) = self.records().find(take) {
            return guard(record);
        }
        guard(self.add_record())
    }

    #[cold]
    fn add_record(&self) -> &Record<T> {
        // Relaxed: the count decides when to scan; a scan is right at any time.
        self.count.fetch_add(1, Ordering::Relaxed);
        let record = Box::into_raw(Box::new(Record {
            read: AtomicPtr::new(ptr::null_mut()),
            published: AtomicPtr::new(ptr::null_mut()),
            active: AtomicBool::new(true),
            retired: UnsafeCell::new(Vec::new()),
            next: ptr::null_mut(),
        }));
        // Relaxed: `first` is only carried into `next`; the Release below passes it on.
        let mut first = self.records.load(Ordering::Relaxed);
        loop {
            // SAFETY: the record came from `Box::into_raw` and is not on the list yet.
            unsafe { (*record).next = first };
            // Release: pairs with the Acquire in `records`. A later addition that builds on this
            // one is an exchange too, so it continues the release sequence.
            match self.records.compare_exchange_weak(
                first,
                record,
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                // SAFETY: it lives as long as `self` (invariant 3), and is shared from here on.
                Ok(_) => return unsafe { &*record },
                Err(now) => first = now,
            }
        }
    }

    fn records(&self) -> impl Iterator<Item = &Record<T>> {
        // Acquire: pairs with the Release in `add_record`.
        let mut record = self.records.load(Ordering::Acquire);
        std::iter::from_fn(move || {
            // SAFETY: null, or a record on the list: initialised before the Release that put it
            // there, and alive as long as `self` (invariant 3).
            let found = unsafe { record.as_ref() }?;
            record = found.next;
            Some(found)
        })
    }

    /// Free what is in no hazard.
    fn scan(&self, retired: &mut Vec<*mut T>) {
        // SeqCst: pairs with the fence in `Guard::load`, see the module.
        fence(Ordering::SeqCst);
        let mut hazards: Vec<_> = self
            .records()
            // Acquire: pairs with the Release that took a pointer out of the hazard again, so that
            // all uses of the value come before it is freed.
            .flat_map(|r| [r.read.load(Ordering::Acquire), r.published.load(Ordering::Acquire)])
            .collect();
        hazards.sort_unstable();
        let mut index = 0;
        while let Some(value) = retired.get(index) {
            if hazards.binary_search(value).is_ok() {
                index += 1;
                continue;
            }
            // Off the list first: a `T` that panics when it is dropped must not be dropped again.
            let value = retired.swap_remove(index);
            // SAFETY: it came from `Box::into_raw` and was retired once (invariants 1 and 2). No
            // thread holds it: one that announced it is in `hazards`, and one that did not has
            // seen, or will see, that the place holds another.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

impl<T> Drop for AtomicBox<T> {
    fn drop(&mut self) {
        // Relaxed throughout: `&mut self` says that every operation came before.
        let value = self.place.0.load(Ordering::Relaxed);
        if !value.is_null() {
            // SAFETY: from `Box::into_raw` (invariant 1), never retired, for it was never replaced.
            drop(unsafe { Box::from_raw(value) });
        }
        let mut record = self.records.load(Ordering::Relaxed);
        while !record.is_null() {
            // SAFETY: from `Box::into_raw` in `add_record`, freed only here (invariant 3).
            let owned = unsafe { Box::from_raw(record) };
            record = owned.next;
            for value in owned.retired.into_inner() {
                // SAFETY: retired once (invariant 2), and nobody is left to hold it.
                drop(unsafe { Box::from_raw(value) });
            }
        }
    }
}

impl<T> fmt::Debug for AtomicBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtomicBox").field("records", &self.records().count()).finish()
    }
}

/// One operation on an [`AtomicBox`]. What it protects is protected until it is dropped.
pub(crate) struct Guard<'a, T> {
    shared: &'a AtomicBox<T>,
    record: &'a Record<T>,
    /// What the last `load` found, as long as the hazard `read` holds it; else null.
    seen: *mut T,
}

impl<T> Guard<'_, T> {
    // ANCHOR: load
    /// The value in the place, or `None` if there never was one. It stays readable until the next
    /// call on this guard, whoever replaces it.
    pub(crate) fn load(&mut self) -> Option<&T> {
        // Relaxed: a guess, which the second look confirms.
        let guess = self.shared.place.0.load(Ordering::Relaxed);
        self.load_from(guess)
    }

    /// Announce `guess`, look, and announce what is there instead until it stays.
    fn load_from(&mut self, mut guess: *mut T) -> Option<&T> {
        loop {
            // Release: pairs with the Acquire in `scan`. What this guard read before must have been
            // read before a scan finds it gone from the hazard.
            self.record.read.store(guess, Ordering::Release);
            // SeqCst: pairs with the fence in `scan`, see the module.
            fence(Ordering::SeqCst);
            // Acquire: pairs with the Release in `replace`, which published the value.
            let now = self.shared.place.0.load(Ordering::Acquire);
            // Equal addresses do not mean the same value: between the two looks the first may have
            // been freed, and another allocated in its place. The hazard holds the address, and so
            // protects whichever is there now; only the pointer read now may be followed.
            let stayed = now == guess;
            guess = now;
            if stayed {
                break;
            }
        }
        self.seen = guess;
        // SAFETY: null, or a value (invariant 1) that was in the place after its address was in the
        // hazard: every scan that could free it finds it there, until the hazard is written again, which
        // takes a call on this guard and so the end of this borrow.
        unsafe { guess.as_ref() }
    }
    // ANCHOR_END: load

    // ANCHOR: replace
    /// Put `new` in the place of what the last [`load`](Self::load) found, if it is still there.
    /// Give it back if not.
    pub(crate) fn replace(&mut self, new: Box<T>) -> Result<&T, Box<T>> {
        let new = Box::into_raw(new);
        // Before others can see `new`, and so before they can replace it, retire it and free it.
        // Release: pairs with the Acquire in `scan`, as in `load`. No fence: whoever retires `new`
        // has read it from the place, so the exchange below shows them this store as well.
        self.record.published.store(new, Ordering::Release);
        // Release: pairs with the Acquire in `load`.
        // It cannot succeed by mistake: `seen` is in a hazard, so its address is not used again.
        match self.shared.place.0.compare_exchange(
            self.seen,
            new,
            Ordering::Release,
            Ordering::Relaxed,
        ) {
            Ok(old) => {
                // Nothing reads `old` through this guard any more, so its own hazard need not hold
                // it. Relaxed: `old` goes on this record's own list, and who scans that is this
                // thread, or one that took the record over from it. For what this hazard held before
                // `old`, the `SeqCst` fence of the last `load` is the release.
                self.record.read.store(ptr::null_mut(), Ordering::Relaxed);
                self.seen = ptr::null_mut();
                if !old.is_null() {
                    self.retire(old);
                }
                // SAFETY: a valid value, and in the hazard `published` since before it was shared,
                // until the next call on this guard.
                Ok(unsafe { &*new })
            }
            Err(_) => {
                // The address may come to hold another value, which this hazard must not keep.
                // Release: pairs with the Acquire in `scan`, for what it held before `new`.
                self.record.published.store(ptr::null_mut(), Ordering::Release);
                // SAFETY: from `Box::into_raw` above, and never shared.
                Err(unsafe { Box::from_raw(new) })
            }
        }
    }
    // ANCHOR_END: replace

    /// Free `old` once no hazard holds it. Called once for each value that `replace` took out.
    fn retire(&mut self, old: *mut T) {
        // Relaxed: see `add_record`.
        let hazards = HAZARDS * self.shared.count.load(Ordering::Relaxed);
        // SAFETY: this guard set `active`, so the list is its own (invariant 4).
        let retired = unsafe { &mut *self.record.retired.get() };
        retired.push(old);
        if retired.len() >= RETIRED_PER_HAZARD * hazards {
            self.shared.scan(retired);
        }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Release: both pair with the Acquire in `scan`.
        self.record.read.store(ptr::null_mut(), Ordering::Release);
        self.record.published.store(ptr::null_mut(), Ordering::Release);
        // Release: pairs with the Acquire in `enter`; the next owner sees the list as it is.
        self.record.active.store(false, Ordering::Release);
    }
}

impl<T> fmt::Debug for Guard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("seen", &self.seen).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A value that shares the `Arc`: its count says how many are alive.
    type Counted = Arc<()>;

    fn replace(shared: &AtomicBox<Counted>, value: &Counted) {
        let mut guard = shared.enter();
        guard.load();
        assert!(guard.replace(Box::new(Arc::clone(value))).is_ok());
    }

    #[test]
    fn one_record_keeps_fewer_than_four_values() {
        let value = Arc::new(());
        let shared = AtomicBox::new();
        for _ in 0..50 {
            replace(&shared, &value);
            // This one, the one in the place, and fewer than four.
            assert!(Arc::strong_count(&value) < 2 + 4);
        }
        assert_eq!(shared.records().count(), 1);
        drop(shared);
        assert_eq!(Arc::strong_count(&value), 1);
    }

    #[test]
    fn a_sleeper_keeps_its_value_and_delays_no_other() {
        let value = Arc::new(());
        let shared = AtomicBox::new();
        replace(&shared, &value);
        let held = Arc::new(());
        {
            let mut guard = shared.enter();
            guard.load();
            assert!(guard.replace(Box::new(Arc::clone(&held))).is_ok());
        }
        let mut sleeper = shared.enter();
        let seen = sleeper.load();
        for _ in 0..30 {
            replace(&shared, &value);
            assert!(Arc::strong_count(&value) < 2 + 4 * 2 * 2);
        }
        assert!(Arc::ptr_eq(seen.expect("was put there"), &held));
        assert_eq!(Arc::strong_count(&held), 2, "held by the sleeper");
        drop(sleeper);
        for _ in 0..8 {
            replace(&shared, &value);
        }
        assert_eq!(Arc::strong_count(&held), 1, "freed");
        assert_eq!(shared.records().count(), 2);
    }

    #[test]
    fn what_a_guard_published_outlives_its_replacement() {
        let value = Arc::new(());
        let shared = AtomicBox::new();
        let mut publisher = shared.enter();
        publisher.load();
        let mine = Arc::new(());
        let published = publisher.replace(Box::new(Arc::clone(&mine))).expect("nobody else");
        for _ in 0..30 {
            replace(&shared, &value);
        }
        assert!(Arc::ptr_eq(published, &mine));
        assert_eq!(Arc::strong_count(&mine), 2);
    }

    #[test]
    fn a_box_that_lost_comes_back() {
        let shared = AtomicBox::new();
        let mut late = shared.enter();
        late.load();
        replace(&shared, &Arc::new(()));
        let mine = Arc::new(());
        let back = late.replace(Box::new(Arc::clone(&mine))).expect_err("it changed");
        assert!(Arc::ptr_eq(&back, &mine));
    }

    #[test]
    fn a_second_replacement_needs_a_second_look() {
        let shared = AtomicBox::new();
        let mut guard = shared.enter();
        guard.load();
        assert!(guard.replace(Box::new(1)).is_ok());
        assert_eq!(guard.replace(Box::new(2)), Err(Box::new(2)));
        guard.load();
        assert!(guard.replace(Box::new(3)).is_ok());
    }

    #[test]
    fn an_address_that_comes_back_is_not_taken_for_the_old_value() {
        let shared = AtomicBox::new();
        let mut late = shared.enter();
        late.load();
        assert!(late.replace(Box::new(0)).is_ok());
        let first = ptr::from_ref(late.load().expect("just put there"));
        assert!(late.replace(Box::new(1)).is_ok());
        // `first` is retired now, and with some luck its memory is used again.
        let mut guard = shared.enter();
        for value in 2..100 {
            guard.load();
            assert!(guard.replace(Box::new(value)).is_ok());
            // SAFETY: `late` is this thread's, and not in a call.
            shared.scan(unsafe { &mut *late.record.retired.get() });
            if shared.place.0.load(Ordering::Relaxed).cast_const() == first {
                break;
            }
        }
        assert!(late.replace(Box::new(100)).is_err());
    }

    #[test]
    fn a_newer_value_at_the_address_of_the_guess_is_the_one_that_is_read() {
        let shared = AtomicBox::new();
        let put = |value: u32| {
            let mut guard = shared.enter();
            guard.load();
            assert!(guard.replace(Box::new(value)).is_ok());
        };
        // An address may be one that Miri never gives out again: try with many.
        for round in 0..100 {
            put(round);
            // What a thread guesses that then sleeps, until the value has been replaced and freed.
            let guess = shared.place.0.load(Ordering::Relaxed);
            for value in 1_000..1_050 {
                put(value);
                if shared.place.0.load(Ordering::Relaxed) == guess {
                    // Under Miri, following the guess itself would be a use after free.
                    assert_eq!(shared.enter().load_from(guess), Some(&value));
                    return;
                }
            }
        }
        panic!("the allocator never gave an address out again");
    }

    #[test]
    fn two_threads_make_two_records_at_most() {
        let shared = AtomicBox::new();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for value in 0..20 {
                        let mut guard = shared.enter();
                        guard.load();
                        let _ = guard.replace(Box::new(value));
                    }
                });
            }
        });
        assert!(shared.records().count() <= 2);
    }

    #[test]
    fn a_thread_that_comes_takes_the_record_of_one_that_went() {
        let shared = AtomicBox::new();
        for value in 0..10 {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let mut guard = shared.enter();
                    guard.load();
                    assert!(guard.replace(Box::new(value)).is_ok());
                });
            });
        }
        assert_eq!(shared.records().count(), 1);
    }
}
