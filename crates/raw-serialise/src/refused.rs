//! What must not compile, one misuse a test. Each differs from what compiles by the one thing that
//! its title names.
//!
//! The twin of all of them:
//!
//! ```
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Good { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! Padding between fields.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u8, b: u32 }
//! }
//! ```
//!
//! Padding at the end.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: u8 }
//! }
//! ```
//!
//! Padding from an alignment of its own.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C, align(16))]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! Padding before a field of no size.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u8, b: [u32; 0] }
//! }
//! ```
//!
//! A `bool`: 3 is none.
//!
//! ```compile_fail,E0277
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: [u8; 3], c: bool }
//! }
//! ```
//!
//! A `char`: 0xD800 is none.
//!
//! ```compile_fail,E0277
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: char, b: [u8; 4] }
//! }
//! ```
//!
//! A reference.
//!
//! ```compile_fail,E0277
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: &'static u32 }
//! }
//! ```
//!
//! A raw pointer.
//!
//! ```compile_fail,E0277
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: *const u32 }
//! }
//! ```
//!
//! A `usize`: its width is that of the machine.
//!
//! ```compile_fail,E0277
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: usize }
//! }
//! ```
//!
//! A struct that is not plain itself.
//!
//! ```compile_fail,E0277
//! #[repr(C)]
//! #[derive(Clone, Copy)]
//! struct Inner { a: u32 }
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: Inner }
//! }
//! ```
//!
//! No `repr`: the order is the compiler's.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! `repr(Rust)` in words.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(Rust)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! `repr(Rust)` beside `repr(C)`.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[repr(Rust)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! A `repr` that the macro cannot recognise.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[r#repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! Packed: the padding is gone, and so is the alignment.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C, packed)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u8, b: u32 }
//! }
//! ```
//!
//! Packed without `repr(C)`: packing says nothing of the order.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(packed)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u8, b: [u8; 4] }
//! }
//! ```
//!
//! Packed behind a raw identifier.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[r#repr(packed)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u8, b: u32 }
//! }
//! ```
//!
//! Packed behind `cfg_attr`.
//!
//! ```compile_fail,E0080
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[cfg_attr(all(), repr(packed(2)))]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u16, b: u32 }
//! }
//! ```
//!
//! Generic.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad<T> { a: T }
//! }
//! ```
//!
//! A tuple struct.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad(u32, [u8; 4]);
//! }
//! ```
//!
//! A union.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     union Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! A packed union.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(C, packed)]
//!     #[derive(Clone, Copy)]
//!     union Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! An enum with a fixed `repr`.
//!
//! ```compile_fail
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     enum Bad { A, B }
//! }
//! ```
//!
//! Not `Copy`.
//!
//! ```compile_fail,E0277
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     struct Bad { a: u32, b: [u8; 4] }
//! }
//! ```
//!
//! A field that is not there in the end.
//!
//! ```compile_fail,E0609
//! raw_serialise::plain_struct! {
//!     #[repr(C)]
//!     #[derive(Clone, Copy)]
//!     struct Bad { a: u32, #[cfg(any())] b: bool }
//! }
//! ```
