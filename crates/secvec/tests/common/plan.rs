//! What each thread of a random history does, all of it from one seed.
//!
//! The seed gives the programs of the threads, not how the machine interleaves them: the same plan
//! must be tried again and again to see the same thing twice. (Under Miri, `-Zmiri-seed` gives the
//! interleaving as well.)

use super::call::Call;
use super::history::THREADS;
use super::subject::Subject;

/// One history to be.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// What the vector holds before: little, so that the threads meet at its end.
    pub(crate) start: Vec<u32>,
    /// Whether the moments of calls and returns are taken: see `Clock` in `history`.
    pub(crate) clock: bool,
    pub(crate) threads: Vec<Vec<Step>>,
    /// What may happen inside of calls.
    inside: Pauses,
}

/// One call, after a pause.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) pause: Pause,
    pub(crate) call: Call,
}

/// What a thread does before a call, or in the middle of one.
#[derive(Clone, Debug)]
pub(crate) enum Pause {
    None,
    /// So many turns of an empty loop.
    Spin(u32),
    Yield,
    /// So many microseconds.
    Sleep(u32),
}

/// Which pauses a plan may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pauses {
    None,
    /// Some nanoseconds, so that the threads meet at other places each time.
    Spin,
    /// The processor goes to another thread, if one waits for it.
    Yield,
    /// Some microseconds: the others do all that they have to do meanwhile.
    Sleep,
    /// Each plan chooses.
    Any,
}

impl Pauses {
    /// Which kind it is, if any will do. The short ones are more frequent: they cost less time.
    fn choose(self, random: &mut Random) -> Self {
        let some = [
            Self::None,
            Self::None,
            Self::Spin,
            Self::Spin,
            Self::Spin,
            Self::Yield,
            Self::Yield,
            Self::Sleep,
        ];
        if self == Self::Any { random.pick(&some) } else { self }
    }

    fn next(self, random: &mut Random) -> Pause {
        match self {
            // Under Miri each turn gives the others theirs.
            Self::Spin => Pause::Spin(random.below(if cfg!(miri) { 3 } else { 60 }) as u32),
            Self::Yield if random.below(3) == 0 => Pause::Yield,
            Self::Sleep if random.below(6) == 0 => Pause::Sleep(random.below(30) as u32),
            _ => Pause::None,
        }
    }
}

/// The pauses in the middle of a thread's calls.
#[derive(Debug)]
pub(crate) struct Stops {
    pauses: Pauses,
    random: Random,
}

impl Stops {
    /// Stop there, or go on.
    pub(crate) fn take(&mut self) {
        self.pauses.next(&mut self.random).take();
    }
}

/// Which values a plan puts in.
#[derive(Clone, Copy, Debug)]
enum Values {
    /// No two are equal: it shows which one an answer is.
    Unique,
    /// 0, 1 or 2: a late exchange finds its old value back (ABA).
    Few,
}

/// Which calls a plan is made of.
#[derive(Clone, Copy, Debug)]
enum Mix {
    /// Push and pop, and a look now and then.
    Ends,
    /// Everything, mostly at the last index.
    LastElement,
    /// Everything alike.
    All,
}

impl Plan {
    /// The plan of this seed, for this kind of vector.
    pub(crate) fn new<S: Subject>(seed: u64, pauses: Pauses) -> Self {
        let mut random = Random::new(seed);
        let few = !S::ONLY_UNIQUE_VALUES && random.below(2) == 0;
        let mut maker = Maker {
            values: if few { Values::Few } else { Values::Unique },
            mix: random.pick(&[Mix::Ends, Mix::LastElement, Mix::All]),
            pauses: pauses.choose(&mut random),
            calls: kinds_of_calls::<S>(),
            next_value: 0,
            random,
        };
        // More threads have shorter programs: the orders to try are many enough.
        let threads = maker.random.pick(&[2, 2, 2, 3, 3, 4]);
        debug_assert!(THREADS.contains(&threads));
        let longest = 12 / threads;
        let clock = maker.random.below(4) != 0;
        let start: Vec<u32> = (0..maker.random.below(4)).map(|_| maker.value(0)).collect();
        let program = |thread: usize| {
            maker.next_value = 0;
            let calls = 1 + maker.random.below(longest);
            (0..calls).map(|_| maker.step(thread + 1, start.len())).collect()
        };
        let programs = (0..threads).map(program).collect();
        let inside = pauses.choose(&mut maker.random);
        Self { seed, start, clock, threads: programs, inside }
    }

    /// The stops of a thread in the middle of its calls.
    pub(crate) fn stops_inside(&self, thread: usize) -> Stops {
        // Another sequence for each thread.
        let random = Random::new(self.seed ^ (thread as u64 + 1) << 56);
        Stops { pauses: self.inside, random }
    }
}

/// Numbers for [`Maker::call`].
fn kinds_of_calls<S: Subject>() -> Vec<u8> {
    let exchanges = if S::EXCHANGES { 5..7 } else { 0..0 };
    let batches = if S::BATCHES { 7..10 } else { 0..0 };
    (0..5).chain(exchanges).chain(batches).collect()
}

struct Maker {
    values: Values,
    mix: Mix,
    pauses: Pauses,
    /// Those that the vector has.
    calls: Vec<u8>,
    next_value: u32,
    random: Random,
}

impl Maker {
    fn step(&mut self, who: usize, len: usize) -> Step {
        Step { pause: self.pauses.next(&mut self.random), call: self.call(who, len) }
    }

    fn call(&mut self, who: usize, len: usize) -> Call {
        let kind = match self.mix {
            Mix::Ends => self.random.pick(&[0, 0, 0, 1, 1, 1, 2, 4]),
            _ => self.random.pick(&self.calls),
        };
        match kind {
            0 => Call::Push(self.value(who)),
            1 => Call::Pop,
            2 => Call::Get(self.index(len)),
            3 => Call::Set(self.index(len), self.value(who)),
            4 => Call::Len,
            5 => {
                let current = self.any_value(len);
                Call::CompareExchange(self.index(len), current, self.value(who))
            }
            // With unique values the sums are unique too: each thread adds its own hundreds.
            6 => Call::Add(self.index(len), 100 * self.value(who)),
            7 => {
                let count = self.random.below(4);
                Call::Extend((0..count).map(|_| self.value(who)).collect())
            }
            8 => Call::Snapshot,
            _ => Call::Reserve(self.random.below(20)),
        }
    }

    /// An index around the end of the vector.
    fn index(&mut self, len: usize) -> usize {
        match self.mix {
            Mix::LastElement => len.saturating_sub(1) + self.random.below(8) / 7,
            _ => self.random.below(len + 2),
        }
    }

    /// A value to put in: `who` is 0 for what is there at the start, and 1 and up for the threads.
    fn value(&mut self, who: usize) -> u32 {
        match self.values {
            Values::Few => self.random.below(3) as u32,
            Values::Unique => {
                self.next_value += 1;
                100 * who as u32 + self.next_value
            }
        }
    }

    /// A value that may be in it.
    fn any_value(&mut self, len: usize) -> u32 {
        match self.values {
            Values::Few => self.random.below(3) as u32,
            Values::Unique => 1 + self.random.below(len.max(1)) as u32,
        }
    }
}

/// Random numbers that a seed gives again (Steele, Lea and Flood, *Fast Splittable Pseudorandom
/// Number Generators*, 2014: SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `bound`, which is small.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
