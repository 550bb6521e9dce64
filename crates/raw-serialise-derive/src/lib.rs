//! The derives of [`raw-serialise`](https://docs.rs/raw-serialise), which re-exports them: use that
//! crate. What they generate names it by `::raw_serialise`.
//!
//! What they refuse is refused while the user's crate compiles: by what is written, where that is
//! enough (generics, unions, no `repr`), and by what the compiler made of it, where attributes could
//! hide something (padding, packing, alignment, the place of a tag). The second kind of check is in
//! `raw_serialise`, in `layout.rs`; the derives only write down what it is to look at.
//!
//! | module | what |
//! |---|---|
//! | `input` | what is written: fields, variants, `repr`, `#[raw(..)]` |
//! | `names` | the `#[raw(..)]` attributes |
//! | `memory` | what the derives share whose types are stored as they lie in memory |
//! | `structs`, `enums` | `Plain`, `Checked` and `NoPadding` for the one and the other |
//! | `heap_struct`, `heap_enum` | `Serialise` for the one and the other |
//! | `owned` | `Deserialise` |

#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

mod enums;
mod heap_enum;
mod heap_struct;
mod input;
mod memory;
mod names;
mod owned;
mod structs;

use crate::input::{Body, Input, refuse_pointers};
use crate::memory::Promise;

/// A struct whose every byte is part of a plain field: any bytes are a value of it.
#[proc_macro_derive(Plain, attributes(raw))]
pub fn plain(input: TokenStream) -> TokenStream {
    stored_as_it_is(parse_macro_input!(input), Promise::Plain)
}

/// A struct of checked fields without padding, or an enum with a fixed `repr`: its bytes are checked
/// before they are taken for a value.
#[proc_macro_derive(Checked, attributes(raw))]
pub fn checked(input: TokenStream) -> TokenStream {
    stored_as_it_is(parse_macro_input!(input), Promise::Checked)
}

/// Beside `Checked`: every byte of every value is part of a field.
#[proc_macro_derive(NoPadding, attributes(raw))]
pub fn no_padding(input: TokenStream) -> TokenStream {
    stored_as_it_is(parse_macro_input!(input), Promise::NoPadding)
}

/// A struct or an enum with data on the heap: how it is stored, and views to read and change it.
#[proc_macro_derive(Serialise, attributes(raw))]
pub fn serialise(input: TokenStream) -> TokenStream {
    let input: DeriveInput = parse_macro_input!(input);
    let output = Input::parse(&input, "Serialise").and_then(|input| {
        refuse_pointers(&input, true)?;
        match &input.body {
            Body::Struct(fields) => heap_struct::expand(&input, fields),
            Body::Enum(variants) => heap_enum::expand(&input, variants),
        }
    });
    output.unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Beside `Serialise`: a value from the view of it.
#[proc_macro_derive(Deserialise, attributes(raw))]
pub fn deserialise(input: TokenStream) -> TokenStream {
    let input: DeriveInput = parse_macro_input!(input);
    let output = Input::parse(&input, "Serialise").map(|input| owned::expand(&input));
    output.unwrap_or_else(|error| error.into_compile_error()).into()
}

fn stored_as_it_is(input: DeriveInput, promise: Promise) -> TokenStream {
    let output = memory::refuse(&input, promise)
        .and_then(|()| Input::parse(&input, promise.name()))
        .and_then(|input| {
            refuse_pointers(&input, false)?;
            match &input.body {
                Body::Struct(fields) => structs::expand(&input, fields, promise),
                Body::Enum(variants) => enums::expand(&input, variants, promise),
            }
        });
    output.unwrap_or_else(|error| error.into_compile_error()).into()
}
