//! Which flags make Miri as strict as it can be, on a Miri of any date.
//!
//! The flag that gives every raw pointer a tag of its own has a history: it was renamed, made the
//! default, and removed. What a given Miri understands is decided by its date, and where a date
//! lies so close to a change that it may still be on the other side, by asking the Miri itself.

use std::fmt::Write;

use anyhow::{Result, bail};

use crate::date::Date;

/// A span of time in which strict tagging was asked for in one way.
#[derive(Debug)]
struct Era {
    /// The day on which the change was proposed to Miri; a nightly can have it from then on.
    from: Date,
    /// What switches tagging on; nothing once it is always on.
    tagging: Option<&'static str>,
    /// Whether `-Zmiri-strict-provenance` exists.
    strict_provenance: bool,
    /// The whole of it in one line, after "miri DATE: ".
    why: &'static str,
    /// What `--explain-flags` says.
    story: &'static str,
}

const TRACK: &str = "-Zmiri-track-raw-pointers";
const TAG: &str = "-Zmiri-tag-raw-pointers";
const STRICT_PROVENANCE: &str = "-Zmiri-strict-provenance";
/// Since August 2020, which is before the first era.
const SYMBOLIC_ALIGNMENT: &str = "-Zmiri-symbolic-alignment-check";
const TREE_BORROWS: &str = "-Zmiri-tree-borrows";
/// Tree Borrows was in review on this day and in Miri by 2023-03-29.
const TREE_BORROWS_FROM: Date = Date::new(2023, 2, 27);
/// The driver has tried many seeds by itself since then; before, and here, that is a loop.
const MANY_SEEDS_FROM: Date = Date::new(2024, 12, 23);

/// The history, oldest first.
const HISTORY: &[Era] = &[
    Era {
        from: Date::new(2020, 10, 28),
        tagging: Some(TRACK),
        strict_provenance: false,
        why: "raw pointers are tagged on request, since 2020-10-28 under this first name \
              (-Zmiri-strict-provenance came on 2022-04-01)",
        story: "-Zmiri-track-raw-pointers",
    },
    Era {
        from: Date::new(2021, 11, 13),
        tagging: Some(TAG),
        strict_provenance: false,
        why: "raw pointers are tagged on request, since 2021-11-13 under this name \
              (-Zmiri-strict-provenance came on 2022-04-01)",
        story: "-Zmiri-tag-raw-pointers (the old name warns)",
    },
    Era {
        from: Date::new(2022, 4, 1),
        tagging: Some(TAG),
        strict_provenance: true,
        why: "raw pointers are tagged on request, since 2022-04-01 also by strict provenance",
        story: "the same, or -Zmiri-strict-provenance, which implies it",
    },
    Era {
        from: Date::new(2022, 6, 26),
        tagging: None,
        strict_provenance: true,
        why: "raw pointers are always tagged since 2022-06-26 \
              (-Zmiri-tag-raw-pointers would warn that it has no effect)",
        story: "always on; -Zmiri-tag-raw-pointers warns that it has no effect",
    },
    Era {
        from: Date::new(2024, 3, 2),
        tagging: None,
        strict_provenance: true,
        why: "raw pointers are always tagged since 2022-06-26 \
              (-Zmiri-tag-raw-pointers was removed on 2024-03-02)",
        story: "always on; -Zmiri-tag-raw-pointers is an error: unknown unstable option",
    },
];

impl Era {
    /// The flags that both aliasing models share.
    fn flags(&self) -> Vec<&'static str> {
        let strict = self.strict_provenance.then_some(STRICT_PROVENANCE);
        self.tagging.into_iter().chain(strict).chain([SYMBOLIC_ALIGNMENT]).collect()
    }
}

/// A set of rules for what may alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// Stacked Borrows, Miri's default.
    Stacked,
    /// Tree Borrows.
    Tree,
}

impl Model {
    /// The word for it in options and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stacked => "stacked",
            Self::Tree => "tree",
        }
    }

    /// The flag that chooses it.
    pub(crate) fn flag(self) -> Option<&'static str> {
        match self {
            Self::Stacked => None,
            Self::Tree => Some(TREE_BORROWS),
        }
    }
}

/// What is passed to one Miri, and why.
#[derive(Debug, PartialEq)]
pub(crate) struct Choice {
    /// For both models; `Model::flag` comes on top.
    pub(crate) flags: Vec<&'static str>,
    /// One line for the user.
    pub(crate) why: String,
}

/// Choose the flags for the Miri of `date`. `accepts` asks that Miri whether it knows a flag.
pub(crate) fn choose(date: Date, accepts: impl Fn(&str) -> bool) -> Result<Choice> {
    let Some(newest) = HISTORY.iter().rposition(|era| era.from <= date) else {
        bail!(
            "miri {date}: strict tagging of raw pointers does not exist there; it came on {} as \
             {TRACK}. A newer nightly is needed",
            HISTORY[0].from
        );
    };
    // A change is in a nightly some days or weeks after it was proposed. Step back until the
    // Miri at hand agrees.
    for era in HISTORY[..=newest].iter().rev() {
        let flags = era.flags();
        if flags.iter().all(|flag| accepts(flag)) {
            let why = format!("miri {date}: {}; passing {}", era.why, flags.join(" "));
            return Ok(Choice { flags, why });
        }
    }
    let refused = HISTORY[newest].flags().into_iter().filter(|flag| !accepts(flag));
    bail!(
        "miri {date} refuses {}: its flags have changed again, and the table that \
         `cargo xtask miri --explain-flags` prints needs a new row",
        refused.collect::<Vec<_>>().join(" and ")
    )
}

/// Whether the Miri of `date` can check `model`; if not, the reason.
pub(crate) fn check_model(date: Date, model: Model, accepts: impl Fn(&str) -> bool) -> Result<()> {
    let Some(flag) = model.flag() else { return Ok(()) };
    if date < TREE_BORROWS_FROM || !accepts(flag) {
        bail!(
            "miri {date} has no Tree Borrows: {TREE_BORROWS} came in March 2023; \
             use a newer nightly, or `--model stacked`"
        );
    }
    Ok(())
}

/// Refuse flags of the user or of a crate that would make the table of results a lie.
pub(crate) fn check_extra(flags: &str, whence: &str) -> Result<()> {
    for flag in flags.split_whitespace() {
        let instead = match flag.split('=').next().unwrap_or(flag) {
            TREE_BORROWS => "--model tree",
            "-Zmiri-seed" => "--seeds 5..6",
            "-Zmiri-many-seeds" => "--seeds 0..16",
            TAG | TRACK => {
                bail!(
                    "{whence} has {flag}, but what stands for it depends on the Miri; \
                     `cargo xtask miri` passes that by itself (see --explain-flags)"
                )
            }
            _ => continue,
        };
        bail!("{whence} has {flag}; say `{instead}` to `cargo xtask miri` instead");
    }
    Ok(())
}

/// The history as a table; the row for `date` is marked.
pub(crate) fn explain(date: Option<Date>) -> String {
    let marked = date.and_then(|date| HISTORY.iter().rposition(|era| era.from <= date));
    let before = date.is_some() && marked.is_none();
    let mut text = String::from("Strict tagging of raw pointers, by the date of Miri:\n");
    let mut row = |marked: bool, when: String, story: &str| {
        let mark = if marked { "->" } else { "  " };
        let _ = writeln!(text, "{mark} {when:<17}  {story}");
    };
    row(before, format!("before {}", HISTORY[0].from), "does not exist");
    for (index, era) in HISTORY.iter().enumerate() {
        row(marked == Some(index), format!("from {}", era.from), era.story);
    }
    let _ = write!(
        text,
        "A nightly can lag behind these dates by some weeks. Where it refuses the flags of its row,\n\
         those of the row above are passed.\n\
         \n\
         Passed as well, wherever it exists:\n   \
         {STRICT_PROVENANCE:<33}  from {}\n   \
         {SYMBOLIC_ALIGNMENT:<33}  at all these dates\n   \
         {TREE_BORROWS:<33}  from March 2023, for `--model tree`\n\
         Many seeds are a loop over -Zmiri-seed, which every Miri has (-Zmiri-many-seeds: from {}).\n",
        HISTORY[2].from, MANY_SEEDS_FROM
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// A Miri that knows what its date says that it knows.
    fn on_time(day: &str) -> impl Fn(&str) -> bool {
        let day = date(day);
        move |flag| match flag {
            TRACK => day < date("2024-03-02"),
            TAG => day >= date("2021-11-13") && day < date("2024-03-02"),
            STRICT_PROVENANCE => day >= date("2022-04-01"),
            TREE_BORROWS => day >= date("2023-03-29"),
            _ => true,
        }
    }

    #[test]
    fn every_row_and_both_sides_of_each_boundary() {
        const OLDEST: &str = "-Zmiri-track-raw-pointers -Zmiri-symbolic-alignment-check";
        const RENAMED: &str = "-Zmiri-tag-raw-pointers -Zmiri-symbolic-alignment-check";
        const STRICT: &str =
            "-Zmiri-tag-raw-pointers -Zmiri-strict-provenance -Zmiri-symbolic-alignment-check";
        const ALWAYS: &str = "-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check";
        let table = [
            ("2020-10-28", OLDEST, "first name"),
            ("2021-06-15", OLDEST, "first name"),
            ("2021-11-12", OLDEST, "first name"),
            ("2021-11-13", RENAMED, "under this name"),
            ("2022-01-20", RENAMED, "under this name"),
            ("2022-03-31", RENAMED, "under this name"),
            ("2022-04-01", STRICT, "also by strict provenance"),
            ("2022-05-10", STRICT, "also by strict provenance"),
            ("2022-06-25", STRICT, "also by strict provenance"),
            ("2022-06-26", ALWAYS, "would warn"),
            ("2022-07-25", ALWAYS, "would warn"),
            ("2024-03-01", ALWAYS, "would warn"),
            ("2024-03-02", ALWAYS, "was removed on 2024-03-02"),
            ("2026-05-19", ALWAYS, "was removed on 2024-03-02"),
            ("2099-01-01", ALWAYS, "was removed on 2024-03-02"),
        ];
        for (day, flags, why) in table {
            let choice = choose(date(day), on_time(day)).unwrap();
            assert_eq!(choice.flags.join(" "), flags, "{day}");
            assert!(choice.why.starts_with(&format!("miri {day}: ")), "{}", choice.why);
            assert!(choice.why.contains(why), "{day}: {}", choice.why);
            assert!(choice.why.ends_with(&format!("passing {flags}")), "{}", choice.why);
            assert!(!choice.why.contains('\n'));
        }
    }

    #[test]
    fn before_the_first_row_there_is_no_strict_tagging() {
        for day in ["2020-10-27", "2019-01-01"] {
            let error = choose(date(day), |_| true).unwrap_err().to_string();
            assert!(error.contains("2020-10-28"), "{error}");
        }
    }

    #[test]
    fn today_in_one_line() {
        let choice = choose(date("2026-05-19"), on_time("2026-05-19")).unwrap();
        assert_eq!(
            choice.why,
            "miri 2026-05-19: raw pointers are always tagged since 2022-06-26 \
             (-Zmiri-tag-raw-pointers was removed on 2024-03-02); \
             passing -Zmiri-strict-provenance -Zmiri-symbolic-alignment-check"
        );
    }

    #[test]
    fn a_nightly_that_lags_behind_its_date_gets_the_older_flags() {
        // Three days after the rename was proposed, and not yet in this Miri.
        let choice = choose(date("2021-11-16"), on_time("2021-11-12")).unwrap();
        assert_eq!(choice.flags, [TRACK, SYMBOLIC_ALIGNMENT]);
        let choice = choose(date("2022-04-03"), on_time("2022-03-31")).unwrap();
        assert_eq!(choice.flags, [TAG, SYMBOLIC_ALIGNMENT]);
    }

    #[test]
    fn a_miri_that_knows_none_of_it_is_an_error_that_names_the_flag() {
        let error = choose(date("2031-01-01"), |flag| {
            flag != STRICT_PROVENANCE && flag != TAG && flag != TRACK
        });
        let error = error.unwrap_err().to_string();
        assert!(error.contains(STRICT_PROVENANCE) && error.contains("new row"), "{error}");
        assert!(!error.contains(SYMBOLIC_ALIGNMENT), "{error}");
    }

    #[test]
    fn tree_borrows_came_in_march_2023() {
        let check = |day: &str| check_model(date(day), Model::Tree, on_time(day));
        assert!(check("2023-02-26").is_err());
        assert!(check("2023-03-28").is_err(), "the Miri itself decides in between");
        assert!(check("2023-03-29").is_ok());
        assert!(check("2022-07-25").unwrap_err().to_string().contains("March 2023"));
        assert!(check_model(date("2020-10-28"), Model::Stacked, |_| false).is_ok());
    }

    #[test]
    fn flags_that_belong_to_an_option_are_refused() {
        for (flags, instead) in [
            ("-Zmiri-tree-borrows", "--model tree"),
            ("-Zone -Zmiri-seed=3", "--seeds 5..6"),
            ("-Zmiri-many-seeds=0..4", "--seeds 0..16"),
            ("-Zmiri-many-seeds", "--seeds 0..16"),
            ("-Zmiri-tag-raw-pointers", "--explain-flags"),
        ] {
            let error = check_extra(flags, "MIRIFLAGS").unwrap_err().to_string();
            assert!(error.contains(instead) && error.starts_with("MIRIFLAGS has"), "{error}");
        }
        check_extra("-Zmiri-many-seeds-keep-going -Zmiri-backtrace=full", "MIRIFLAGS").unwrap();
    }

    #[test]
    fn the_table_has_every_row_and_marks_one() {
        for (day, row) in [
            ("2020-10-27", "-> before 2020-10-28"),
            ("2020-10-28", "-> from 2020-10-28"),
            ("2021-11-13", "-> from 2021-11-13"),
            ("2022-04-01", "-> from 2022-04-01"),
            ("2022-06-26", "-> from 2022-06-26"),
            ("2024-03-02", "-> from 2024-03-02"),
        ] {
            let text = explain(Some(date(day)));
            assert!(text.contains(row), "{day}:\n{text}");
            assert_eq!(text.matches("->").count(), 1, "{text}");
            for era in HISTORY {
                assert!(text.contains(&format!("from {}", era.from)), "{text}");
            }
        }
        assert_eq!(explain(None).matches("->").count(), 0);
    }
}
