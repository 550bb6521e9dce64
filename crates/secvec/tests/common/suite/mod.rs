//! The tests, generic over the subject, and macros that stamp them out for one.

pub(crate) mod linear;
pub(crate) mod model;
pub(crate) mod threads;

/// A `#[test]` for each function of a module of the suite.
macro_rules! stamp {
    ($subject:ty, $module:ident: $($test:ident),+ $(,)?) => {$(
        #[test]
        fn $test() {
            $crate::common::suite::$module::$test::<$subject>();
        }
    )+};
}
pub(crate) use stamp;

/// One thread: it does what a `Vec` does.
macro_rules! test_model {
    ($subject:ty) => {
        $crate::common::suite::stamp!($subject, model: does_what_a_vec_does);
    };
}
pub(crate) use test_model;

/// Real threads: nothing is lost, nothing comes twice, each thread's order holds.
macro_rules! test_threads {
    ($subject:ty) => {
        $crate::common::suite::stamp!(
            $subject,
            threads: indices_are_unique_and_hold_what_was_pushed_there,
            what_was_pushed_is_popped_once_or_still_there,
            every_set_takes_out_what_another_put_in,
            a_set_that_succeeded_is_not_lost_to_a_pop,
            a_reader_sees_each_slot_move_forward,
            the_length_is_never_one_that_it_never_was,
        );
    };
}
pub(crate) use test_threads;

/// The same for a subject with `EXCHANGES`.
macro_rules! test_threads_exchanges {
    ($subject:ty) => {
        $crate::common::suite::stamp!(
            $subject,
            threads: one_of_those_that_expect_the_same_value_gets_it,
            no_update_is_lost,
        );
    };
}
pub(crate) use test_threads_exchanges;

/// The same for a subject with `BATCHES`.
macro_rules! test_threads_batches {
    ($subject:ty) => {
        $crate::common::suite::stamp!(
            $subject,
            threads: what_is_pushed_at_once_lands_together,
            a_snapshot_is_of_one_moment,
            growing_disturbs_nobody,
        );
    };
}
pub(crate) use test_threads_batches;

/// Short random histories of threads: an order explains each.
macro_rules! test_linear {
    ($subject:ty) => {
        $crate::common::suite::stamp!(
            $subject,
            linear: an_order_explains_every_history,
            an_order_explains_every_history_of_threads_that_pause,
        );
    };
}
pub(crate) use test_linear;
