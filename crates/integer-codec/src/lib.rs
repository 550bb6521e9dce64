//! Integers of every width in as few bytes as they need
