//! Events from the lines of a file, whoever wrote it.

use core::fmt;

use super::write::{HEADER, LETTERS, has_new};
use super::{Event, Kind};

/// The events in a file of the form that [the module](super) describes, one by one. It allocates nothing,
/// and ends at the first error.
///
/// The numbers of the events are those of their order in the file.
///
/// ```
/// use allocator::log::{Kind, LogReader};
///
/// let mut log = LogReader::new(b"allocator-log 1\na 1 7f00 64 8\nd 1 7f00 sixty-four 8\n")?;
/// let event = log.next().unwrap()?;
/// assert_eq!((event.kind, event.address, event.size), (Kind::Alloc, 0x7f00, 64));
/// let error = log.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "line 3, byte 39: the size is not a number");
/// assert!(log.next().is_none());
/// # Ok::<(), allocator::log::LogError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogReader<'a> {
    /// What was not read yet: whole lines, or a last one without its end.
    rest: &'a [u8],
    /// Where `rest` begins.
    offset: usize,
    /// The number of the next line, from 1.
    line: usize,
    sequence: usize,
    lost: usize,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogError {
    /// The line, from 1.
    pub line: usize,
    /// Where in the file, in bytes: the field that is wrong, or where one is missing.
    pub offset: usize,
    /// What it is.
    pub problem: Problem,
}

/// What is wrong with a line of a file. Fields have the names of the module's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The first line is another one.
    Header,
    /// The last line has no end.
    CutShort,
    /// A line begins with something that is no kind of event.
    Kind,
    /// The line ends where this field should be.
    Missing(&'static str),
    /// This field has something else in it than digits.
    NotANumber(&'static str),
    /// The number in this field is too large for this machine.
    TooLarge(&'static str),
    /// There is something after the last field.
    Extra,
    /// Fewer events were lost than before.
    FewerLost {
        /// By the line before.
        before: usize,
        /// By this one.
        found: usize,
    },
}

impl<'a> LogReader<'a> {
    /// Begin to read the bytes of a file.
    ///
    /// # Errors
    ///
    /// If the first line is not that of such a file.
    pub fn new(file: &'a [u8]) -> Result<Self, LogError> {
        let rest = file.strip_prefix(HEADER.as_bytes()).and_then(|it| it.strip_prefix(b"\n"));
        let rest = rest.ok_or(LogError { line: 1, offset: 0, problem: Problem::Header })?;
        Ok(Self { rest, offset: file.len() - rest.len(), line: 2, sequence: 0, lost: 0 })
    }

    /// The event of a line; or nothing, if the line tells of events that were lost.
    fn line(&mut self, line: &[u8]) -> Result<Option<Event>, (usize, Problem)> {
        let mut fields = Fields { line, at: 0 };
        let letter = fields.next("kind")?;
        if letter == b"l" {
            let found = fields.number("count", 10)?;
            fields.end()?;
            if found < self.lost {
                return Err((2, Problem::FewerLost { before: self.lost, found }));
            }
            self.lost = found;
            return Ok(None);
        }
        let kind = LETTERS.iter().find(|it| letter == [it.0]);
        let &(_, kind) = kind.ok_or((0, Problem::Kind))?;
        let event = fields.event(kind)?;
        fields.end()?;
        let event = Event { sequence: self.sequence, lost: self.lost, ..event };
        self.sequence = self.sequence.wrapping_add(1);
        Ok(Some(event))
    }
}

impl Iterator for LogReader<'_> {
    type Item = Result<Event, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let error = |reader: &Self, (at, problem)| LogError {
                line: reader.line,
                offset: reader.offset + at,
                problem,
            };
            let Some(end) = self.rest.iter().position(|&byte| byte == b'\n') else {
                let error = error(self, (self.rest.len(), Problem::CutShort));
                self.rest = &[];
                return Some(Err(error));
            };
            let line = &self.rest[..end];
            match self.line(line) {
                Ok(event) => {
                    self.rest = &self.rest[end + 1..];
                    self.offset += end + 1;
                    self.line += 1;
                    if let Some(event) = event {
                        return Some(Ok(event));
                    }
                }
                Err(problem) => {
                    let error = error(self, problem);
                    self.rest = &[];
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl core::iter::FusedIterator for LogReader<'_> {}

/// The fields of a line. An error says where in the line it is.
struct Fields<'a> {
    line: &'a [u8],
    /// Where the next field begins; past the end of the line if there is none.
    at: usize,
}

impl<'a> Fields<'a> {
    fn next(&mut self, name: &'static str) -> Result<&'a [u8], (usize, Problem)> {
        let rest = self.line.get(self.at..).ok_or((self.line.len(), Problem::Missing(name)))?;
        let length = rest.iter().position(|&byte| byte == b' ').unwrap_or(rest.len());
        self.at += length + 1;
        Ok(&rest[..length])
    }

    fn number<T: TryFrom<u64>>(
        &mut self,
        name: &'static str,
        radix: u32,
    ) -> Result<T, (usize, Problem)> {
        let at = self.at;
        let digits = self.next(name)?;
        number(digits, radix, name).map_err(|problem| (at, problem))
    }

    /// All but the kind.
    fn event(&mut self, kind: Kind) -> Result<Event, (usize, Problem)> {
        let mut event = Event {
            thread: self.number("thread", 10)?,
            address: self.number("address", 16)?,
            size: self.number("size", 10)?,
            align: self.number("alignment", 10)?,
            ..Event::new(kind)
        };
        let (has_size, has_address) = has_new(kind);
        if has_size {
            event.new_size = self.number("new size", 10)?;
        }
        if has_address {
            event.new_address = self.number("new address", 16)?;
        }
        if let Some(time) = self.line.get(self.at..).and_then(|it| it.strip_prefix(b"@")) {
            event.time = number(time, 10, "time").map_err(|problem| (self.at, problem))?;
            self.at = self.line.len() + 1;
        }
        Ok(event)
    }

    fn end(&self) -> Result<(), (usize, Problem)> {
        if self.at > self.line.len() { Ok(()) } else { Err((self.at, Problem::Extra)) }
    }
}

/// A number of digits, no sign, at least one.
fn number<T: TryFrom<u64>>(digits: &[u8], radix: u32, name: &'static str) -> Result<T, Problem> {
    if digits.is_empty() {
        return Err(Problem::NotANumber(name));
    }
    let mut number = 0_u64;
    for &digit in digits {
        let digit = char::from(digit).to_digit(radix).ok_or(Problem::NotANumber(name))?;
        let longer = number.checked_mul(radix.into()).and_then(|it| it.checked_add(digit.into()));
        number = longer.ok_or(Problem::TooLarge(name))?;
    }
    T::try_from(number).map_err(|_| Problem::TooLarge(name))
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, offset, problem } = self;
        write!(f, "line {line}, byte {offset}: ")?;
        match problem {
            Problem::Header => write!(f, "a log begins with the line `{HEADER}`"),
            Problem::CutShort => f.write_str("the file was cut short: its last line has no end"),
            Problem::Kind => {
                f.write_str("a line begins with one of `a`, `z`, `d`, `r`, `m`, `f`, `l`")
            }
            Problem::Missing(field) => write!(f, "the {field} is missing"),
            Problem::NotANumber(field) => write!(f, "the {field} is not a number"),
            Problem::TooLarge(field) => write!(f, "the {field} is too large for this machine"),
            Problem::Extra => f.write_str("the line goes on after its last field"),
            Problem::FewerLost { before, found } => {
                write!(f, "{found} events were lost, and {before} by the line before")
            }
        }
    }
}

impl core::error::Error for LogError {}
