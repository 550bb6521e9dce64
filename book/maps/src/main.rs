//! The heap maps of the chapter on allocators: the same work on each of them, and a look at what is left.
//!
//! `cargo run -p maps` draws `map-NAME.svg` beside the pages, and writes what `Stats` says to
//! `map-NAME.txt`. The test compares those files with what comes out now.

use std::alloc::{GlobalAlloc, Layout};
use std::path::PathBuf;
use std::process::ExitCode;

use allocator::map::{Extent, Map, State, Walk};
use allocator::{FirstFit, StaticRegion, ThreadHeap, Tlsf};

/// The memory of the arenas.
const BYTES: usize = 256 << 10;

static FIRST_FIT: FirstFit<BYTES> = FirstFit::new();
static REGION: StaticRegion<BYTES> = StaticRegion::new();
static TLSF: Tlsf = Tlsf::with_region(&REGION);
// This program's own blocks come from the system, so the heap has those of the work and no others.
static THREAD_HEAP: ThreadHeap = ThreadHeap::new();

/// What a file beside the pages is called, and what is in it.
type File = (String, String);

/// Numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    /// Less than `bound`.
    fn below(&mut self, bound: usize) -> usize {
        // Marsaglia, "Xorshift RNGs", 2003.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// Blocks of 16 to 1,024 bytes come and go until 20,000 were given out, three quarters of the arena at a time;
/// then two thirds of them are freed. What is still in use at the end stays so: that is what is drawn.
fn work(heap: &dyn GlobalAlloc) {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut live: Vec<(*mut u8, Layout)> = Vec::new();
    let mut bytes = 0;
    let free_one = |live: &mut Vec<(*mut u8, Layout)>, random: &mut Random| {
        let (block, layout) = live.swap_remove(random.below(live.len()));
        // SAFETY: it came from this heap with this layout, and is in the list no more.
        unsafe { heap.dealloc(block, layout) };
        layout.size()
    };
    for _ in 0..20_000 {
        let layout = Layout::array::<u8>(16 + random.below(1009)).expect("a small layout");
        while bytes + layout.size() > BYTES / 4 * 3 {
            bytes -= free_one(&mut live, &mut random);
        }
        // SAFETY: the size is not 0.
        let block = unsafe { heap.alloc(layout) };
        if !block.is_null() {
            bytes += layout.size();
            live.push((block, layout));
        }
    }
    for _ in 0..live.len() / 3 * 2 {
        free_one(&mut live, &mut random);
    }
}

/// The map of a heap, its statistics, and the number of pieces in which memory is free.
fn draw(name: &str, title: &str, heap: &dyn Walk) -> [File; 2] {
    let map = Box::new(Map::<1024>::of(heap));
    let mut pieces = 0;
    heap.walk(&mut |extent: Extent| pieces += usize::from(extent.state == State::Free));
    let svg = format!("{}\n", map.svg(64, title));
    // Pages are not counted: what is free in a page is not told.
    let pieces = if pieces == 0 { String::new() } else { format!("free pieces  {pieces:>10}\n") };
    let stats = format!("{}\n{pieces}", heap.stats());
    [(format!("map-{name}.svg"), svg), (format!("map-{name}.txt"), stats)]
}

/// All files, as they should be.
fn files() -> Vec<File> {
    work(&FIRST_FIT);
    work(&TLSF);
    work(&THREAD_HEAP);
    let text = Map::<512>::of(&FIRST_FIT).text(64).to_string();
    // Without the first line, in which there is an address.
    let text = text.split_once('\n').map_or(String::new(), |it| format!("{}\n", it.1));
    let all = [
        draw("first-fit", "The arena of FirstFit after the work: holes everywhere", &FIRST_FIT),
        draw("tlsf", "The region of Tlsf after the same work", &TLSF),
        draw("thread-heap", "A segment of ThreadHeap after the same work: pages", &THREAD_HEAP),
    ];
    let text = ("map-terminal.txt".to_owned(), text);
    all.into_iter().flatten().chain([text]).collect()
}

/// Beside the pages of the chapter.
fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../src/allocator", name].iter().collect()
}

fn main() -> ExitCode {
    for (name, text) in files() {
        if let Err(error) = std::fs::write(path(&name), text) {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
        println!("book/src/allocator/{name}");
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::{files, path};

    #[test]
    #[cfg_attr(miri, ignore = "it reads files, and the work takes long")]
    #[cfg_attr(
        not(all(target_os = "linux", target_pointer_width = "64")),
        ignore = "drawn on 64-bit Linux; elsewhere headers and what the system gets back differ"
    )]
    fn the_book_shows_what_is_drawn_now() {
        for (name, text) in files() {
            let shown = std::fs::read_to_string(path(&name)).expect("the file is beside the page");
            assert!(shown == text, "{name} is old: `cargo run -p maps` draws it again");
        }
    }
}
