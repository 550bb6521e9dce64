//! What a program did wrong, and the end of it.

use core::alloc::Layout;
use core::fmt;

/// What was found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    DoubleFree,
    NoBlock,
    WrongLayout,
    WrittenBehind,
    WrittenBefore,
    WrittenAfterFree,
}

/// What was found, and of which block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mistake {
    pub(crate) what: What,
    pub(crate) block: *const u8,
    /// The layout that it was allocated with, if that is known.
    pub(crate) had: Option<Layout>,
    /// The layout that it was given back with, if there was one.
    pub(crate) given: Option<Layout>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.what {
            What::DoubleFree => "a block was freed twice",
            What::NoBlock => "what was freed is no block of this allocator",
            What::WrongLayout => "a block came back with another layout",
            What::WrittenBehind => "something wrote behind the end of a block",
            What::WrittenBefore => "something wrote before the start of a block",
            What::WrittenAfterFree => "something wrote to a block after it was freed",
        })?;
        write!(f, ": {:#x}", self.block.addr())?;
        for (how, layout) in [("allocated", self.had), ("given back", self.given)] {
            if let Some(layout) = layout {
                let (size, align) = (layout.size(), layout.align());
                write!(f, ", {how} with size {size} and alignment {align}")?;
            }
        }
        Ok(())
    }
}

impl Mistake {
    /// Say what was found and end the program. It does not allocate, and nothing unwinds.
    #[cold]
    #[inline(never)]
    pub(crate) fn end(&self) -> ! {
        say_and_end(self)
    }
}

/// To the standard error, straight, in one piece.
#[cfg(feature = "std")]
fn say_and_end(mistake: &Mistake) -> ! {
    let text = crate::text::Text::<300>::of(format_args!("allocator: {mistake}\n"));
    #[cfg(unix)]
    {
        let bytes = text.as_bytes();
        // SAFETY: the buffer has this length. If nobody hears it, there is nothing to be done.
        unsafe { libc::write(libc::STDERR_FILENO, bytes.as_ptr().cast(), bytes.len()) };
    }
    #[cfg(not(unix))]
    {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    }
    std::process::abort()
}

/// To the program's panic handler, which knows where to say it. A panic cannot leave a function of another
/// language: if the handler unwinds, the program is aborted here.
#[cfg(not(feature = "std"))]
extern "C" fn say_and_end(mistake: &Mistake) -> ! {
    panic!("allocator: {mistake}")
}
