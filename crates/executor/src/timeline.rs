//! What each worker did when, as a picture.

use crate::sync::{Mutex, lock};
use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A record of a run: which worker polled which task when, and when it slept.
///
/// Give it to [`Builder::timeline`](crate::Builder::timeline); look at it when the executor has ended, since each worker
/// keeps its part to itself until then. A clone is the same record.
///
/// # Cost
///
/// Two readings of the clock a poll, and 32 bytes. When a worker has recorded as much as it may, the rest of its run is not
/// recorded.
///
/// # Examples
///
/// ```
/// use executor::{Executor, Timeline};
///
/// let timeline = Timeline::new();
/// let executor = Executor::builder().workers(2).timeline(&timeline).build()?;
/// for _ in 0..10 {
///     executor.spawn(async { std::hint::black_box((0..100).sum::<u64>()) }).detach();
/// }
/// executor.join();
/// // For https://ui.perfetto.dev or chrome://tracing.
/// let trace = timeline.chrome_trace();
/// assert!(trace.starts_with('[') && trace.contains("\"poll\""));
/// // For a page.
/// assert!(timeline.svg(800).starts_with("<svg"));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct Timeline(Arc<Record>);

struct Record {
    start: Instant,
    most: usize,
    lanes: Mutex<Vec<Lane>>,
}

struct Lane {
    worker: usize,
    spans: Vec<Span>,
}

/// Something that took a while.
#[derive(Debug, Clone, Copy)]
struct Span {
    what: What,
    /// Since the record's start.
    start: Duration,
    length: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum What {
    /// A poll of the task at this address.
    Poll(usize),
    Sleep,
}

/// A worker's part, while it runs.
pub(crate) struct Recorder {
    timeline: Timeline,
    lane: Lane,
}

impl Timeline {
    /// An empty record, for up to a million polls and sleeps of each worker.
    pub fn new() -> Self {
        Self::with_capacity(1_000_000)
    }

    /// An empty record, for up to so many polls and sleeps of each worker.
    pub fn with_capacity(most: usize) -> Self {
        let record = Record { start: Instant::now(), most, lanes: Mutex::new(Vec::new()) };
        Self(Arc::new(record))
    }

    pub(crate) fn recorder(&self, worker: usize) -> Recorder {
        Recorder { timeline: self.clone(), lane: Lane { worker, spans: Vec::new() } }
    }

    /// In the format of Chrome's trace viewer, which Perfetto reads as well: a JSON array of complete events.
    pub fn chrome_trace(&self) -> String {
        let mut out = "[".to_owned();
        let mut separator = "";
        for lane in lock(&self.0.lanes).iter() {
            for span in &lane.spans {
                let (start, length) = (microseconds(span.start), microseconds(span.length));
                let (name, args) = match span.what {
                    What::Poll(task) => ("poll", format!("{{\"task\":\"{task:#x}\"}}")),
                    What::Sleep => ("sleep", "{}".to_owned()),
                };
                let event = format_args!(
                    "{separator}\n{{\"name\":\"{name}\",\"ph\":\"X\",\"pid\":1,\"tid\":{},\"ts\":{start},\
                     \"dur\":{length},\"args\":{args}}}",
                    lane.worker
                );
                // A `String` takes anything.
                let _ = out.write_fmt(event);
                separator = ",";
            }
        }
        out + "\n]\n"
    }

    /// As a drawing so many units wide: a row for each worker, a bar for each poll, coloured by its task, and a thin line
    /// where the worker slept.
    pub fn svg(&self, width: u32) -> String {
        const ROW: usize = 24;
        const LEFT: f64 = 70.0;
        let lanes = lock(&self.0.lanes);
        let spans = || lanes.iter().flat_map(|lane| &lane.spans);
        let first = spans().map(|span| span.start).min().unwrap_or_default();
        let end = spans().map(|span| span.start + span.length).max().unwrap_or_default();
        let scale = (f64::from(width) - LEFT) / (end - first).as_secs_f64().max(1e-9);
        let height = (lanes.len() + 1) * ROW;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"currentColor\">\n"
        );
        let mut line = |text: fmt::Arguments<'_>| {
            // A `String` takes anything.
            let _ = out.write_fmt(text);
            out.push('\n');
        };
        for (row, lane) in lanes.iter().enumerate() {
            let y = row * ROW;
            line(format_args!("<text x=\"0\" y=\"{}\">worker {}</text>", y + 16, lane.worker));
            for span in &lane.spans {
                let x = LEFT + (span.start - first).as_secs_f64() * scale;
                let w = (span.length.as_secs_f64() * scale).max(0.2);
                match span.what {
                    What::Poll(task) => line(format_args!(
                        "<rect x=\"{x:.2}\" y=\"{}\" width=\"{w:.2}\" height=\"16\" fill=\"hsl({} 60% 55%)\"/>",
                        y + 4,
                        hue(task)
                    )),
                    What::Sleep => line(format_args!(
                        "<rect x=\"{x:.2}\" y=\"{}\" width=\"{w:.2}\" height=\"2\" fill=\"#999\"/>",
                        y + 11
                    )),
                }
            }
        }
        let total = end - first;
        line(format_args!(
            "<text x=\"{LEFT}\" y=\"{}\">{total:.1?} in all</text>\n</svg>",
            height - 8
        ));
        out
    }
}

/// A colour for a task: near addresses get colours far apart (Knuth, *The Art of Computer Programming* 3, 6.4: the golden
/// ratio).
fn hue(task: usize) -> usize {
    (task >> 4).wrapping_mul(0x9e37_79b9) % 360
}

/// With the nanoseconds behind the point.
fn microseconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_micros(), time.subsec_nanos() % 1000)
}

impl Recorder {
    /// What began at `start` and ends now.
    pub(crate) fn record(&mut self, what: What, start: Instant, end: Instant) {
        let record = &self.timeline.0;
        if self.lane.spans.len() < record.most {
            let length = end - start;
            self.lane.spans.push(Span {
                what,
                start: start.saturating_duration_since(record.start),
                length,
            });
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let lane = Lane { worker: self.lane.worker, spans: std::mem::take(&mut self.lane.spans) };
        let mut lanes = lock(&self.timeline.0.lanes);
        lanes.push(lane);
        lanes.sort_by_key(|lane| lane.worker);
    }
}

impl Default for Timeline {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans = lock(&self.0.lanes).iter().map(|lane| lane.spans.len()).sum::<usize>();
        f.debug_struct("Timeline").field("spans", &spans).finish_non_exhaustive()
    }
}
