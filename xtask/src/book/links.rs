//! Every link, anchor and image in the built book leads somewhere.
//!
//! Addresses elsewhere on the web are only checked for their form: the book is tested offline.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result};

use crate::book::files_in;
use crate::book::html::{self, Page};
use crate::tally::{Failure, Tally};

/// Check all the pages of a built book.
pub(crate) fn check(folder: &Path) -> Result<Tally> {
    let mut book = Book { pages: BTreeMap::new(), files: HashSet::new() };
    for file in files_in(folder)? {
        let name = relative(folder, &file);
        if name.ends_with(".html") {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            book.pages.insert(name.clone(), html::read(&text)?);
        }
        book.files.insert(name);
    }
    Ok(book.check())
}

/// A built book, by names like `raw-queue/index.html`.
struct Book {
    pages: BTreeMap<String, Page>,
    files: HashSet<String>,
}

impl Book {
    fn check(&self) -> Tally {
        let mut tally = Tally::default();
        for (name, page) in &self.pages {
            let faults: Vec<String> = page
                .links
                .iter()
                .filter_map(|(element, link)| {
                    let fault = self.fault(name, page, link)?;
                    Some(format!("<{element}> {link}: {fault}"))
                })
                .collect();
            if faults.is_empty() {
                tally.passed += 1;
                continue;
            }
            tally.failures.push(Failure {
                what: format!("book: {name} has {} broken links", faults.len()),
                command: "cargo xtask book test".to_owned(),
                output: faults.join("\n"),
            });
        }
        tally
    }

    /// What is wrong with a link from `page`.
    fn fault(&self, name: &str, page: &Page, link: &str) -> Option<String> {
        if let Some((scheme, rest)) = scheme(link) {
            return match scheme {
                "http" | "https" => external_fault(rest),
                "mailto" if !rest.contains('@') => Some("that is no address".to_owned()),
                "mailto" | "data" => None,
                _ => Some(format!("`{scheme}:` is nothing that a page should ask for")),
            };
        }
        if link.starts_with("//") {
            return Some("say https: in front".to_owned());
        }
        let (path, fragment) = match link.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (link, None),
        };
        let path = path.split('?').next().unwrap_or_default();
        let target = if path.is_empty() {
            if fragment.is_none() {
                return Some("an empty link".to_owned());
            }
            name.to_owned()
        } else {
            let Some(target) = resolve(name, page.base.as_deref(), path) else {
                return Some("it leads out of the book".to_owned());
            };
            if self.files.contains(&target) {
                target
            } else {
                let index = format!("{target}/index.html");
                let index = index.trim_start_matches('/').to_owned();
                if !self.files.contains(&index) {
                    return Some("there is no such file".to_owned());
                }
                index
            }
        };
        let fragment = percent_decode(fragment.filter(|it| !it.is_empty())?);
        let anchors = &self.pages.get(&target)?.anchors;
        (!anchors.contains(&fragment)).then(|| format!("no anchor `{fragment}` in {target}"))
    }
}

fn scheme(link: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = link.split_once(':')?;
    let word = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
    word.then_some((scheme, rest))
}

fn external_fault(rest: &str) -> Option<String> {
    let host = rest.strip_prefix("//").and_then(|it| it.split(['/', '?', '#']).next());
    let good =
        host.is_some_and(|it| it.contains('.') && !it.starts_with('.') && !it.ends_with('.'));
    let blank = rest.contains(char::is_whitespace);
    (!good || blank).then(|| "that is no address".to_owned())
}

/// The file that `path` means on the page `from`.
fn resolve(from: &str, base: Option<&str>, path: &str) -> Option<String> {
    let path = percent_decode(path);
    let mut parts: Vec<&str> = match base {
        _ if path.starts_with('/') => Vec::new(),
        Some(base) => base.split('/').filter(|it| !it.is_empty()).collect(),
        None => {
            let mut parts: Vec<&str> = from.split('/').collect();
            parts.pop();
            parts
        }
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
        if let [high, low, after @ ..] = tail
            && *first == b'%'
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            bytes.push(high * 16 + low);
            rest = after;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn relative(folder: &Path, file: &Path) -> String {
    let parts = file.strip_prefix(folder).unwrap_or(file).components();
    parts.map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        let mut book = Book { pages: BTreeMap::new(), files: HashSet::new() };
        for (name, html) in [
            ("index.html", "<h1 id=top>"),
            ("queue/index.html", "<h1 id='what-breaks'>"),
            ("queue/a b.html", "<h1 id='é'>"),
            ("404.html", "<base href='/'>"),
        ] {
            book.pages.insert(name.into(), html::read(html).unwrap());
            book.files.insert(name.into());
        }
        book.files.insert("queue/list.svg".into());
        book
    }

    fn fault(from: &str, link: &str) -> Option<String> {
        let book = book();
        book.fault(from, &book.pages[from], link)
    }

    #[test]
    fn what_leads_somewhere_is_fine() {
        for (from, link) in [
            ("index.html", "queue/index.html#what-breaks"),
            ("index.html", "queue/"),
            ("index.html", "queue/?highlight=x#what-breaks"),
            ("index.html", "queue/list.svg"),
            ("index.html", "queue/a%20b.html#%C3%A9"),
            ("index.html", "#top"),
            ("index.html", "#"),
            ("queue/index.html", "../index.html#top"),
            ("queue/index.html", "./list.svg"),
            ("queue/index.html", "/index.html"),
            ("404.html", "queue/index.html"),
            ("index.html", "https://doc.rust-lang.org/std/#x"),
            ("index.html", "mailto:a@b.org"),
        ] {
            assert_eq!(fault(from, link), None, "{from} -> {link}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_a_fault() {
        for (from, link, part) in [
            ("index.html", "queue.html", "no such file"),
            ("index.html", "queue/index.html#what-broke", "no anchor `what-broke`"),
            ("index.html", "#bottom", "no anchor `bottom` in index.html"),
            ("index.html", "Queue/index.html", "no such file"),
            ("queue/index.html", "index.html#top", "no anchor"),
            ("queue/index.html", "../../x.html", "out of the book"),
            ("index.html", "", "empty"),
            ("index.html", "https://", "no address"),
            ("index.html", "https:/a.org", "no address"),
            ("index.html", "https://a .org", "no address"),
            ("index.html", "htps://a.org", "`htps:`"),
            ("index.html", "//a.org/x.js", "https:"),
            ("index.html", "mailto:nobody", "no address"),
        ] {
            let fault = fault(from, link).unwrap_or_default();
            assert!(fault.contains(part), "{from} -> {link}: {fault:?}");
        }
    }
}
