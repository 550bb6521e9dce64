//! A hierarchical timing wheel: what is due is found without a search.
//!
//! From George Varghese and Tony Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987.
//!
//! Time is counted in ticks, and a tick is written in digits of base 64. Each digit has a level, and
//! each level 64 slots. A timer lies in the level of the first digit in which its tick is not that of
//! now; its own digit there is the slot. In base 10, with two digits, at tick 37:
//!
//! ```text
//!   level 1   0  1  2 (3) 4  5  6  7  8  9      a timer for 52 lies in slot 5
//!   level 0   0  1  2  3  4  5  6 (7) 8  9      a timer for 39 lies in slot 9
//! ```
//!
//! At tick 50 the timer for 52 moves down, to slot 2 of level 0: a cascade. A timer moves at most
//! once a level, and one that is removed before never does. That is why a wheel suits timeouts, most
//! of which never come.

/// No entry.
const NONE: u32 = u32::MAX;

/// The bits of a digit.
const BITS: u32 = 6;

const SLOTS: usize = 1 << BITS;

/// So many entries' room an empty wheel keeps.
const KEPT: usize = 256;

/// Timers by tick, each with a `T`.
///
/// Invariants:
///
/// 1. No entry's tick is before `now`, and each entry is linked in at [`place_of`](Self::place_of)
///    its tick. So what has the same tick is in the same list.
/// 2. A slot's bit is set if, and only if, its list is not empty. Only then its other two words mean
///    something: the list's head, and a tick that is not after the first of the list.
/// 3. Lists are circular, in both directions, and in the order of insertion.
///
/// By 1, all that lies in a level comes before all that lies in the levels above, and in a level the
/// slots are in order. The first of all is in the first slot of the lowest level in use.
///
/// # Cost
///
/// All is `O(1)` but [`advance`](Self::advance), which takes a step for each entry that is due or
/// moves down. A wheel that never had an entry has allocated nothing. The entries' room grows to the
/// largest number there ever was at a time; when the last is gone it is given back, but for that of
/// 256. The levels' stays: 776 bytes for each of those used, of which there are at most 11.
#[derive(Debug)]
pub(crate) struct Wheel<T> {
    now: u64,
    levels: Vec<Level>,
    entries: Vec<Entry<T>>,
    /// The first of the entries without a value, linked by `next`.
    free: u32,
    len: usize,
    /// How many entries there ever were.
    inserted: u64,
}

#[derive(Debug)]
struct Level {
    occupied: u64,
    heads: [u32; SLOTS],
    earliest: [u64; SLOTS],
}

#[derive(Debug)]
struct Entry<T> {
    value: Option<T>,
    tick: u64,
    number: u64,
    previous: u32,
    next: u32,
}

/// An entry, for as long as it is there; no later one has the same key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    index: u32,
    number: u64,
}

/// Where a list is.
#[derive(Clone, Copy)]
struct Place {
    level: usize,
    slot: usize,
}

impl<T> Wheel<T> {
    /// An empty wheel that stands at `now`.
    pub(crate) const fn new(now: u64) -> Self {
        Self { now, levels: Vec::new(), entries: Vec::new(), free: NONE, len: 0, inserted: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Add an entry. A tick that is past counts as now.
    ///
    /// # Panics
    ///
    /// With more than 2^32 - 1 entries.
    pub(crate) fn insert(&mut self, tick: u64, value: T) -> Key {
        let number = self.inserted;
        let tick = tick.max(self.now);
        let entry = Entry { value: Some(value), tick, number, previous: NONE, next: NONE };
        let index = if self.free == NONE {
            let index = u32::try_from(self.entries.len()).unwrap_or(NONE);
            assert_ne!(index, NONE, "too many timers");
            self.entries.push(entry);
            index
        } else {
            let index = self.free;
            self.free = std::mem::replace(&mut self.entries[index as usize], entry).next;
            index
        };
        self.inserted += 1;
        self.len += 1;
        self.link(index);
        Key { index, number }
    }

    /// Take an entry out. `None` if it is not there any more.
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let place = self.place_of(self.entry(key)?.tick);
        self.unlink(key.index, place);
        self.release(key.index)
    }

    /// Give an entry another tick, as if it were inserted only now. `false` if it is not there any
    /// more.
    pub(crate) fn reset(&mut self, key: Key, tick: u64) -> bool {
        let Some(entry) = self.entry(key) else { return false };
        let place = self.place_of(entry.tick);
        self.unlink(key.index, place);
        self.entries[key.index as usize].tick = tick.max(self.now);
        self.link(key.index);
        true
    }

    /// What an entry holds. `None` if it is not there any more.
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        if entry.number == key.number { entry.value.as_mut() } else { None }
    }

    /// When to call [`advance`](Self::advance) next: at the first entry's tick. It may be earlier if
    /// an entry was removed or reset: then nothing is due, but entries move down, and the next is
    /// later.
    pub(crate) fn next_tick(&self) -> Option<u64> {
        self.first().map(|(place, _)| self.levels[place.level].earliest[place.slot])
    }

    /// Go on to `now`, and take out all that is due by then: by tick, and those of the same tick in
    /// the order of insertion. Time does not go back: an earlier `now` counts as the last one.
    pub(crate) fn advance(&mut self, now: u64, due: &mut Vec<T>) {
        while let Some((place, start)) = self.first()
            && start <= now.max(self.now)
        {
            // Nothing lies before `start`, so that all else keeps its place. What lies in this slot
            // has the same digit now, and goes to a lower level, or out.
            self.now = start;
            while let Some(index) = self.head(place) {
                self.unlink(index, place);
                if place.level == 0 {
                    due.extend(self.release(index));
                } else {
                    self.link(index);
                }
            }
        }
        self.now = self.now.max(now);
    }

    /// Take out all there is, in no order.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = T> + use<T> {
        self.levels.clear();
        self.free = NONE;
        self.len = 0;
        std::mem::take(&mut self.entries).into_iter().filter_map(|entry| entry.value)
    }

    fn entry(&self, key: Key) -> Option<&Entry<T>> {
        let entry = self.entries.get(key.index as usize)?;
        (entry.number == key.number && entry.value.is_some()).then_some(entry)
    }

    /// Where `tick` belongs now.
    fn place_of(&self, tick: u64) -> Place {
        // With the lowest bit set there is a highest one, of level 0 if there was none.
        let level = ((tick ^ self.now) | 1).ilog2() / BITS;
        let slot = (tick >> (level * BITS)) as usize % SLOTS;
        Place { level: level as usize, slot }
    }

    /// The first list of all, and the tick at which it begins.
    fn first(&self) -> Option<(Place, u64)> {
        let (level, Level { occupied, .. }) =
            self.levels.iter().enumerate().find(|(_, level)| level.occupied != 0)?;
        let slot = occupied.trailing_zeros();
        let shift = level as u32 * BITS;
        // The digits above are those of now. Above the last level there are none.
        let above = u64::MAX.checked_shl(shift + BITS).unwrap_or(0);
        let start = (self.now & above) | (u64::from(slot) << shift);
        Some((Place { level, slot: slot as usize }, start))
    }

    fn head(&self, place: Place) -> Option<u32> {
        let level = &self.levels[place.level];
        (level.occupied & (1 << place.slot) != 0).then(|| level.heads[place.slot])
    }

    /// Put an entry at the end of the list where it belongs.
    fn link(&mut self, index: u32) {
        let tick = self.entries[index as usize].tick;
        let place = self.place_of(tick);
        while self.levels.len() <= place.level {
            let level = Level { occupied: 0, heads: [NONE; SLOTS], earliest: [0; SLOTS] };
            self.levels.push(level);
        }
        let head = self.head(place);
        let Level { occupied, heads, earliest } = &mut self.levels[place.level];
        let head = if let Some(head) = head {
            earliest[place.slot] = earliest[place.slot].min(tick);
            head
        } else {
            *occupied |= 1 << place.slot;
            heads[place.slot] = index;
            earliest[place.slot] = tick;
            // A circle of one, for what follows.
            self.entries[index as usize].previous = index;
            index
        };
        let last = std::mem::replace(&mut self.entries[head as usize].previous, index);
        self.entries[last as usize].next = index;
        let entry = &mut self.entries[index as usize];
        (entry.previous, entry.next) = (last, head);
    }

    /// Take an entry out of its list, which is that of `place`.
    fn unlink(&mut self, index: u32, place: Place) {
        let Entry { previous, next, .. } = self.entries[index as usize];
        let level = &mut self.levels[place.level];
        if next == index {
            level.occupied &= !(1 << place.slot);
            return;
        }
        if level.heads[place.slot] == index {
            level.heads[place.slot] = next;
        }
        self.entries[previous as usize].next = next;
        self.entries[next as usize].previous = previous;
    }

    /// Give back the room of an entry that is in no list.
    fn release(&mut self, index: u32) -> Option<T> {
        let entry = &mut self.entries[index as usize];
        let value = entry.value.take();
        entry.next = std::mem::replace(&mut self.free, index);
        self.len -= 1;
        if self.len == 0 {
            self.entries.clear();
            self.entries.shrink_to(KEPT);
            self.free = NONE;
        }
        value
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{KEPT, Key, Wheel};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn config() -> ProptestConfig {
        if cfg!(miri) {
            // Miri is slow and has no working directory to keep failures in.
            ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
        } else {
            ProptestConfig::default()
        }
    }

    const STEPS: usize = if cfg!(miri) { 30 } else { 120 };

    #[derive(Clone, Debug)]
    enum Step {
        /// So many ticks after now; the flag turns it to before.
        Insert(u64, bool),
        /// Which of all keys there ever were, so that many are stale.
        Remove(prop::sample::Index),
        Reset(prop::sample::Index, u64, bool),
        Advance(u64, bool),
        /// To the tick that the wheel itself asks for.
        Follow,
        Clear,
    }

    /// Each magnitude is as likely as the others, and so is each level.
    fn ticks() -> impl Strategy<Value = u64> {
        prop_oneof![
            8 => (0..64_u32, any::<u64>()).prop_map(|(shift, bits)| bits >> shift),
            // Often the same.
            4 => 0..4_u64,
            1 => Just(u64::MAX),
        ]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            12 => (ticks(), prop::bool::weighted(0.1)).prop_map(|(t, b)| Step::Insert(t, b)),
            4 => any::<prop::sample::Index>().prop_map(Step::Remove),
            2 => (any::<prop::sample::Index>(), ticks(), any::<bool>())
                .prop_map(|(i, t, b)| Step::Reset(i, t, b)),
            3 => (ticks(), prop::bool::weighted(0.1)).prop_map(|(t, b)| Step::Advance(t, b)),
            6 => Just(Step::Follow),
            1 => Just(Step::Clear),
        ]
    }

    /// The plain thing: by tick, then by the order of insertion.
    #[derive(Default)]
    struct Model {
        now: u64,
        entries: BTreeMap<(u64, usize), usize>,
        order: usize,
    }

    impl Model {
        fn insert(&mut self, tick: u64, value: usize) {
            self.entries.insert((tick.max(self.now), self.order), value);
            self.order += 1;
        }

        fn remove(&mut self, value: usize) -> Option<usize> {
            let place = *self.entries.iter().find(|(_, held)| **held == value)?.0;
            self.entries.remove(&place)
        }

        fn advance(&mut self, now: u64) -> Vec<usize> {
            self.now = self.now.max(now);
            let now = self.now;
            let later = self.entries.split_off(&(now, usize::MAX));
            std::mem::replace(&mut self.entries, later).into_values().collect()
        }
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn as_a_sorted_map(start in ticks(), steps in prop::collection::vec(step(), 0..STEPS)) {
            let mut wheel = Wheel::new(start);
            let mut model = Model { now: start, ..Model::default() };
            let mut keys: Vec<Key> = Vec::new();
            let mut is_exact = true;
            let moved = |now: u64, ticks, back| match back {
                true => now.saturating_sub(ticks),
                false => now.saturating_add(ticks),
            };
            for step in steps {
                match step {
                    Step::Insert(ticks, back) => {
                        let tick = moved(model.now, ticks, back);
                        model.insert(tick, keys.len());
                        keys.push(wheel.insert(tick, keys.len()));
                    }
                    Step::Remove(index) if !keys.is_empty() => {
                        let value = index.index(keys.len());
                        is_exact = false;
                        let expected = model.remove(value);
                        prop_assert_eq!(wheel.get_mut(keys[value]).copied(), expected);
                        prop_assert_eq!(wheel.remove(keys[value]), expected);
                        prop_assert_eq!(wheel.get_mut(keys[value]), None);
                    }
                    Step::Reset(index, ticks, back) if !keys.is_empty() => {
                        let value = index.index(keys.len());
                        is_exact = false;
                        let tick = moved(model.now, ticks, back);
                        let is_there = model.remove(value).is_some();
                        if is_there {
                            model.insert(tick, value);
                        }
                        prop_assert_eq!(wheel.reset(keys[value], tick), is_there);
                    }
                    Step::Advance(ticks, back) => {
                        let (now, mut due) = (moved(model.now, ticks, back), Vec::new());
                        wheel.advance(now, &mut due);
                        prop_assert_eq!(due, model.advance(now));
                    }
                    Step::Follow => if let Some(tick) = wheel.next_tick() {
                        let mut due = Vec::new();
                        wheel.advance(tick, &mut due);
                        // Something fell due, or moved down: not for ever.
                        prop_assert!(!due.is_empty() || wheel.next_tick() > Some(tick));
                        prop_assert_eq!(due, model.advance(tick));
                    },
                    Step::Clear => {
                        let mut values: Vec<_> = wheel.clear().collect();
                        values.sort_unstable();
                        let mut expected: Vec<_> = model.entries.values().copied().collect();
                        expected.sort_unstable();
                        prop_assert_eq!(values, expected);
                        model.entries.clear();
                        is_exact = true;
                    }
                    Step::Remove(_) | Step::Reset(..) => {}
                }
                prop_assert_eq!(wheel.len(), model.entries.len());
                prop_assert_eq!(wheel.is_empty(), model.entries.is_empty());
                let first = model.entries.keys().next().map(|(tick, _)| *tick);
                prop_assert_eq!(wheel.next_tick().is_some(), first.is_some());
                prop_assert!(wheel.next_tick() <= first);
                prop_assert!(wheel.next_tick() == first || !is_exact);
                prop_assert!(wheel.next_tick().is_none_or(|tick| tick >= model.now));
            }
            // Followed to its end, the wheel asks for each entry at most once a level.
            let mut turns = 0;
            while let Some(tick) = wheel.next_tick() {
                let mut due = Vec::new();
                wheel.advance(tick, &mut due);
                prop_assert_eq!(due, model.advance(tick));
                turns += 1;
            }
            prop_assert!(model.entries.is_empty());
            prop_assert!(turns <= 11 * keys.len());
        }
    }

    #[test]
    fn the_room_of_many_is_given_back() {
        let mut wheel = Wheel::new(0);
        let count = if cfg!(miri) { KEPT + 10 } else { 300_000 };
        for round in 0..3 {
            let keys: Vec<_> = (0..count).map(|n| wheel.insert(n as u64 * 7919, n)).collect();
            // A hole is filled first.
            wheel.remove(keys[0]);
            wheel.insert(1, 0);
            assert_eq!(wheel.entries.len(), count);
            if round == 1 {
                wheel.advance(u64::from(u32::MAX) << 16, &mut Vec::new());
            } else {
                keys.iter().rev().for_each(|key| _ = wheel.remove(*key));
                assert_eq!(wheel.len(), 1);
                wheel.advance(wheel.now + 1, &mut Vec::new());
            }
            assert_eq!((wheel.len(), wheel.entries.len()), (0, 0));
            assert!(wheel.entries.capacity() <= KEPT);
        }
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn an_entry_with_a_waker_is_small() {
        assert_eq!(size_of::<super::Entry<std::task::Waker>>(), 40);
    }

    #[test]
    fn a_key_is_not_given_twice() {
        let mut wheel = Wheel::new(0);
        let first = wheel.insert(1, 'a');
        assert_eq!(wheel.remove(first), Some('a'));
        let second = wheel.insert(1, 'b');
        assert_eq!((first.index, second.index), (0, 0));
        assert_eq!(wheel.remove(first), None);
        assert_eq!(wheel.get_mut(first), None);
        assert!(!wheel.reset(first, 9));
        assert_eq!(wheel.clear().collect::<Vec<_>>(), ['b']);
        let third = wheel.insert(1, 'c');
        assert_eq!(wheel.remove(second), None);
        assert_eq!(wheel.remove(third), Some('c'));
    }
}
