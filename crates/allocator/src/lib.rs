//! Allocators from four-byte slots to first fit, built from nothing and proven under Miri
