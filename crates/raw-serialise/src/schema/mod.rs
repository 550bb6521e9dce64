#![allow(missing_docs, missing_debug_implementations)]
// stub
use alloc::string::String; use alloc::vec::Vec; use core::fmt;
pub struct Schema(String);
#[derive(Debug)] pub struct Difference; #[derive(Debug)] pub struct ConvertError;
impl fmt::Display for Difference { fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
impl fmt::Display for ConvertError { fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
impl core::error::Error for ConvertError {}
impl Schema { pub fn of_type(t: &'static crate::stored::Type, many: bool) -> Self { Self(alloc::format!("{many} {t:?}")) } pub fn text(&self) -> String { self.0.clone() } pub fn parse(s: &str) -> Result<Self, ConvertError> { Ok(Self(s.into())) } }
pub fn fingerprint(s: &str) -> u128 { twox_hash::XxHash3_128::oneshot(s.as_bytes()) }
pub fn differences(_: &Schema, _: &Schema) -> Vec<Difference> { Vec::new() }
