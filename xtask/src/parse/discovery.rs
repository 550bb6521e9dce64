//! The list of tests with their reasons for being ignored:
//! `cargo miri test -- --list --format json -Z unstable-options`.

use serde::Deserialize;

use crate::parse::{DOCS, Program, announced};

/// A test that is there and does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ignored {
    pub(crate) binary: String,
    pub(crate) name: String,
    pub(crate) reason: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    event: String,
    name: Option<String>,
    #[serde(default)]
    ignore: bool,
    #[serde(default)]
    ignore_message: String,
}

/// The ignored tests in a list of all those of `krate`.
pub(crate) fn ignored(krate: &str, output: &str) -> Vec<Ignored> {
    let mut binary = String::new();
    let mut found = Vec::new();
    for line in output.lines() {
        if let Some(next) = announced(line) {
            binary = match next {
                Program::Unit(_) => krate.to_owned(),
                Program::Test(name) => format!("{krate}::{name}"),
                Program::Docs(_) => format!("{krate}{DOCS}"),
            };
        } else if line.starts_with('{')
            && let Ok(event) = serde_json::from_str::<Event>(line)
            && event.event == "discovered"
            && event.ignore
            && let Some(name) = event.name
        {
            let reason = Some(event.ignore_message).filter(|it| !it.is_empty());
            found.push(Ignored { binary: binary.clone(), name, reason });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::ignored;

    #[test]
    fn reasons_are_read() {
        let output = r#"     Running tests/more.rs (target/deps/more-aebe)
{ "type": "suite", "event": "discovery" }
{ "type": "test", "event": "discovered", "name": "fine", "ignore": false, "ignore_message": "", "start_line": 8 }
{ "type": "test", "event": "discovered", "name": "one", "ignore": true, "ignore_message": "too slow" }
{ "type": "test", "event": "discovered", "name": "two", "ignore": true, "ignore_message": "" }
{ "type": "suite", "event": "completed", "tests": 3, "ignored": 2 }
"#;
        let found = ignored("a-b", output);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].binary.as_str(), found[0].name.as_str()), ("a-b::more", "one"));
        assert_eq!(found[0].reason.as_deref(), Some("too slow"));
        assert_eq!(found[1].reason, None);
        assert_eq!(ignored("a-b", "{ broken\n{\"event\":\"discovered\"}\n"), []);
    }
}
