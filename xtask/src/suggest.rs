//! What a wrong name might have been.

/// The end of an error: `; did you mean ..?` if something is close, else all that there is.
pub(crate) fn did_you_mean(wrong: &str, known: &[&str]) -> String {
    let close = known
        .iter()
        .map(|it| (distance(wrong, it), *it))
        .filter(|(distance, it)| *distance <= it.len().max(3) / 3)
        .min();
    match close {
        Some((_, it)) => format!("; did you mean `{it}`?"),
        None if known.is_empty() => "; there are none".to_owned(),
        None => format!("; there are: {}", known.join(", ")),
    }
}

/// How many letters must change to make one word the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance};

    #[test]
    fn distances() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("secvec", "secvec"), 0);
        assert_eq!(distance("sexvec", "secvec"), 1);
        assert_eq!(distance("secvc", "secvec"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_what_is_close_is_suggested() {
        let known = ["raw-queue", "raw-serialise", "secvec"];
        assert_eq!(did_you_mean("raw-serialize", &known), "; did you mean `raw-serialise`?");
        assert_eq!(did_you_mean("vec", &known), "; there are: raw-queue, raw-serialise, secvec");
        assert_eq!(did_you_mean("vec", &[]), "; there are none");
    }
}
