//! A format in which byte order is value order.
