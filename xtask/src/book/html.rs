//! What one page of HTML offers and what it asks for.

use std::collections::HashSet;

use anyhow::Result;
use html5gum::{Token, Tokenizer};

/// A page, as far as links are concerned.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The places within it that a link can name.
    pub(crate) anchors: HashSet<String>,
    /// Where it links to, and what it shows: the element and the address.
    pub(crate) links: Vec<(String, String)>,
    /// `<base href>`: where relative addresses begin.
    pub(crate) base: Option<String>,
}

/// Read a page.
pub(crate) fn read(html: &str) -> Result<Page> {
    let mut page = Page::default();
    for token in Tokenizer::new(html) {
        let Token::StartTag(tag) = token? else { continue };
        let element = text(&tag.name);
        for (name, value) in &tag.attributes {
            let (name, value) = (text(name), text(value));
            match (element.as_str(), name.as_str()) {
                ("base", "href") => page.base = Some(value),
                (_, "id") | ("a", "name") => {
                    page.anchors.insert(value);
                }
                (_, "href" | "src" | "xlink:href") | ("object", "data") => {
                    page.links.push((element.clone(), value));
                }
                ("img" | "source", "srcset") => {
                    let each = value.split(',').filter_map(|it| it.split_whitespace().next());
                    page.links.extend(each.map(|it| (element.clone(), it.to_owned())));
                }
                _ => {}
            }
        }
    }
    Ok(page)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn anchors_and_links_are_found_wherever_they_stand() {
        let page = read(
            r##"<base href="/x/"><h1 id="one">A</h1><a name=two href='b.html#c&amp;d'>b</a>
            <svg><use xlink:href="#three"/><g id="three"/></svg><img src="p.png" srcset="q.png 2x, r.png">
            <!-- <a href="comment.html"> --><script>"<a href='script.html'>"</script>"##,
        )
        .unwrap();
        assert_eq!(page.base.as_deref(), Some("/x/"));
        for anchor in ["one", "two", "three"] {
            assert!(page.anchors.contains(anchor), "{anchor}");
        }
        let links: Vec<&str> = page.links.iter().map(|(_, link)| link.as_str()).collect();
        for link in ["b.html#c&d", "#three", "p.png", "q.png", "r.png"] {
            assert!(links.contains(&link), "{link} in {links:?}");
        }
        assert!(!links.contains(&"comment.html"));
    }
}
