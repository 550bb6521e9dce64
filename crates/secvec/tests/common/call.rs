//! An operation as a value: to run on a subject, or on a plain `Vec`, which is always right.

use std::fmt;
use std::ops::Range;

use super::subject::Subject;

/// One call with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Push(u32),
    Pop,
    Get(usize),
    Set(usize, u32),
    Len,
    CompareExchange(usize, u32, u32),
    /// An update that adds.
    Add(usize, u32),
    Extend(Vec<u32>),
    Snapshot,
    Reserve(usize),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Number(usize),
    Value(Option<u32>),
    Exchanged(Option<Result<u32, u32>>),
    Indices(Range<usize>),
    Values(Vec<u32>),
    Nothing,
}

impl Call {
    /// Do it.
    pub(crate) fn on<S: Subject>(&self, vector: &S) -> Answer {
        match *self {
            Self::Push(value) => Answer::Number(vector.push(value)),
            Self::Pop => Answer::Value(vector.pop()),
            Self::Get(index) => Answer::Value(vector.get(index)),
            Self::Set(index, value) => Answer::Value(vector.set(index, value)),
            Self::Len => Answer::Number(vector.len()),
            Self::CompareExchange(index, current, new) => {
                Answer::Exchanged(vector.compare_exchange(index, current, new))
            }
            Self::Add(index, more) => {
                Answer::Value(vector.update(index, |value| value.wrapping_add(more)))
            }
            Self::Extend(ref values) => Answer::Indices(vector.extend_from_slice(values)),
            Self::Snapshot => Answer::Values(vector.snapshot()),
            Self::Reserve(additional) => {
                vector.reserve(additional);
                Answer::Nothing
            }
        }
    }

    /// What it does when nobody else is there: the meaning of each operation.
    pub(crate) fn on_vec(&self, vector: &mut Vec<u32>) -> Answer {
        match *self {
            Self::Push(value) => {
                vector.push(value);
                Answer::Number(vector.len() - 1)
            }
            Self::Pop => Answer::Value(vector.pop()),
            Self::Get(index) => Answer::Value(vector.get(index).copied()),
            Self::Set(index, value) => {
                Answer::Value(vector.get_mut(index).map(|place| std::mem::replace(place, value)))
            }
            Self::Len => Answer::Number(vector.len()),
            Self::CompareExchange(index, current, new) => {
                Answer::Exchanged(vector.get_mut(index).map(|place| match *place == current {
                    true => Ok(std::mem::replace(place, new)),
                    false => Err(*place),
                }))
            }
            Self::Add(index, more) => Answer::Value(vector.get_mut(index).map(|place| {
                let new = place.wrapping_add(more);
                std::mem::replace(place, new)
            })),
            Self::Extend(ref values) => {
                let first = vector.len();
                vector.extend_from_slice(values);
                Answer::Indices(first..vector.len())
            }
            Self::Snapshot => Answer::Values(vector.clone()),
            Self::Reserve(_) => Answer::Nothing,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Push(value) => write!(f, "push({value})"),
            Self::Pop => write!(f, "pop()"),
            Self::Get(index) => write!(f, "get({index})"),
            Self::Set(index, value) => write!(f, "set({index}, {value})"),
            Self::Len => write!(f, "len()"),
            Self::CompareExchange(index, current, new) => {
                write!(f, "compare_exchange({index}, {current}, {new})")
            }
            Self::Add(index, more) => write!(f, "update({index}, +{more})"),
            Self::Extend(values) => write!(f, "extend_from_slice({values:?})"),
            Self::Snapshot => write!(f, "snapshot()"),
            Self::Reserve(additional) => write!(f, "reserve({additional})"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Value(value) => write!(f, "{value:?}"),
            Self::Exchanged(result) => write!(f, "{result:?}"),
            Self::Indices(indices) => write!(f, "{indices:?}"),
            Self::Values(values) => write!(f, "{values:?}"),
            Self::Nothing => write!(f, "()"),
        }
    }
}
