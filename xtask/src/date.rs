//! A calendar day: all that the history of Miri's flags needs of time.

use std::fmt;
use std::str::FromStr;

/// A day, ordered as days are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day `year-month-day`.
    pub(crate) const fn new(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '-');
        let mut part = || parts.next().unwrap_or_default();
        match (part().parse(), part().parse(), part().parse()) {
            (Ok(year), Ok(month @ 1..=12), Ok(day @ 1..=31)) => Ok(Self { year, month, day }),
            _ => anyhow::bail!("`{text}` is not a date; one looks like 2026-05-19"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn reads_back_what_it_writes() {
        let date: Date = "2022-06-26".parse().unwrap();
        assert_eq!(date, Date::new(2022, 6, 26));
        assert_eq!(date.to_string(), "2022-06-26");
    }

    #[test]
    fn days_are_in_order() {
        assert!(Date::new(2021, 12, 31) < Date::new(2022, 1, 1));
        assert!(Date::new(2022, 1, 31) < Date::new(2022, 2, 1));
        assert!(Date::new(2022, 2, 1) < Date::new(2022, 2, 2));
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["", "2022", "2022-13-01", "2022-00-10", "2022-01-32", "soon", "2022-01-01x"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
