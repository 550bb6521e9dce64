//! Maps, sorted by key.

use core::fmt;
use core::marker::PhantomData;

use super::list::check_list;
use super::{ListMut, ListRef};
use crate::check::{Checker, Failed, Reason};
use crate::stored::primitives::word;
use crate::stored::{Kind, Ptr, PtrMut, Stored, Type, type_of};

/// A map as it is stored: the distance to the first key, the number of entries, and the distance to
/// the first value, each a `u32`. The keys rise. All keys lie together, with what they point at
/// behind them, and then all values: a search reads only keys.
#[derive(Debug)]
pub struct Map<K, V>(PhantomData<(K, V)>);

/// The list whose distance stands at `offset`.
#[inline]
fn list<'a, K, V, T: Stored>(ptr: Ptr<'a, Map<K, V>>, offset: usize) -> ListRef<'a, T>
where
    Map<K, V>: Stored,
{
    let bytes = ptr.bytes();
    // SAFETY: the check has found that distance to be in the block, or zero.
    let first = unsafe { ptr.address().add(word(bytes, offset) as usize) };
    // SAFETY: called with the type of the list at `offset`: the check has found that many there.
    unsafe { ListRef::new(first, word(bytes, 4) as usize) }
}

// SAFETY: 1: 12 is a multiple of 4. 2: as for two lists. 3: not so. 4: `MapMut` changes values only, by
// views of them. 5: as for two lists.
unsafe impl<K: Stored, V: Stored> Stored for Map<K, V>
where
    for<'a> K::Ref<'a>: Ord,
{
    const SIZE: usize = 12;
    const ALIGN: usize = 4;
    const ANY_BYTES: bool = false;
    const TYPE: Type = Type::of::<Self>("", Kind::Map(type_of::<K>, type_of::<V>));
    type Ref<'a> = MapRef<'a, K, V>;
    type Mut<'a> = MapMut<'a, K, V>;

    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        let count = word(bytes, 4);
        check_list::<K>(at, word(bytes, 0), count, checker)?;
        if count > 0 {
            // SAFETY: the line above has checked so many there.
            let keys =
                unsafe { checker.checked::<K>(at + word(bytes, 0) as usize, count as usize) };
            let pairs = keys.iter().zip(keys.iter().skip(1));
            for (entry, (before, key)) in (1..).zip(pairs) {
                if before >= key {
                    return Err(checker.fail(at, Reason::Order { entry }));
                }
            }
        }
        check_list::<V>(at, word(bytes, 8), count, checker)
    }

    #[inline]
    fn view(ptr: Ptr<'_, Self>) -> MapRef<'_, K, V> {
        MapRef { keys: list(ptr, 0), values: list(ptr, 8) }
    }

    #[inline]
    fn view_mut(ptr: PtrMut<'_, Self>) -> MapMut<'_, K, V> {
        let bytes = ptr.shared().bytes();
        let (values, count) = (word(bytes, 8) as usize, word(bytes, 4) as usize);
        // SAFETY: as in `list`.
        let first = unsafe { ptr.address().add(values) };
        // SAFETY: as in `list`; the keys, which are read only, lie elsewhere.
        let values = unsafe { ListMut::new(first, count) };
        MapMut { keys: list(ptr.into_shared(), 0), values }
    }
}

/// A view of a sorted map.
pub struct MapRef<'a, K, V> {
    keys: ListRef<'a, K>,
    values: ListRef<'a, V>,
}

impl<K, V> Clone for MapRef<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for MapRef<'_, K, V> {}

impl<'a, K: Stored, V: Stored> MapRef<'a, K, V>
where
    for<'b> K::Ref<'b>: Ord,
{
    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The value of a key. Compares it with at most log2(n) + 1 keys.
    #[must_use]
    pub fn get<'b>(&'b self, key: K::Ref<'b>) -> Option<V::Ref<'a>> {
        self.values.get(find(self.keys, key)?)
    }

    /// The keys, in rising order.
    #[must_use]
    pub const fn keys(&self) -> ListRef<'a, K> {
        self.keys
    }

    /// The values, in the order of their keys.
    #[must_use]
    pub const fn values(&self) -> ListRef<'a, V> {
        self.values
    }

    /// The entries, in the order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (K::Ref<'a>, V::Ref<'a>)> + use<'a, K, V> {
        self.keys.iter().zip(self.values)
    }
}

/// Where the key is.
fn find<'b, K: Stored>(keys: ListRef<'b, K>, key: K::Ref<'b>) -> Option<usize>
where
    K::Ref<'b>: Ord,
{
    let (mut low, mut high) = (0, keys.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match keys.get(middle)?.cmp(&key) {
            core::cmp::Ordering::Less => low = middle + 1,
            core::cmp::Ordering::Equal => return Some(middle),
            core::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

impl<K: Stored, V: Stored> fmt::Debug for MapRef<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.keys.iter().zip(self.values)).finish()
    }
}

/// A view of a sorted map whose values can be changed.
pub struct MapMut<'a, K, V> {
    keys: ListRef<'a, K>,
    values: ListMut<'a, V>,
}

impl<K: Stored, V: Stored> MapMut<'_, K, V>
where
    for<'b> K::Ref<'b>: Ord,
{
    /// For reading.
    #[must_use]
    pub const fn as_ref(&self) -> MapRef<'_, K, V> {
        MapRef { keys: self.keys, values: self.values.as_ref() }
    }

    /// The value of a key.
    #[must_use]
    pub fn get_mut<'b>(&'b mut self, key: K::Ref<'b>) -> Option<V::Mut<'b>> {
        let index = find::<K>(self.keys, key)?;
        self.values.get_mut(index)
    }

    /// The values, in the order of their keys.
    #[must_use]
    pub const fn values_mut(&mut self) -> ListMut<'_, V> {
        self.values.reborrow()
    }
}

impl<K: Stored, V: Stored> fmt::Debug for MapMut<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.keys.iter().zip(self.values.as_ref())).finish()
    }
}
