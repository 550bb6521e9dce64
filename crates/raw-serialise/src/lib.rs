//! The bytes of a plain value, to a file and back, without reading padding or breaking alignment
