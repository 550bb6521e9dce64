//! Many values: over a slice, over readers and writers, in chunks.
