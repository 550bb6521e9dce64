//! Where a walk is.

use alloc::string::String;
use core::fmt::Write;

use super::{Fields, TypeRef, Walk};

#[derive(Clone, Debug)]
pub(super) enum Frame<'a> {
    /// Values one after another.
    Elements { ty: TypeRef, at: usize, next: usize, count: usize, deeper: bool, role: Role },
    /// The fields of what begins at `at`, by their numbers in `solid`.
    Fields {
        fields: &'a Fields,
        variant: &'a str,
        at: usize,
        next: usize,
        end: usize,
        whole: usize,
        gap: bool,
    },
    /// A map whose keys, and then values, are looked at above it.
    Map { ty: TypeRef, at: usize, values: bool },
    /// A block or part: what was before, to be restored after it.
    Block { cursor: usize, limit: usize, depth: u32 },
}

/// What elements are to what holds them: how the path calls them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Element,
    Key,
    Value,
    /// All keys at once.
    Keys,
    Values,
    /// All elements at once, or the only value.
    Only,
}

impl Walk<'_> {
    /// The field of the last event, from the root on: `[3].request`, `headers[0].1`, `by_name.keys[7]`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        let write = |path: &mut String, name: &str| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        };
        for frame in &self.stack {
            match frame {
                Frame::Elements { next: 0, .. } | Frame::Map { .. } | Frame::Block { .. } => {}
                Frame::Elements { next, role, .. } => {
                    match role {
                        Role::Only => continue,
                        Role::Keys => {
                            write(&mut path, "keys");
                            continue;
                        }
                        Role::Values => {
                            write(&mut path, "values");
                            continue;
                        }
                        Role::Element => {}
                        Role::Key => write(&mut path, "keys"),
                        Role::Value => write(&mut path, "values"),
                    }
                    // Writing to a string does not fail.
                    let _ = write!(path, "[{}]", next - 1);
                }
                Frame::Fields { fields, variant, next, gap, .. } => {
                    let field = next.checked_sub(1).and_then(|it| fields.solid.get(it));
                    if let Some(field) = field.and_then(|&it| fields.get(it as usize))
                        && !gap
                    {
                        if !variant.is_empty() {
                            write(&mut path, variant);
                        }
                        write(&mut path, &field.name);
                    }
                }
            }
        }
        path
    }

    /// In how many structs, tuples, lists, .. the last event is.
    #[must_use]
    pub fn level(&self) -> usize {
        let is_level = |frame: &&Frame<'_>| match frame {
            Frame::Elements { role, .. } => !matches!(role, Role::Only),
            Frame::Fields { .. } => true,
            _ => false,
        };
        self.stack.iter().filter(is_level).count()
    }
}
