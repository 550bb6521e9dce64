//! Events to `tracing`.

use super::EventLog;

impl<const N: usize> EventLog<N> {
    /// [`drain`](Self::drain), and give each event to `tracing`: level `TRACE`, target `allocator`, its fields
    /// those of the [`Event`](super::Event), with `kind` as text. How many events it was.
    ///
    /// A subscriber may allocate, also with the allocator that this is the log of: those calls are drained the
    /// next time. A program that drains in a loop drains its own drainings, so it should do it now and then.
    pub fn drain_to_tracing(&self) -> usize {
        self.drain(|event| {
            tracing::trace!(
                target: "allocator",
                sequence = event.sequence,
                lost = event.lost,
                time = event.time,
                thread = event.thread,
                kind = %event.kind,
                address = event.address,
                size = event.size,
                align = event.align,
                new_size = event.new_size,
                new_address = event.new_address,
            );
        })
    }
}
