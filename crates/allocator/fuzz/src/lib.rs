//! The bodies of the targets. They lie beside the ordinary tests, which run them too.

#[path = "../../tests/targets/mod.rs"]
pub mod targets;
