//! Everything that can be reached from a view.

use std::num::NonZero;

use raw_serialise::heap::{Boxed, Lazy, List, Map, Maybe, Str};
use raw_serialise::stored::Stored;

use super::sink::Sink;

/// Looks at all of a stored value, and changes all of it.
pub(crate) trait Visit: Stored {
    /// Looks at all that can be reached, and into parts that are checked later. False if one of those
    /// is refused.
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool;

    /// Changes all that can be changed.
    fn change(view: Self::Mut<'_>, changes: &mut Changes<'_>);
}

/// What is written in place of what was there: bytes, again and again.
#[derive(Debug)]
pub(crate) struct Changes<'a> {
    bytes: &'a [u8],
    next: usize,
    /// The same bound as that of a [`Sink`].
    pub(crate) sink: Sink,
}

impl<'a> Changes<'a> {
    /// Made of these bytes.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0, sink: Sink::new() }
    }

    /// The next one.
    pub(crate) fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.next % self.bytes.len().max(1));
        self.next += 1;
        byte.copied().unwrap_or(0)
    }
}

macro_rules! by_value {
    ($($type:ty, |$byte:ident| $value:expr;)*) => {
        $(
            impl Visit for $type {
                fn visit(view: Self, sink: &mut Sink) -> bool {
                    sink.show(&view);
                    true
                }

                fn change(mut view: Self::Mut<'_>, changes: &mut Changes<'_>) {
                    let $byte = changes.byte();
                    let value: Self = $value;
                    if $byte % 2 == 0 {
                        *view = value;
                    }
                    view.set(value);
                    assert_eq!(view.get(), value);
                    changes.sink.show(&view);
                }
            }
        )*
    };
}

by_value! {
    u8, |byte| byte;
    u16, |byte| u16::from(byte) * 257;
    u32, |byte| u32::from(byte) << 20;
    u64, |byte| u64::from(byte) << 50;
    u128, |byte| u128::from(byte) << 99;
    i8, |byte| byte as i8;
    i64, |byte| i64::from(byte as i8);
    f32, |byte| f32::from(byte);
    bool, |byte| byte > 99;
    char, |byte| char::from(byte);
    NonZero<u32>, |byte| NonZero::<u32>::MIN.saturating_add(byte.into());
    NonZero<i8>, |byte| NonZero::new(byte as i8).unwrap_or(NonZero::<i8>::MAX);
}

impl Visit for Str {
    fn visit(view: &str, sink: &mut Sink) -> bool {
        assert!(std::str::from_utf8(view.as_bytes()).is_ok());
        sink.show(&view);
        true
    }

    fn change(view: &str, changes: &mut Changes<'_>) {
        Self::visit(view, &mut changes.sink);
    }
}

impl<T: Visit> Visit for List<T> {
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
        <[T; 0]>::visit(view, sink)
    }

    fn change(view: Self::Mut<'_>, changes: &mut Changes<'_>) {
        <[T; 0]>::change(view, changes);
    }
}

impl<T: Visit, const N: usize> Visit for [T; N] {
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
        assert!(view.get(view.len()).is_none());
        assert_eq!(view.iter().len(), view.len());
        assert_eq!(view.is_empty(), view.iter().next_back().is_none());
        let mut valid = true;
        for element in &view {
            if !sink.room() {
                break;
            }
            valid &= T::visit(element, sink);
        }
        valid
    }

    fn change(mut view: Self::Mut<'_>, changes: &mut Changes<'_>) {
        let count = view.len();
        assert!(view.get_mut(count).is_none());
        if let Some(last) = count.checked_sub(1) {
            T::change(view.get_mut(last).unwrap(), changes);
        }
        for element in view.iter_mut() {
            if !changes.sink.room() {
                break;
            }
            T::change(element, changes);
        }
    }
}

impl<T: Visit> Visit for Boxed<T> {
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
        T::visit(view, sink)
    }

    fn change(view: Self::Mut<'_>, changes: &mut Changes<'_>) {
        T::change(view, changes);
    }
}

impl<T: Visit> Visit for Maybe<T> {
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
        view.is_none_or(|view| T::visit(view, sink))
    }

    fn change(view: Self::Mut<'_>, changes: &mut Changes<'_>) {
        if let Some(view) = view {
            T::change(view, changes);
        }
    }
}

impl<T: Visit> Visit for Lazy<T> {
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
        let again = view.get().is_ok();
        let valid = match view.get() {
            Ok(part) => {
                sink.show(&part);
                T::visit(part, sink)
            }
            Err(invalid) => {
                sink.show(&invalid.to_string());
                assert!(invalid.at <= view.bytes().len());
                false
            }
        };
        assert!(again || !valid);
        valid
    }

    fn change(view: Self::Mut<'_>, changes: &mut Changes<'_>) {
        Self::visit(view, &mut changes.sink);
    }
}

impl<K: Visit, V: Visit> Visit for Map<K, V>
where
    for<'a> K::Ref<'a>: Ord,
{
    fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
        assert_eq!(view.keys().len(), view.len());
        assert_eq!(view.values().len(), view.len());
        let mut valid = true;
        let mut before = None;
        for (key, value) in view.iter() {
            if !sink.room() {
                break;
            }
            valid &= K::visit(key, sink);
            valid &= V::visit(value, sink);
            assert!(view.get(key).is_some(), "a key of the map is not found in it");
            assert!(before.replace(key).is_none_or(|before| before < key));
        }
        valid
    }

    fn change(mut view: Self::Mut<'_>, changes: &mut Changes<'_>) {
        Self::visit(view.as_ref(), &mut changes.sink);
        <[V; 0]>::change(view.values_mut(), changes);
        changes.sink.show(&view);
    }
}

macro_rules! tuples {
    ($($($name:ident $index:tt),+;)*) => {
        $(
            impl<$($name: Visit),+> Visit for ($($name,)+) {
                fn visit(view: Self::Ref<'_>, sink: &mut Sink) -> bool {
                    let mut valid = true;
                    $(valid &= $name::visit(view.$index, sink);)+
                    valid
                }

                fn change(view: Self::Mut<'_>, changes: &mut Changes<'_>) {
                    $($name::change(view.$index, changes);)+
                }
            }
        )*
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
}
