//@ revisions: twin refused
//@[twin] check-pass
//! Safe code cannot make a view of bytes that were not checked.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
pub struct Bad {
    text: String,
}

#[cfg(twin)]
pub fn text<'a>(view: BadRef<'a>) -> &'a str {
    view.text()
}

#[cfg(refused)]
pub fn text(bytes: &[u8]) -> &str {
    let at = core::ptr::NonNull::from(bytes).cast();
    BadRef(raw_serialise::stored::Ptr::new(at)).text() //~[refused] ERROR: associated function `new` is private
}
