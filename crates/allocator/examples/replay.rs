//! Make the calls of a log again, to any allocator: how long it takes, how much it holds at the peak, in what
//! pieces, and a map of it.
//!
//! `cargo run --release -p allocator --example replay -- FILE [OPTIONS]`; `--help` lists the options. The
//! example `record` writes such a file.

use std::alloc::{GlobalAlloc, System};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::ptr::NonNull;
use std::time::Instant;

use allocator::log::{Plan, Run};
use allocator::map::{Map, Walk};
use allocator::{Classes, FirstFit, SlotAllocator, ThreadHeap, Tlsf};

const HELP: &str = "\
usage: replay FILE [OPTIONS]
  --allocator NAME   one of: system, first-fit, slots, tlsf, thread-heap; `all`, which is the default
  --threads          on as many threads as the log has, in its order
  --end              look at the allocator after the last call, not at the peak
  --text             draw a map of it
  --svg FILE         draw a map of it to a file, of one allocator";

// So that a map shows more than one corner: the smallest that may be enough.
static SMALL: FirstFit<{ 64 << 10 }> = FirstFit::new();
static MEDIUM: FirstFit<{ 1 << 20 }> = FirstFit::new();
static LARGE: FirstFit<{ 64 << 20 }> = FirstFit::new();
static SLOTS: SlotAllocator<256, 4096> = SlotAllocator::new();
static TLSF: Tlsf = Tlsf::new();
static THREAD_HEAP: ThreadHeap = ThreadHeap::new();

#[derive(Default)]
struct Options {
    file: PathBuf,
    allocator: Option<String>,
    threads: bool,
    end: bool,
    text: bool,
    svg: Option<PathBuf>,
}

impl Options {
    /// From the command line. None: help was asked for.
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        let value = |it: Option<String>, name| it.ok_or(format!("{name} needs a value"));
        while let Some(argument) = arguments.next() {
            match &*argument {
                "--help" | "-h" => return Ok(None),
                "--allocator" => options.allocator = Some(value(arguments.next(), "--allocator")?),
                "--threads" => options.threads = true,
                "--end" => options.end = true,
                "--text" => options.text = true,
                "--svg" => options.svg = Some(value(arguments.next(), "--svg")?.into()),
                flag if flag.starts_with('-') => return Err(format!("{flag} is no option")),
                file if options.file.as_os_str().is_empty() => options.file = file.into(),
                more => return Err(format!("one file at a time, not {more} as well")),
            }
        }
        if options.file.as_os_str().is_empty() {
            return Err("which file?".to_owned());
        }
        if options.svg.is_some() && options.allocator.is_none() {
            return Err("--svg needs --allocator".to_owned());
        }
        Ok(Some(options))
    }
}

/// Replay to `heap`, which may be looked through.
fn replay<A: GlobalAlloc + Sync>(
    name: &str,
    heap: &'static A,
    walk: Option<&dyn Walk>,
    plan: &Plan,
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let report = if options.threads {
        plan.run_on_threads(heap, plan.threads().min(256))
    } else {
        let mut run = Run::new(plan, heap);
        run.advance(plan.calls());
        run.report()
    };
    let time = start.elapsed();
    let each = time / u32::try_from(plan.calls().max(1)).unwrap_or(u32::MAX);
    println!("{name}: {time:.1?}, {each:?} a call; {} calls failed", report.failed);
    if report.damaged != 0 {
        return Err(format!("{} blocks were damaged: blocks overlap", report.damaged).into());
    }
    let Some(walk) = walk else { return Ok(()) };

    // Once more, up to where it is looked at.
    let mut run = Run::new(plan, heap);
    run.advance(if options.end { plan.calls() } else { plan.peak_at() });
    println!("{}", walk.stats());
    let classes = Classes::of(walk);
    if !classes.as_slice().is_empty() {
        println!("{classes}");
    }
    // On the heap: it is large. The allocator that is looked at is another one.
    let map = Box::new(Map::<1024>::of(walk));
    if options.text {
        println!("{}", map.text(64));
    }
    if let Some(path) = &options.svg {
        let moment = if options.end { "at the end" } else { "at the peak" };
        std::fs::write(path, map.svg(64, &format!("The memory of {name} {moment}")).to_string())?;
        println!("map: {}", path.display());
    }
    Ok(())
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let path = options.file.display();
    let file = std::fs::read(&options.file).map_err(|error| format!("{path}: {error}"))?;
    let plan = Plan::of_file(&file).map_err(|error| format!("{path}: {error}"))?;
    let (calls, threads, peak) = (plan.calls(), plan.threads(), plan.peak());
    println!("{path}: {calls} calls by {threads} threads");
    println!("at most {peak} bytes at once, after call {}", plan.peak_at());
    if plan.unexplained() != 0 {
        println!("events were lost: {} more were passed over", plan.unexplained());
    }
    let wanted = options.allocator.as_deref().unwrap_or("all");
    let mut found = false;
    let mut is_wanted = |name| {
        let wanted = wanted == "all" || wanted == name;
        found |= wanted;
        wanted
    };
    if is_wanted("system") {
        replay("system", &System, None, &plan, options)?;
    }
    if is_wanted("first-fit") {
        match plan.peak() {
            0..32_768 => replay("first-fit", &SMALL, Some(&SMALL), &plan, options)?,
            32_768..524_288 => replay("first-fit", &MEDIUM, Some(&MEDIUM), &plan, options)?,
            _ => replay("first-fit", &LARGE, Some(&LARGE), &plan, options)?,
        }
    }
    if is_wanted("slots") {
        replay("slots", &SLOTS, Some(&SLOTS), &plan, options)?;
    }
    if is_wanted("tlsf") {
        // A region that is twice what is needed, for as long as the program runs.
        let region = vec![0_u64; plan.peak().min(u32::MAX as usize) / 4 + 1024].leak();
        let (start, size) = (NonNull::from(&mut *region).cast(), size_of_val(region));
        // SAFETY: nobody else has it.
        unsafe { TLSF.add_region(start, size) }?;
        replay("tlsf", &TLSF, Some(&TLSF), &plan, options)?;
    }
    if is_wanted("thread-heap") {
        replay("thread-heap", &THREAD_HEAP, Some(&THREAD_HEAP), &plan, options)?;
    }
    if found { Ok(()) } else { Err(format!("no allocator is called {wanted}\n{HELP}").into()) }
}

fn main() -> ExitCode {
    let result = match Options::read(std::env::args().skip(1)) {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            println!("{HELP}");
            Ok(())
        }
        Err(error) => Err(format!("{error}\n{HELP}").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
