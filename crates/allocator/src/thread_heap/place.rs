//! Where each thread keeps the pointer to its heap: a thread-local without a destructor, made in a `const`.
//!
//! In a program, reading it is one instruction. In a shared library it is a call (`__tls_get_addr`), because
//! the library may be loaded when threads run already, and then its thread-locals are wherever there was
//! room. A library that is loaded with the program has a place beside the program's own thread-locals, and
//! could ask for the distance once ("initial exec", Drepper, "ELF Handling For Thread-Local Storage", 2005).
//! Stable Rust cannot say so; the assembler can. The feature `initial-exec` switches that on.

use super::local::Local;

pub(crate) use imp::{get, set};

#[cfg(not(all(
    feature = "initial-exec",
    target_os = "linux",
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(miri)
)))]
mod imp {
    use super::Local;
    use crate::thread_heap::local::NOT_YET;
    use core::cell::Cell;

    std::thread_local! {
        static HEAP: Cell<*const Local> = const { Cell::new(&raw const NOT_YET) };
    }

    /// The calling thread's pointer.
    #[inline(always)]
    pub(crate) fn get() -> *const Local {
        HEAP.with(Cell::get)
    }

    /// Change it.
    pub(crate) fn set(heap: *const Local) {
        HEAP.set(heap);
    }
}

#[cfg(all(
    feature = "initial-exec",
    target_os = "linux",
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(miri)
))]
mod imp {
    use super::Local;
    use crate::thread_heap::local::NOT_YET;
    use core::arch::{asm, global_asm};

    // A thread-local of the size of a pointer, which begins as the address of `NOT_YET`. It has the name of
    // `NOT_YET` with something behind it: wherever this crate is compiled, that is another name.
    global_asm!(
        ".pushsection .tdata.{not_yet}_of_thread, \"awT\", @progbits",
        ".balign 8",
        ".globl {not_yet}_of_thread",
        ".hidden {not_yet}_of_thread",
        ".type {not_yet}_of_thread, @object",
        ".size {not_yet}_of_thread, 8",
        "{not_yet}_of_thread:",
        ".quad {not_yet}",
        ".popsection",
        not_yet = sym NOT_YET,
    );

    /// The calling thread's pointer.
    #[inline(always)]
    pub(crate) fn get() -> *const Local {
        let heap;
        // SAFETY: the linker puts the distance of the thread-local from the thread's base, which is in `fs`,
        // where the first instruction reads; the second reads the thread-local. Only this thread, by `set`,
        // writes to it, and that is a write to memory for the compiler.
        unsafe {
            asm!(
                "mov {heap}, qword ptr [rip + {not_yet}_of_thread@GOTTPOFF]",
                "mov {heap}, qword ptr fs:[{heap}]",
                heap = out(reg) heap,
                not_yet = sym NOT_YET,
                options(pure, readonly, nostack, preserves_flags),
            );
        }
        heap
    }

    /// Change it.
    pub(crate) fn set(heap: *const Local) {
        // SAFETY: as in `get`; what is written is the thread's own.
        unsafe {
            asm!(
                "mov {distance}, qword ptr [rip + {not_yet}_of_thread@GOTTPOFF]",
                "mov qword ptr fs:[{distance}], {heap}",
                distance = out(reg) _,
                heap = in(reg) heap,
                not_yet = sym NOT_YET,
                options(nostack, preserves_flags),
            );
        }
    }
}
