//! What no vector between threads can be faster than: they do what it has to do at the least, and
//! are none.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::vectors::{Get, Pop, Set, Vector};
use crate::works::LENGTH;

/// A length alone, by one instruction that cannot fail. It has its cache lines for itself.
#[repr(align(128))]
pub(crate) struct FetchAdd(AtomicU64);

impl Vector for FetchAdd {
    const NAME: &'static str = "floor, fetch_add";
    type Element = u64;

    fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    fn push(&self, _: u64) {
        black_box(self.0.fetch_add(1, Ordering::AcqRel));
    }
}

impl Pop for FetchAdd {
    fn pop(&self) -> Option<u64> {
        Some(self.0.fetch_sub(1, Ordering::AcqRel))
    }
}

/// A length alone, changed only if it is what it was seen to be.
pub(crate) struct CompareExchange(AtomicU64);

impl CompareExchange {
    fn change(&self, by: u64) -> u64 {
        let mut seen = self.0.load(Ordering::Acquire);
        loop {
            let new = seen.wrapping_add(by);
            match self.0.compare_exchange_weak(seen, new, Ordering::AcqRel, Ordering::Acquire) {
                Ok(old) => return old,
                Err(now) => seen = now,
            }
        }
    }
}

impl Vector for CompareExchange {
    const NAME: &'static str = "floor, compare_exchange";
    type Element = u64;

    fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    fn push(&self, _: u64) {
        black_box(self.change(1));
    }
}

impl Pop for CompareExchange {
    fn pop(&self) -> Option<u64> {
        Some(self.change(1_u64.wrapping_neg()))
    }
}

/// Atomic elements in a `Vec` that never grows, and a length beside it.
pub(crate) struct Atomics<A> {
    values: Vec<A>,
    length: FetchAdd,
}

macro_rules! atomics {
    ($($element:ident: $atomic:ident),*) => {$(
        impl Vector for Atomics<$atomic> {
            const NAME: &'static str = "floor, Vec of atomics";
            type Element = $element;

            fn new() -> Self {
                let values = (0..LENGTH).map(|_| $atomic::new(0)).collect();
                Self { values, length: FetchAdd::new() }
            }

            fn push(&self, value: $element) {
                self.length.push(value.into());
            }
        }

        impl Pop for Atomics<$atomic> {
            fn pop(&self) -> Option<$element> {
                self.length.pop().map(|it| it as $element)
            }
        }

        impl Get for Atomics<$atomic> {
            fn get(&self, index: usize) -> Option<$element> {
                self.values.get(index).map(|it| it.load(Ordering::Acquire))
            }
        }

        impl Set for Atomics<$atomic> {
            fn set(&self, index: usize, value: $element) -> Option<$element> {
                self.values.get(index).map(|it| it.swap(value, Ordering::AcqRel))
            }
        }
    )*};
}

atomics! { u64: AtomicU64, u32: AtomicU32 }
