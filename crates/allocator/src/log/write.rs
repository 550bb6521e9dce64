//! Events as lines of a file, and on the terminal. Each is formatted on the stack.

use core::fmt;

use super::{Event, Kind};
#[cfg(feature = "std")]
use crate::text::Text;

/// The first line of a file.
pub(super) const HEADER: &str = "allocator-log 1";

/// The letter of each kind: its first field in a file.
pub(super) const LETTERS: [(u8, Kind); 6] = [
    (b'a', Kind::Alloc),
    (b'z', Kind::AllocZeroed),
    (b'd', Kind::Dealloc),
    (b'r', Kind::Realloc),
    (b'm', Kind::Reallocated),
    (b'f', Kind::Failed),
];

/// Whether lines of this kind have a new size, and a new address.
pub(super) fn has_new(kind: Kind) -> (bool, bool) {
    match kind {
        Kind::Alloc | Kind::AllocZeroed | Kind::Dealloc => (false, false),
        Kind::Realloc | Kind::Failed => (true, false),
        Kind::Reallocated => (true, true),
    }
}

/// An event as a line of a file, without its end. Six numbers and `f`: less than 140 bytes.
pub(super) struct Line<'a>(pub(super) &'a Event);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Event { kind, thread, address, size, align, new_size, new_address, time, .. } = *self.0;
        let letter = LETTERS.iter().find(|it| it.1 == kind).map_or('?', |it| it.0.into());
        write!(f, "{letter} {thread} {address:x} {size} {align}")?;
        let (size, address) = has_new(kind);
        if size {
            write!(f, " {new_size}")?;
        }
        if address {
            write!(f, " {new_address:x}")?;
        }
        if time != 0 {
            write!(f, " @{time}")?;
        }
        Ok(())
    }
}

/// Write events to a file, in the form that [the module](super) describes.
///
/// Nothing is allocated here: each line is formatted on the stack and written in one piece. What the writer
/// underneath does is its own affair; a `BufWriter` allocates when it is made, and not later.
///
/// ```
/// use std::alloc::{GlobalAlloc, Layout, System};
/// use allocator::log::{LogReader, LogWriter, Logged};
///
/// static HEAP: Logged<System, 16> = Logged::new(System);
/// let layout = Layout::new::<[u64; 4]>();
/// let block = unsafe { HEAP.alloc(layout) };
/// unsafe { HEAP.dealloc(block, layout) };
///
/// let mut file = LogWriter::new(Vec::new())?;
/// let mut result = Ok(());
/// HEAP.log().drain(|event| {
///     if result.is_ok() {
///         result = file.write(&event);
///     }
/// });
/// result?;
/// let file = file.into_inner();
/// assert_eq!(LogReader::new(&file)?.count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "std")]
#[derive(Debug)]
pub struct LogWriter<W> {
    inner: W,
    /// What the file says of lost events so far.
    lost: usize,
}

#[cfg(feature = "std")]
impl<W: std::io::Write> LogWriter<W> {
    /// Begin a file.
    ///
    /// # Errors
    ///
    /// Those of `inner`.
    pub fn new(mut inner: W) -> std::io::Result<Self> {
        inner.write_all(Text::<32>::of(format_args!("{HEADER}\n")).as_bytes())?;
        Ok(Self { inner, lost: 0 })
    }

    /// Write an event, and before it how many were lost, if some were since the last.
    ///
    /// # Errors
    ///
    /// Those of the writer underneath.
    pub fn write(&mut self, event: &Event) -> std::io::Result<()> {
        self.lost(event.lost)?;
        self.inner.write_all(Text::<192>::of(format_args!("{}\n", Line(event))).as_bytes())
    }

    /// Write that `count` events were lost since the log began, if that is news: for those lost after the
    /// last that was drained.
    ///
    /// # Errors
    ///
    /// Those of the writer underneath.
    pub fn lost(&mut self, count: usize) -> std::io::Result<()> {
        if count > self.lost {
            self.inner.write_all(Text::<32>::of(format_args!("l {count}\n")).as_bytes())?;
            self.lost = count;
        }
        Ok(())
    }

    /// The writer underneath.
    pub fn into_inner(self) -> W {
        self.inner
    }
}

/// Print an event to the standard error output without allocating: it is formatted on the stack, and
/// written in one piece. Errors are ignored.
///
/// ```
/// use std::alloc::System;
/// use allocator::log::{Logged, print};
///
/// #[global_allocator]
/// static HEAP: Logged<System, 256> = Logged::new(System);
///
/// HEAP.log().drain(|event| print(&event));
/// ```
#[cfg(feature = "std")]
pub fn print(event: &Event) {
    use std::io::Write;
    let line = Text::<256>::of(format_args!("{event}\n"));
    // Not `eprintln!`: under a test harness that allocates.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
