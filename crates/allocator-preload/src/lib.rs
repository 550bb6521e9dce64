//! `malloc` and its family over [`ThreadHeap`], as a shared library: put in front of a
//! program's libraries, it is the program's allocator.
//!
//! ```text
//! cargo build --release -p allocator-preload
//! LD_PRELOAD=target/release/liballocator_preload.so program
//! ```
//!
//! # What it promises
//!
//! - Each function does what its manual page says, errors included, and where the page leaves a choice, what
//!   the GNU C library does. Every block is aligned to 16 bytes, and `malloc(0)` is a block of its own.
//! - It may be called at any time: before `main`, by the dynamic linker, in a thread that is about to end, in
//!   the child of a `fork` whose parent had many threads. Whatever a function of the C library allocated
//!   (`strdup`, `getline`, `asprintf`) the program may free.
//! - `free` leaves `errno` alone.
//! - Nothing in here calls the functions it exports. Nothing unwinds into the program: a panic in an
//!   `extern "C"` function aborts.
//!
//! # What it does not do
//!
//! It does not check what it is given: a block that is freed twice, or that came from elsewhere, is undefined
//! behaviour, as with any `malloc`; with the feature `hardening` it ends the program, and says why. None of
//! the functions may be called in a signal handler. Programs that are linked statically, or are setuid, or bring an allocator of their own, do not notice it. `mallopt`,
//! `malloc_trim`, `mallinfo` and their kind are still those of the C library: they talk of its heap, which is
//! empty. A program that mixes the functions here with others of another allocator's own (`mallocx` and
//! `dallocx`, `mi_malloc`) gives blocks to the wrong one.
//!
//! # Modules
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|
//! | `plain` | `malloc`, `calloc`, `realloc`, `reallocarray`, `free`, `cfree`, `malloc_usable_size` | yes |
//! | `aligned` | `posix_memalign`, `aligned_alloc`, `memalign`, `valloc`, `pvalloc` | yes |
//! | `errno` | the error number of the thread | yes |

#![cfg(target_os = "linux")]

pub mod aligned;
mod errno;
pub mod plain;

use core::alloc::Layout;

#[cfg(feature = "hardening")]
use allocator::Hardened;
use allocator::ThreadHeap;

/// The process's heap.
#[cfg(not(feature = "hardening"))]
static HEAP: ThreadHeap = ThreadHeap::new();

/// The process's heap, which does not trust the program.
#[cfg(feature = "hardening")]
static HEAP: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new()).with_guard_pages(128 << 10);

/// The alignment of every block, whatever its size: what the C library gives, and what programs rely on.
const ALIGN: usize = 16;

/// The dynamic linker calls this before any other library's (build.rs asks for it). The heap's handler for `fork` is
/// registered with the first block, so it is the first of all handlers: what others do in a child, they do on
/// a heap that is whole.
#[used]
#[unsafe(link_section = ".init_array")]
static START: extern "C" fn() = {
    extern "C" fn start() {
        // SAFETY: none is needed.
        let block = unsafe { plain::malloc(1) };
        // SAFETY: nobody has seen it.
        unsafe { plain::free(block) };
    }
    start
};

/// The layout of a block. A size of 0 is 1: every block has an address of its own. `None`: no memory can be as
/// large as that.
#[inline(always)]
fn layout(size: usize, align: usize) -> Option<Layout> {
    Layout::from_size_align(size.max(1), align).ok()
}

/// A layout that a block has: with what it may use, or the one that it was allocated with.
///
/// # Safety
///
/// `block` is a live block of this library.
#[inline(always)]
unsafe fn layout_of(block: *const u8) -> Layout {
    #[cfg(feature = "hardening")]
    // SAFETY: the caller's promise.
    return unsafe { HEAP.layout_of(block) };
    #[cfg(not(feature = "hardening"))]
    {
        // SAFETY: the caller's promise.
        let usable = unsafe { HEAP.usable_size(block) };
        // SAFETY: the size of a block that exists, and a power of two.
        unsafe { Layout::from_size_align_unchecked(usable, ALIGN) }
    }
}
