//@ revisions: twin refused
//@[twin] check-pass
//! A shared pointer.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad { //~[refused] ERROR: Rc<u64>` cannot be serialised
    text: String,
    #[cfg(twin)]
    a: Box<u64>,
    #[cfg(refused)]
    a: std::rc::Rc<u64>, //~[refused] ERROR: Rc<u64>` cannot be serialised
    //~[refused]^ ERROR: Rc<u64>` cannot be serialised
}
