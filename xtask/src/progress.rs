//! What the user sees while something runs: one line that changes, or plain lines in a log.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Longer lines would wrap on a small terminal, and a wrapped line cannot be taken back.
const WIDTH: usize = 78;

/// The progress of one piece of work, on standard error.
#[derive(Debug)]
pub(crate) struct Progress {
    terminal: bool,
    start: Instant,
    shown: Mutex<bool>,
}

impl Progress {
    /// A line that changes if standard error is a terminal.
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { terminal, start: Instant::now(), shown: Mutex::new(false) }
    }

    /// Whether there is a line that changes.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Replace the line that changes. Nothing happens where there is no terminal.
    pub(crate) fn now(&self, text: &str) {
        if self.terminal {
            let mut shown = self.shown.lock().unwrap_or_else(|poison| poison.into_inner());
            let line = format!("{text}  {}", seconds(self.start.elapsed()));
            let line: String = line.chars().take(WIDTH).collect();
            eprint!("\r\x1b[K{line}");
            let _ = std::io::stderr().flush();
            *shown = true;
        }
    }

    /// Write lines that stay.
    pub(crate) fn say(&self, text: &str) {
        let mut shown = self.shown.lock().unwrap_or_else(|poison| poison.into_inner());
        if *shown {
            eprint!("\r\x1b[K");
            *shown = false;
        }
        eprintln!("{text}");
    }

    /// Take the line that changes away.
    pub(crate) fn clear(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(|poison| poison.into_inner());
        if *shown {
            eprint!("\r\x1b[K");
            let _ = std::io::stderr().flush();
            *shown = false;
        }
    }

    /// How long it has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A time for people: `0.4 s`, `12.3 s`, `4 min 05 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 99.95 {
        format!("{seconds:.1} s")
    } else {
        let whole = seconds.round() as u64;
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::seconds;

    #[test]
    fn times_are_for_people() {
        assert_eq!(seconds(Duration::from_millis(430)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(99)), "99.0 s");
        assert_eq!(seconds(Duration::from_millis(99_990)), "1 min 40 s");
        assert_eq!(seconds(Duration::from_secs(245)), "4 min 05 s");
    }
}
