//! The tests of the tests: the checker refuses histories that are wrong and accepts those that are
//! right, and the suite finds vectors that were broken on purpose.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "common/broken.rs"]
mod broken;
mod common;

use broken::{Broken, Flaw};
use common::call::{Answer, Call};
use common::checker::check;
use common::history::{Event, History};
use common::plan::Pauses;
use common::suite::{linear, model, threads};

/// When it was called, when it returned, and what it was.
type Moment = (u64, u64, Call, Answer);

fn history(start: &[u32], threads: &[&[Moment]]) -> History {
    let threads = threads.iter().enumerate().map(|(thread, moments)| {
        let event = |(called, returned, call, answer): &Moment| Event {
            thread,
            call: call.clone(),
            answer: answer.clone(),
            called: *called,
            returned: *returned,
        };
        moments.iter().map(event).collect()
    });
    History { start: start.to_vec(), threads: threads.collect(), seed: 0 }
}

#[track_caller]
fn accepts(start: &[u32], threads: &[&[Moment]]) {
    if let Err(violation) = check(&history(start, threads)) {
        panic!("{violation}");
    }
}

/// It refuses the history, and accepts it with this answer of the first call of the last thread: it
/// is that answer that is wrong.
#[track_caller]
fn refuses_unless(right: Answer, start: &[u32], threads: &[&[Moment]]) {
    let mut history = history(start, threads);
    assert!(check(&history).is_err(), "accepted\n{history}");
    history.threads.last_mut().unwrap()[0].answer = right;
    if let Err(violation) = check(&history) {
        panic!("{violation}");
    }
}

fn push(called: u64, returned: u64, value: u32, index: usize) -> Moment {
    (called, returned, Call::Push(value), Answer::Number(index))
}

fn pop(called: u64, returned: u64, value: impl Into<Option<u32>>) -> Moment {
    (called, returned, Call::Pop, Answer::Value(value.into()))
}

fn get(called: u64, returned: u64, index: usize, value: impl Into<Option<u32>>) -> Moment {
    (called, returned, Call::Get(index), Answer::Value(value.into()))
}

fn set(called: u64, returned: u64, index: usize, new: u32, old: impl Into<Option<u32>>) -> Moment {
    (called, returned, Call::Set(index, new), Answer::Value(old.into()))
}

fn len(called: u64, returned: u64, len: usize) -> Moment {
    (called, returned, Call::Len, Answer::Number(len))
}

fn extend(called: u64, returned: u64, values: &[u32], first: usize) -> Moment {
    let indices = first..first + values.len();
    (called, returned, Call::Extend(values.to_vec()), Answer::Indices(indices))
}

fn snapshot(called: u64, returned: u64, values: &[u32]) -> Moment {
    (called, returned, Call::Snapshot, Answer::Values(values.to_vec()))
}

fn exchange(called: u64, returned: u64, values: (u32, u32), answer: Result<u32, u32>) -> Moment {
    (
        called,
        returned,
        Call::CompareExchange(0, values.0, values.1),
        Answer::Exchanged(Some(answer)),
    )
}

mod right {
    use super::*;

    #[test]
    fn nothing_at_all() {
        accepts(&[], &[]);
        accepts(&[1], &[&[], &[]]);
    }

    #[test]
    fn one_thread_after_another() {
        accepts(&[1], &[&[push(0, 1, 2, 1), pop(4, 5, 2)], &[get(2, 3, 1, 2), len(6, 7, 1)]]);
    }

    #[test]
    fn two_pushes_at_once_in_either_order() {
        accepts(&[], &[&[push(0, 2, 1, 0)], &[push(1, 3, 2, 1)], &[get(4, 5, 0, 1)]]);
        accepts(&[], &[&[push(0, 2, 1, 1)], &[push(1, 3, 2, 0)], &[get(4, 5, 0, 2)]]);
    }

    #[test]
    fn a_get_beside_a_set_sees_either_value() {
        for seen in [1, 2] {
            accepts(&[1], &[&[set(0, 3, 0, 2, 1)], &[get(1, 2, 0, seen)]]);
        }
    }

    #[test]
    fn a_set_beside_a_pop_comes_before_or_after() {
        accepts(&[1], &[&[set(0, 2, 0, 2, 1)], &[pop(1, 3, 2)]]);
        accepts(&[1], &[&[set(0, 2, 0, 2, None)], &[pop(1, 3, 1)]]);
    }

    #[test]
    fn a_value_that_comes_back() {
        // The exchange expects 1: it may come before the set to 2, or after the set back to 1.
        let sets = [set(0, 1, 0, 2, 1), set(4, 5, 0, 1, 2)];
        accepts(&[1], &[&sets, &[exchange(2, 6, (1, 3), Ok(1))], &[get(7, 8, 0, 3)]]);
        accepts(&[1], &[&sets, &[exchange(2, 3, (1, 3), Err(2))], &[get(7, 8, 0, 1)]]);
    }

    #[test]
    fn one_that_waits_while_others_go_on() {
        accepts(
            &[],
            &[
                &[push(0, 9, 7, 1)],
                &[push(1, 2, 1, 0), len(3, 4, 1), len(5, 6, 2), pop(7, 8, 7)],
                &[len(10, 11, 1)],
            ],
        );
    }

    #[test]
    fn the_order_is_not_the_one_in_which_they_were_called() {
        // Tried greedily, the push of 1 comes first; it must come last.
        accepts(&[], &[&[push(0, 20, 1, 2)], &[push(1, 19, 2, 1)], &[push(2, 18, 3, 0)]]);
    }

    #[test]
    fn without_a_clock_the_threads_may_be_anywhere() {
        // The same calls with moments are refused below.
        let (never, always) = (0, u64::MAX);
        accepts(&[1], &[&[set(never, always, 0, 2, 1)], &[get(never, always, 0, 1)]]);
    }
}

mod wrong {
    use super::*;

    #[test]
    fn a_push_that_is_lost() {
        refuses_unless(
            Answer::Number(2),
            &[],
            &[&[push(0, 2, 1, 0)], &[push(1, 3, 2, 1)], &[len(4, 5, 1)]],
        );
    }

    #[test]
    fn two_pushes_to_one_index() {
        refuses_unless(Answer::Number(1), &[], &[&[push(0, 2, 1, 0)], &[push(1, 3, 2, 0)]]);
    }

    #[test]
    fn a_pop_of_a_value_that_was_never_there() {
        refuses_unless(Answer::Value(Some(2)), &[1], &[&[push(0, 1, 2, 1)], &[pop(2, 3, 0)]]);
    }

    #[test]
    fn a_pop_that_finds_nothing_where_something_is() {
        refuses_unless(Answer::Value(Some(1)), &[1], &[&[push(0, 2, 2, 0)], &[pop(1, 3, None)]]);
    }

    #[test]
    fn a_get_of_a_value_that_was_replaced() {
        refuses_unless(Answer::Value(Some(2)), &[1], &[&[set(0, 1, 0, 2, 1)], &[get(2, 3, 0, 1)]]);
    }

    #[test]
    fn two_gets_that_see_a_set_and_then_do_not() {
        refuses_unless(
            Answer::Value(Some(1)),
            &[1],
            &[&[set(0, 9, 0, 2, 1)], &[get(1, 2, 0, 2), get(3, 4, 0, 1)]],
        );
    }

    #[test]
    fn a_get_beyond_the_end_that_finds_something() {
        refuses_unless(Answer::Value(None), &[1], &[&[pop(0, 1, 1)], &[get(2, 3, 0, 1)]]);
    }

    #[test]
    fn a_set_that_is_lost() {
        // It says that it replaced 1, and the pop that came later takes 1.
        refuses_unless(Answer::Value(Some(2)), &[1], &[&[set(0, 3, 0, 2, 1)], &[pop(1, 4, 1)]]);
    }

    #[test]
    fn a_set_after_the_pop_that_is_nowhere() {
        refuses_unless(Answer::Value(None), &[1], &[&[pop(0, 1, 1)], &[set(2, 3, 0, 2, 1)]]);
    }

    #[test]
    fn one_element_popped_twice() {
        refuses_unless(Answer::Value(Some(1)), &[1, 2], &[&[pop(0, 2, 2)], &[pop(1, 3, 2)]]);
    }

    #[test]
    fn a_length_that_never_was() {
        refuses_unless(
            Answer::Number(1),
            &[1],
            &[&[push(0, 3, 2, 1), pop(4, 6, 2)], &[len(1, 5, 0)]],
        );
    }

    #[test]
    fn a_snapshot_of_two_moments() {
        // Never was the first one old and the second one new.
        refuses_unless(
            Answer::Values(vec![11, 2]),
            &[1, 2],
            &[&[set(0, 2, 0, 11, 1), set(3, 5, 1, 12, 2)], &[snapshot(1, 6, &[1, 12])]],
        );
    }

    #[test]
    fn an_extend_with_another_push_in_between() {
        let found = Answer::Values(vec![1, 2, 7]);
        refuses_unless(
            found,
            &[],
            &[&[extend(0, 2, &[1, 2], 0)], &[push(1, 3, 7, 2)], &[snapshot(4, 5, &[1, 7, 2])]],
        );
    }

    #[test]
    fn half_an_extend() {
        refuses_unless(Answer::Number(2), &[], &[&[extend(0, 3, &[1, 2], 0)], &[len(1, 2, 1)]]);
    }

    #[test]
    fn two_exchanges_of_one_value() {
        refuses_unless(
            Answer::Exchanged(Some(Err(2))),
            &[1],
            &[&[exchange(0, 2, (1, 2), Ok(1))], &[exchange(1, 3, (1, 3), Ok(1))]],
        );
    }

    #[test]
    fn an_order_that_the_moments_do_not_allow() {
        // The push that found the other one's value had returned before that one was called.
        let pushes = |called| history(&[], &[&[push(0, 4, 1, 1)], &[push(called, 9, 2, 0)]]);
        assert!(check(&pushes(5)).is_err());
        assert!(check(&pushes(3)).is_ok(), "at the same time it may be");
    }

    #[test]
    fn without_a_clock_the_order_within_a_thread_still_counts() {
        let (never, always) = (0, u64::MAX);
        let gets = |first, second| {
            history(
                &[1],
                &[
                    &[set(never, always, 0, 2, 1)],
                    &[get(never, always, 0, first), get(never, always, 0, second)],
                ],
            )
        };
        assert!(check(&gets(1, 2)).is_ok());
        assert!(check(&gets(2, 1)).is_err());
    }

    #[test]
    fn what_is_printed() {
        let history = history(&[1], &[&[pop(10, 12, 1)], &[push(11, 14, 7, 1), pop(15, 16, 9)]]);
        let text = check(&history).unwrap_err().to_string();
        assert_eq!(
            text,
            "no order of these calls explains their answers
seed 0; the vector began as [1]
  called  returned  thread  call = answer
       0         2       0  pop() = Some(1)
       1         4       1  push(7) = 1
       5         6       1  pop() = Some(9)

the longest order that explains some of them:
  thread 0: pop() = Some(1)
then it is [], and no other call fits
"
        );
    }
}

/// Whether the checker finds a wrong history of this vector.
fn is_found<F: Flaw>() -> bool {
    // A few hundred are enough as a rule. If no thread ever came in between, there is an end too.
    linear::search::<Broken<F>>(0..50_000, Pauses::Spin).is_err()
}

#[test]
#[cfg_attr(miri, ignore = "a lock needs no proof, and the same tests run on the crate's vector")]
fn nothing_is_found_in_a_vector_behind_a_lock() {
    type Right = Broken<broken::Right>;
    model::does_what_a_vec_does::<Right>();
    linear::an_order_explains_every_history::<Right>();
    linear::an_order_explains_every_history_of_threads_that_pause::<Right>();
}

macro_rules! the_checker_finds {
    ($($name:ident: $flaw:ident),+ $(,)?) => {
        /// A wrong history is found of each broken vector.
        mod the_checker_finds {
            use super::*;

            $(
                #[test]
                #[cfg_attr(miri, ignore = "it takes more histories than Miri has time for")]
                fn $name() {
                    assert!(is_found::<broken::$flaw>());
                }
            )+
        }
    };
}

the_checker_finds! {
    a_vector_that_takes_its_end_for_an_element: SetAtTheEnd,
    a_vector_whose_push_looks_for_the_end_and_then_writes: PushInTwoSteps,
    a_vector_whose_push_raises_the_length_and_then_writes: LengthBeforeValue,
    a_vector_whose_pop_reads_and_then_lowers_the_length: PopInTwoSteps,
    a_vector_whose_pop_does_not_see_a_set: PopBesideSet,
    a_vector_whose_pop_finds_the_old_value_again: PopWithOldLength,
    a_vector_whose_set_looks_for_the_end_and_then_writes: SetInTwoSteps,
    a_vector_whose_late_helper_finds_the_old_value_again: SetThatFindsTheOldValueAgain,
    a_vector_whose_get_is_torn: TornGet,
    a_vector_whose_get_writes: GetThatWrites,
    a_vector_whose_len_is_beside_the_values: LenBesideTheValues,
    a_vector_whose_exchange_compares_and_then_writes: ExchangeInTwoSteps,
    a_vector_whose_update_reads_and_then_writes: UpdateInTwoSteps,
    a_vector_whose_extend_pushes_one_by_one: ExtendOneByOne,
    a_vector_whose_snapshot_reads_one_by_one: SnapshotOneByOne,
}

/// What a test says that fails.
fn failure(test: fn()) -> Option<String> {
    let panic = std::panic::catch_unwind(test).err()?;
    Some(panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[test]
#[cfg_attr(miri, ignore = "with so few cases it may well pass")]
fn the_model_finds_a_wrong_bound_and_shrinks_it_to_one_call() {
    let said = failure(model::does_what_a_vec_does::<Broken<broken::SetAtTheEnd>>).unwrap();
    let (_, input) = said.split_once("minimal failing input: ").unwrap();
    let lines: Vec<&str> = input.lines().map(str::trim).collect();
    assert!(matches!(lines[..], ["[", "Set(", _, "0,", "),", "]"]), "{said}");
}

macro_rules! threads_find {
    ($($test:ident: $($flaw:ident),+;)+) => {
        /// Each test of `suite::threads` fails with a vector that is broken where it looks.
        mod threads_find {
            use super::*;

            $(
                #[test]
                #[cfg_attr(miri, ignore = "with so few rounds they may well pass")]
                fn $test() {
                    $(
                        let said = failure(threads::$test::<Broken<broken::$flaw>>);
                        assert!(said.is_some(), stringify!($flaw));
                    )+
                }
            )+
        }
    };
}

threads_find! {
    indices_are_unique_and_hold_what_was_pushed_there: PushInTwoSteps;
    what_was_pushed_is_popped_once_or_still_there: PushInTwoSteps, PopInTwoSteps;
    every_set_takes_out_what_another_put_in: SetInTwoSteps;
    a_set_that_succeeded_is_not_lost_to_a_pop: PopBesideSet, SetInTwoSteps;
    a_reader_sees_each_slot_move_forward: GetThatWrites;
    the_length_is_never_one_that_it_never_was: PushInTwoSteps;
    what_is_pushed_at_once_lands_together: ExtendOneByOne;
    one_of_those_that_expect_the_same_value_gets_it: ExchangeInTwoSteps;
    no_update_is_lost: UpdateInTwoSteps;
    a_snapshot_is_of_one_moment: SnapshotOneByOne;
    growing_disturbs_nobody: LengthBeforeValue;
}
