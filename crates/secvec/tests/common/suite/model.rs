//! One thread: a subject does what a `Vec` does.

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::test_runner::TestRunner;

use crate::common::call::Call;
use crate::common::subject::{Subject, contents};

pub(crate) fn config() -> ProptestConfig {
    // What fails is printed. A file for it would not be found beside a test program.
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if cfg!(miri) {
        // Miri is slow.
        ProptestConfig { cases: 3, ..config }
    } else {
        config
    }
}

/// From here on an index is taken as it is, and out of bounds at any time.
const FAR: usize = 40;

fn calls<S: Subject>() -> impl Strategy<Value = Vec<Call>> {
    let index = || prop_oneof![30 => 0..FAR, 1 => Just(usize::MAX)];
    let basic = prop_oneof![
        8 => any::<u32>().prop_map(Call::Push),
        4 => Just(Call::Pop),
        4 => index().prop_map(Call::Get),
        4 => (index(), any::<u32>()).prop_map(|(i, value)| Call::Set(i, value)),
        1 => Just(Call::Len),
    ];
    // Few values, or none of them would be the current one.
    let exchanges = prop_oneof![
        (index(), 0..4_u32, 0..4_u32).prop_map(|(i, a, b)| Call::CompareExchange(i, a, b)),
        (index(), 0..4_u32).prop_map(|(i, value)| Call::Set(i, value)),
        (index(), any::<u32>()).prop_map(|(i, more)| Call::Add(i, more)),
    ];
    let batches = prop_oneof![
        4 => prop::collection::vec(0..4_u32, 0..12).prop_map(Call::Extend),
        1 => Just(Call::Snapshot),
        1 => (0..100_usize).prop_map(Call::Reserve),
    ];
    // Only those that it has: shrinking tries each of them.
    let mut kinds = vec![(4, basic.boxed())];
    if S::EXCHANGES {
        kinds.push((2, exchanges.boxed()));
    }
    if S::BATCHES {
        kinds.push((1, batches.boxed()));
    }
    let step = Union::new_weighted(kinds);
    prop::collection::vec(step, 0..if cfg!(miri) { 12 } else { 200 })
}

/// The index as generated counts down from one beyond the length. So a call that goes wrong at the end
/// goes wrong in a shorter vector as well, and shrinks.
fn near_the_end(call: Call, len: usize) -> Call {
    let near = |index: usize| if index < FAR { (len + 1).saturating_sub(index) } else { index };
    match call {
        Call::Get(index) => Call::Get(near(index)),
        Call::Set(index, value) => Call::Set(near(index), value),
        Call::CompareExchange(index, current, new) => {
            Call::CompareExchange(near(index), current, new)
        }
        Call::Add(index, more) => Call::Add(near(index), more),
        other => other,
    }
}

pub(crate) fn does_what_a_vec_does<S: Subject>() {
    let outcome = TestRunner::new(config()).run(&calls::<S>(), |calls| {
        let ours = S::new();
        let mut plain = Vec::new();
        for call in calls {
            let call = near_the_end(call, plain.len());
            prop_assert_eq!(call.on(&ours), call.on_vec(&mut plain), "{}", call);
            prop_assert_eq!(ours.len(), plain.len(), "after {}", call);
        }
        prop_assert_eq!(contents(&ours), plain);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
