//! A thread stands still inside an operation, at each of the moments at which that could matter. The
//! others go on, a million operations of theirs, and in the end nothing is lost and nothing is there twice.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "common/stopped.rs"]
mod stopped;

use std::sync::Arc;
use std::thread;

use secvec::SecVec;
use secvec::pause::Point;
use stopped::Stopped;

/// Operations of the others, all together.
const OPERATIONS: u32 = if cfg!(miri) { 120 } else { 1_000_000 };
const THREADS: u32 = 2;

/// Values that went into a vector, and values that came out.
#[derive(Debug, Default)]
struct Account {
    put_in: Vec<u32>,
    taken_out: Vec<u32>,
}

impl Account {
    fn add(&mut self, other: Self) {
        self.put_in.extend(other.put_in);
        self.taken_out.extend(other.taken_out);
    }

    /// Each value that went in is still there, or came out, once.
    fn check(mut self, vector: &SecVec<u32>, what: &str) {
        self.taken_out.extend(vector.iter());
        self.put_in.sort_unstable();
        self.taken_out.sort_unstable();
        assert!(self.put_in == self.taken_out, "{what}: lost, or there twice");
    }
}

/// Operations of every kind, with values that nobody else uses.
fn get_on(vector: &SecVec<u32>, thread: u32) -> Account {
    let mut account = Account::default();
    let mut next = (thread + 1) << 24;
    let mut fresh = || {
        next += 1;
        next
    };
    for step in 0..OPERATIONS / THREADS {
        match step % 10 {
            0 | 3 | 6 => {
                let value = fresh();
                vector.push(value);
                account.put_in.push(value);
            }
            1 | 4 | 7 => account.taken_out.extend(vector.pop()),
            2 => {
                let values = [fresh(), fresh()];
                vector.extend_from_slice(&values);
                account.put_in.extend(values);
            }
            5 => {
                let value = fresh();
                // The last element, where the pops are.
                if let Ok(old) = vector.set(vector.len().saturating_sub(1), value) {
                    account.put_in.push(value);
                    account.taken_out.push(old);
                }
            }
            8 => account.taken_out.extend(vector.pop()),
            _ => {
                let len = vector.len();
                let _ = vector.get(len.saturating_sub(1));
                // Short ones: with many elements another thread always changes one.
                if len < 4 && step % 100 == 9 {
                    assert!(vector.snapshot().len() <= len + 4 * OPERATIONS as usize);
                }
            }
        }
    }
    account
}

/// A stopped thread gives back what its operation did.
type Work = fn(&SecVec<u32>) -> Account;

fn pushes(vector: &SecVec<u32>) -> Account {
    vector.push(1);
    Account { put_in: vec![1], ..Account::default() }
}

fn pops(vector: &SecVec<u32>) -> Account {
    Account { taken_out: vector.pop().into_iter().collect(), ..Account::default() }
}

fn sets_the_last(vector: &SecVec<u32>) -> Account {
    match vector.set(vector.len() - 1, 2) {
        Ok(old) => Account { put_in: vec![2], taken_out: vec![old] },
        Err(_) => Account::default(),
    }
}

fn gets_the_last(vector: &SecVec<u32>) -> Account {
    let _ = vector.get(vector.len() - 1);
    Account::default()
}

fn extends(vector: &SecVec<u32>) -> Account {
    vector.extend_from_slice(&[3, 4, 5]);
    Account { put_in: vec![3, 4, 5], ..Account::default() }
}

fn takes_a_snapshot(vector: &SecVec<u32>) -> Account {
    let _ = vector.snapshot();
    Account::default()
}

/// Stop threads at these points, one after the other, let others go on, then the stopped ones.
fn others_get_on(stops: &[(Point, Work)]) {
    let what = format!("{:?}", stops.iter().map(|(point, _)| point).collect::<Vec<_>>());
    let vector = Arc::new(SecVec::new());
    let mut account = Account::default();
    for value in 10..17 {
        vector.push(value);
        account.put_in.push(value);
    }
    let stopped: Vec<_> = stops
        .iter()
        .map(|&(point, work)| {
            let vector = Arc::clone(&vector);
            Stopped::at(point, 1, move || work(&vector))
        })
        .collect();
    thread::scope(|scope| {
        let others: Vec<_> = (0..THREADS)
            .map(|thread| {
                let vector = &vector;
                scope.spawn(move || get_on(vector, thread))
            })
            .collect();
        others.into_iter().for_each(|other| account.add(other.join().unwrap()));
    });
    stopped.into_iter().for_each(|it| account.add(it.go_on()));
    account.check(&vector, &what);
}

macro_rules! stopped {
    ($($name:ident: $([$point:ident $work:ident])+;)*) => {$(
        #[test]
        fn $name() {
            others_get_on(&[$((Point::$point, $work)),+]);
        }
    )*};
}

stopped! {
    in_push_before_the_announcement: [PushSeen pushes];
    in_push_after_the_announcement: [PushAnnounced pushes];
    in_push_after_the_exchange: [PushAppended pushes];
    in_push_helping_before_the_cell: [CompleteSeen pushes];
    in_push_helping_after_the_cell: [CompleteRead pushes];
    in_pop_before_the_mark: [PopSeen pops];
    in_pop_with_the_element_in_hand: [PopRead pops];
    in_pop_after_the_mark: [PopMarked pops];
    two_in_pop_after_the_mark: [PopMarked pops] [PopMarked pops];
    in_get_of_a_pending_push: [GetSeen gets_the_last];
    in_get_after_the_length: [GetTop gets_the_last];
    in_get_after_the_cell: [GetRead gets_the_last];
    in_get_of_a_marked_slot: [PopMarked pops] [GetRead gets_the_last];
    in_set_of_a_pending_push: [SetSeen sets_the_last];
    in_set_after_the_length: [SetTop sets_the_last];
    in_set_against_a_pop_after_the_announcement: [PopMarked pops] [SetAnnounced sets_the_last];
    in_set_against_a_pop_after_the_exchange: [PopMarked pops] [SetInstalled sets_the_last];
    in_extend_before_the_exchange: [ExtendStaged extends];
    in_extend_after_the_exchange: [ExtendAppended extends];
    in_extend_half_way: [ExtendHalfWritten extends];
    in_extend_helping_before_the_count: [ExtendAppended extends] [CompleteBatch pushes];
    in_extend_helping: [ExtendAppended extends] [CompleteRead pushes];
    in_snapshot_after_a_look: [SnapshotCollected takes_a_snapshot];
    in_snapshot_after_the_length: [SnapshotConfirmed takes_a_snapshot];
    in_push_with_a_bucket_in_hand: [PushSeen pushes] [BucketAllocated extends];
    many_at_once: [CompleteRead pushes] [PopMarked pops] [SetAnnounced sets_the_last] [PushAnnounced pushes] [ExtendStaged extends] [PopSeen pops] [GetTop gets_the_last];
}
