//! Statistics, and the heap map: of a heap that shows whatever it is told to, byte by byte beside it.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout};
use std::ptr::NonNull;

use allocator::map::{Cell, Extent, Map, State, Walk};
use allocator::{Class, Classes, FirstFit, SlotAllocator, Stats, Tlsf};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// A heap of nothing but what it shows.
struct Shown(Vec<Extent>);

impl Walk for Shown {
    fn walk(&self, visit: &mut dyn FnMut(Extent)) {
        self.0.iter().copied().for_each(visit);
    }

    fn for_each_class(&self, visit: &mut dyn FnMut(Class)) {
        for size in 1..=200 {
            visit(Class { size: 16 * size, live: size % 3, free: size % 2 });
        }
    }
}

const FREE: State = State::Free;
const LIVE: State = State::Live;
const BOOK: State = State::Book;
const RETURNED: State = State::Returned;

/// A region from `address` on.
fn region(address: usize, pieces: &[(usize, State)]) -> Vec<Extent> {
    let mut end = address;
    let extent = |&(size, state)| {
        end += size;
        Extent { address: end - size, size, state }
    };
    pieces.iter().map(extent).collect()
}

fn shown() -> Shown {
    let first = region(
        0x1000,
        &[(64, BOOK), (200, LIVE), (56, FREE), (80, LIVE), (400, FREE), (96, RETURNED)],
    );
    let second = region(0x9000, &[(16, BOOK), (100, State::Page { block: 20, live: 60 })]);
    Shown([first, second].concat())
}

#[test]
fn a_walk_is_counted() {
    let stats = Stats::of_walk(&shown());
    assert_eq!(stats.capacity, 200 + 56 + 80 + 400 + 100);
    assert_eq!(stats.used, 280 + 60);
    assert_eq!(stats.free(), 456 + 40);
    assert_eq!(stats.largest_free, 400);
    assert_eq!(stats.held, Some(stats.capacity + 64 + 16));
    assert_eq!(stats.blocks, Some(2 + 3));
    assert_eq!(stats.external_fragmentation(), 1.0 - 400.0 / 496.0);
    assert_eq!(stats.internal_fragmentation(), None);
}

#[test]
fn fragmentation_of_nothing_is_none() {
    assert_eq!(Stats::EMPTY.external_fragmentation(), 0.0);
    assert_eq!(Stats::EMPTY.internal_fragmentation(), None);
    let mut stats = Stats::EMPTY;
    stats.requested = Some(0);
    assert_eq!(stats.internal_fragmentation(), Some(0.0));
}

#[test]
fn stats_print_as_a_table() {
    let mut stats = Stats::of_walk(&shown());
    (stats.requested, stats.peak) = (Some(255), Some(836));
    assert_eq!(
        stats.to_string(),
        "\
capacity          836 B   of 916 B held
used              340 B   40.7 %, in 5 blocks
requested         255 B   internal fragmentation 25.0 %
free              496 B   59.3 %
largest free      400 B   external fragmentation 19.4 %
peak              836 B   100.0 %"
    );
    assert_eq!(
        Stats::EMPTY.to_string(),
        "\
capacity            0 B
used                0 B   0.0 %
free                0 B   0.0 %
largest free        0 B   external fragmentation 0.0 %"
    );
}

#[test]
fn classes_are_collected_and_printed() {
    let classes = Classes::of(&shown());
    // Of the 200, those whose number is a multiple of 6 are empty.
    assert_eq!(classes.as_slice().len(), Classes::MOST);
    assert_eq!(classes.left_out(), 200 - 200 / 6 - Classes::MOST);
    let text = classes.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "      size      live      free       used     full");
    assert_eq!(lines[2], "      32 B         2         0       64 B  100.0 %");
    assert_eq!(lines[5], "      80 B         2         1      160 B   66.7 %");
    assert_eq!(lines[Classes::MOST + 1], "and 39 classes more");
}

#[test]
fn a_map_as_text() {
    let map = Map::<64>::of(&shown());
    assert_eq!(map.cell_size(), 16);
    assert_eq!(
        map.text(32).to_string(),
        "\
896 B at 0x1000
         0 |####████████████▒···█████·······|
       512 |··················------        |
116 B at 0x9000
         0 |#▒▒▒▒▒▒▓|
a cell is 16 B: █ given out  ▓▒░ in part  · free  # books  - given back to the system"
    );
    let map = Map::<8>::of(&shown());
    assert_eq!(map.cell_size(), 128);
    assert_eq!(map.text(16).to_string().lines().nth(1).unwrap(), "         0 |██▒░··-|");
}

#[test]
fn a_map_as_svg() {
    let map = Map::<64>::of(&shown());
    let svg = map.svg(32, "before & after <all>\n").to_string();
    assert!(svg.starts_with("<svg viewBox=\"0 0 721 108\" role=\"img\" "), "{svg}");
    assert!(svg.contains("<title>before &amp; after &lt;all> </title>"));
    assert!(svg.ends_with("</svg>"));
    assert!(svg.lines().all(|line| !line.trim().is_empty()), "a blank line ends HTML in Markdown");
    // Runs of a shade, a frame for each of three rows, five samples.
    assert_eq!(svg.matches("<rect").count(), 6 + 2 + 3 + 3 + 5);
    assert_eq!(svg.matches("<text").count(), 3 + 5 + 1);
    // The first row: 4, 12, 1, 3, 5, 7 cells of 32 in 630 units.
    assert!(
        svg.contains("<rect x=\"168.75\" y=\"0\" width=\"236.25\" height=\"16\" fill=\"#d9822b\"")
    );
    // What is not there is not explained.
    let only_free = Map::<4>::of(&Shown(region(64, &[(64, FREE)]))).svg(4, "").to_string();
    assert!(only_free.contains(">free<") && !only_free.contains(">books<"));
}

#[test]
fn regions_without_a_cell_are_left_out_and_counted() {
    let heap: Vec<_> =
        (0..6).flat_map(|n| region(n * 0x1000, &[(100, LIVE), (100, FREE)])).collect();
    let map = Map::<4>::of(&Shown(heap.clone()));
    assert_eq!(map.regions().count(), 4);
    assert_eq!(map.left_out(), 2 * 200);
    assert!(map.cells().iter().all(|cell| (cell.live, cell.free) == (100, 100)));
    assert!(map.text(8).to_string().contains("\nand 400 B in further regions\n"));
    let map = Map::<0>::of(&Shown(heap));
    assert_eq!((map.cells().len(), map.left_out()), (0, 6 * 200));
}

#[test]
fn an_extent_of_all_addresses() {
    let all = Extent { address: 0, size: usize::MAX, state: State::Page { block: 1, live: 7 } };
    let map = Map::<3>::of(&Shown(vec![all]));
    assert_eq!(map.cells().iter().map(Cell::size).sum::<usize>(), usize::MAX);
    assert!(!map.text(3).to_string().is_empty());
    // There is no cell of two bytes to the power of the bits of an address.
    let map = Map::<1>::of(&Shown(vec![all]));
    assert_eq!(map.left_out(), usize::MAX);
}

#[test]
fn slots_are_shown() {
    let slots = SlotAllocator::<48, 10>::new();
    let layout = Layout::new::<[u64; 6]>();
    let blocks = [(); 4].map(|()| {
        // SAFETY: the size is not 0.
        unsafe { slots.alloc(layout) }
    });
    // SAFETY: it came from there, with this layout.
    unsafe { slots.dealloc(blocks[1], layout) };
    let mut extents = Vec::new();
    slots.walk(&mut |extent| extents.push(extent));
    let expected = [LIVE, FREE, LIVE, LIVE, FREE, FREE, FREE, FREE, FREE, FREE];
    let first = extents[0].address;
    // Under Miri the blocks that a program gets are Miri's own.
    assert!(cfg!(miri) || blocks[0].addr() == first);
    for (slot, (extent, state)) in extents.iter().zip(expected).enumerate() {
        let address = first + slot * 48;
        assert_eq!(*extent, Extent { address, size: 48, state });
    }
    assert_eq!(extents.len(), 10);
    let stats = slots.stats();
    assert_eq!((stats.used, stats.free(), stats.largest_free), (144, 336, 48));
    assert_eq!(Classes::of(&slots).as_slice(), [Class { size: 48, live: 3, free: 7 }]);
    for slot in [0, 2, 3] {
        // SAFETY: as above.
        unsafe { slots.dealloc(blocks[slot], layout) };
    }
}

/// Each block that is live is shown as live, each byte of the heap is shown once, and the sums are those that
/// the heap itself knows.
fn shows_what_it_has<A: GlobalAlloc + Walk>(heap: &A) {
    let mut blocks = Vec::new();
    for number in 1..60_usize {
        let layout = Layout::from_size_align(number * 37 % 300 + 1, 1 << (number % 6)).unwrap();
        // SAFETY: the size is not 0.
        let block = unsafe { heap.alloc(layout) };
        if !block.is_null() {
            blocks.push((block, layout));
        }
        if number % 3 == 0 {
            let (block, layout) = blocks.swap_remove(number * 7 % blocks.len());
            // SAFETY: it came from there, with this layout.
            unsafe { heap.dealloc(block, layout) };
        }
        let mut extents = Vec::new();
        heap.walk(&mut |extent| extents.push(extent));
        let is_shown = |address| {
            let found =
                extents.iter().filter(|it| (it.address..it.address + it.size).contains(&address));
            found.map(|it| it.state).collect::<Vec<_>>() == [LIVE]
        };
        if cfg!(not(miri)) {
            // Under Miri the blocks that a program gets are Miri's own.
            for (block, layout) in &blocks {
                assert!(is_shown(block.addr()) && is_shown(block.addr() + layout.size() - 1));
            }
        }
        assert!(extents.iter().all(|it| it.size != 0));
        let (known, counted) = (heap.stats(), Stats::of_walk(heap));
        assert_eq!((known.capacity, known.used), (counted.capacity, counted.used));
        assert!(known.largest_free <= counted.largest_free);
        let sizes = extents.iter().filter(|it| it.state != BOOK).map(|it| it.size);
        assert_eq!(known.capacity, sizes.sum::<usize>());
    }
    for (block, layout) in blocks {
        // SAFETY: as above.
        unsafe { heap.dealloc(block, layout) };
    }
}

#[test]
fn first_fit_is_shown() {
    let heap = Box::new(FirstFit::<8000>::new());
    shows_what_it_has(&*heap);
    let mut extents = Vec::new();
    heap.walk(&mut |extent| extents.push((extent.size, extent.state)));
    assert_eq!(extents, [(8000, FREE)], "one piece");
    assert!(Map::<16>::of(&FirstFit::<0>::new()).cells().is_empty());
    let layout = Layout::from_size_align(7970, 1).unwrap();
    // SAFETY: the size is not 0.
    let block = unsafe { heap.alloc(layout) };
    extents.clear();
    heap.walk(&mut |extent| extents.push((extent.size, extent.state)));
    assert_eq!(extents, [(7984, LIVE), (16, FREE)]);
    // SAFETY: as above.
    let last = unsafe { heap.alloc(Layout::new::<u128>()) };
    extents.clear();
    heap.walk(&mut |extent| extents.push((extent.size, extent.state)));
    assert_eq!(extents, [(8000, LIVE)], "without headers neighbours are one piece");
    for (block, layout) in [(block, layout), (last, Layout::new::<u128>())] {
        // SAFETY: it came from there, with this layout.
        unsafe { heap.dealloc(block, layout) };
    }
}

#[test]
fn tlsf_is_shown_region_by_region() {
    let mut memory = [vec![0_u64; 700], vec![0_u64; 400]];
    let heap = Tlsf::new();
    for memory in &mut memory {
        let (start, length) = (NonNull::from(&mut memory[..]).cast(), 8 * memory.len() - 3);
        // SAFETY: the bytes live longer than the heap, and nobody else uses them.
        unsafe { heap.add_region(start, length) }.unwrap();
    }
    shows_what_it_has(&heap);
    let map = Map::<256>::of(&heap);
    let mut regions: Vec<_> =
        map.regions().map(|it| (it[0].address, it.iter().map(Cell::size).sum::<usize>())).collect();
    let mut expected = memory.map(|it| (it.as_ptr().addr(), 8 * it.len() - 3));
    regions.sort_unstable();
    expected.sort_unstable();
    assert_eq!(regions, expected, "all of it, with the books");
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![Just(FREE), Just(LIVE), Just(BOOK), Just(RETURNED)]
}

fn heap() -> impl Strategy<Value = Vec<Vec<(usize, State)>>> {
    let (size, pieces) = if cfg!(miri) { (60_usize, 5) } else { (300, 12) };
    let region = prop::collection::vec((1..size, state()), 1..pieces);
    prop::collection::vec(region, 1..8)
}

/// The cells of the heap, from one list of bytes a region.
fn expected<const N: usize>(heap: &[Vec<(usize, State)>]) -> (usize, Vec<Cell>) {
    let bytes: Vec<Vec<State>> = heap
        .iter()
        .map(|it| it.iter().flat_map(|&(size, state)| vec![state; size]).collect())
        .collect();
    let mut size = 16;
    while bytes.iter().map(|it| it.len().div_ceil(size)).sum::<usize>() > N {
        size *= 2;
    }
    let mut cells = Vec::new();
    for (number, region) in bytes.iter().enumerate() {
        for (index, bytes) in region.chunks(size).enumerate() {
            let count = |state| bytes.iter().filter(|&&it| it == state).count();
            cells.push(Cell {
                address: (number + 1) * 0x10_0000 + index * size,
                begins: index == 0,
                live: count(LIVE),
                free: count(FREE),
                book: count(BOOK),
                returned: count(RETURNED),
            });
        }
    }
    (size, cells)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_byte_is_in_its_cell(heap in heap()) {
        let regions = heap.iter().enumerate();
        let shown = Shown(regions.flat_map(|(n, it)| region((n + 1) * 0x10_0000, it)).collect());
        let map = Map::<9>::of(&shown);
        let (size, cells) = expected::<9>(&heap);
        prop_assert_eq!(map.cell_size(), size);
        prop_assert_eq!(map.cells(), &*cells);
        prop_assert_eq!(map.left_out(), 0);
        let map = Map::<40>::of(&shown);
        let (size, cells) = expected::<40>(&heap);
        prop_assert_eq!(map.cell_size(), size);
        prop_assert_eq!(map.cells(), &*cells);
    }

    #[test]
    fn a_page_is_spread_over_its_cells(size in 1_usize..10_000, live in 0_usize..10_000) {
        let live = live.min(size);
        let page = Extent { address: 0x1000, size, state: State::Page { block: 8, live } };
        let map = Map::<7>::of(&Shown(vec![page]));
        prop_assert_eq!(map.cells().iter().map(|cell| cell.live).sum::<usize>(), live);
        prop_assert_eq!(map.cells().iter().map(Cell::size).sum::<usize>(), size);
        for cell in map.cells() {
            let share = live as f64 * cell.size() as f64 / size as f64;
            prop_assert!((cell.live as f64 - share).abs() <= 1.0, "{:?}", cell);
        }
    }
}
