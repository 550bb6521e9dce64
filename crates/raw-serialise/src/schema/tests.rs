//! Schemas of types, texts, and data without its type.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::heap::{Boxed, Lazy, List, Map, Maybe, Str};
use crate::stored::type_of;

pub(super) fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// The text of a section whose value is of a type.
pub(super) fn with_root(root: &str, rest: &str) -> String {
    format!("raw-serialise schema 1\nroot {root}\n{rest}")
}

#[test]
fn a_type_is_described() {
    type All = (List<(Str, Map<u16, Boxed<char>>)>, [Maybe<f64>; 3], Lazy<(bool,)>);
    let schema = Schema::of_type(type_of::<All>(), false);
    let root = "(list<(str, map<u16, box<char>>)>, [option<f64>; 3], lazy<(bool,)>)";
    assert_eq!(schema.text(), with_root(root, ""));
    assert_eq!(schema.size(schema.root()), 64);
    assert_eq!(Schema::parse(&schema.text()), Ok(schema));
}

/// What a text is refused for.
fn refusal(text: &str) -> String {
    match Schema::parse(text) {
        Ok(schema) => panic!("accepted: {schema}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn bad_texts_are_refused_with_the_line() {
    let cases = [
        ("u8 ", "", "line 2: expected the end of the line, and found ` `"),
        ("[u8; 04]", "", "line 2: expected a number, and found `04]`"),
        (
            "[u8; 4294967296]",
            "",
            "line 2: expected at most 2147483648 bytes or elements, and found 4294967296",
        ),
        (
            "[[u64; 65536]; 65536]",
            "",
            "line 2: expected at most 2147483648 bytes or elements, and found 34359738368",
        ),
        ("(u8)", "", "line 2: expected `, `, and found `)`"),
        ("()", "", "line 2: expected a name, and found `)`"),
        ("list", "", "line 2: expected `<`, and found the end of the line"),
        ("nonzero<f32>", "", "line 2: expected `<` and an integer type and `>`, and found `<f32>`"),
        ("Log", "", "line 3: expected the struct or enum `Log`, and found the end of the text"),
        ("Log'2", "struct Log'2 size 0 align 1\n", "line 2: expected `Log`, and found `Log'2`"),
        (
            "u8",
            "struct A size 0 align 1\n",
            "line 3: expected the end of the text, and found `struct A size 0 align 1`",
        ),
        (
            "A",
            "struct A size 4 align 3\n",
            "line 3: expected an alignment of 1, 2, 4, 8 or 16, and found 3",
        ),
        (
            "A",
            "struct A size 5 align 4\n",
            "line 3: expected a size that is a multiple of 4, and found 5",
        ),
        (
            "A",
            "struct A size 4 align 4\n  a at 2: u32\n",
            "line 4: expected an offset that is a multiple of 4, and found 2",
        ),
        (
            "A",
            "struct A size 4 align 4\n  a at 4: u32\n",
            "line 4: expected a field that ends within 4 bytes, and found one of 4 bytes at 4",
        ),
        (
            "A",
            "struct A size 4 align 2\n  a at 0: u32\n",
            "line 4: expected an alignment of at most 2, and found 4",
        ),
        (
            "A",
            "struct A size 4 align 4\n  a at 0: u32\n  b at 3: u8\n",
            "line 5: expected an offset of at least 4, and found 3",
        ),
        (
            "A",
            "struct A size 4 align 4\n  a at 0: u8\n  a at 3: u8\n",
            "line 5: expected a new name, and found `a` once more",
        ),
        (
            "A",
            "struct A size 0 align 1\n  a at 0: A\n",
            "line 3: expected types at most 128 deep in one another, and found deeper ones, or one in itself",
        ),
        (
            "A",
            "struct A size 0 align 1\n  a at 0: [B; 0]\nstruct B size 0 align 1\n  a at 0: (A,)\n",
            "line 3: expected types at most 128 deep in one another, and found deeper ones, or one in itself",
        ),
        (
            "E",
            "enum E size 1 align 1 tag u8\n  A = 256\n",
            "line 4: expected a tag that is a u8, and found 256",
        ),
        (
            "E",
            "enum E size 1 align 1 tag i8\n  A = -129\n",
            "line 4: expected a tag that is a i8, and found -129",
        ),
        ("E", "enum E size 1 align 1 tag i8\n  A = -0\n", "line 4: expected a tag, and found `-0`"),
        (
            "E",
            "enum E size 1 align 1 tag i8\n  A = 1\n  B = 1\n",
            "line 5: expected a new tag, and found 1 once more",
        ),
        (
            "E",
            "enum E size 1 align 1 tag u16\n  A = 1\n",
            "line 3: expected a size and alignment for the tag, 2, and found 1",
        ),
        (
            "E",
            "enum E size 2 align 1 tag bool\n  A = 1\n",
            "line 3: expected an integer type, and found `bool`",
        ),
        (
            "E",
            "enum E size 2 align 1 tag u8\n  A = 1\n    0 at 0: u8\n",
            "line 5: expected an offset of at least 1, and found 0",
        ),
    ];
    for (root, rest, expected) in cases {
        let refusal = refusal(&with_root(root, rest));
        if usize::BITS < 64 && expected.contains("2147483648") {
            // There it is no number, or one that was cut.
            assert!(refusal.starts_with("line 2: expected"), "{refusal}");
            continue;
        }
        assert_eq!(refusal, expected);
    }
    assert_eq!(
        refusal(""),
        "line 1: expected `raw-serialise schema 1`, and found the end of the text"
    );
    assert_eq!(
        refusal(&" ".repeat(MAX_TEXT + 1)),
        "the schema has 1048577 bytes of text, and can have 1048576"
    );
}

#[test]
fn nesting_is_limited() {
    let nested =
        |depth: usize| with_root(&format!("{}u8{}", "list<".repeat(depth), ">".repeat(depth)), "");
    assert!(Schema::parse(&nested(MAX_NESTING - 1)).is_ok());
    let expected = "line 2: expected types at most 64 deep in one another, and found a deeper one";
    assert_eq!(refusal(&nested(MAX_NESTING)), expected);
    assert_eq!(refusal(&nested(if cfg!(miri) { 100 } else { 100_000 })), expected);
    // A chain of structs, one in the other.
    let chain = |length: usize| {
        let mut rest = String::new();
        for index in 1..length {
            rest += &format!("struct S{index} size 1 align 1\n  a at 0: S{}\n", index + 1);
        }
        with_root("S1", &format!("{rest}struct S{length} size 1 align 1\n  a at 0: u8\n"))
    };
    assert!(Schema::parse(&chain(MAX_BY_VALUE - 1)).is_ok());
    assert!(Schema::parse(&chain(MAX_BY_VALUE)).is_err());
    if cfg!(miri) {
        // Each chain takes it ten seconds.
        return;
    }
    assert!(Schema::parse(&chain(20_000)).is_err());
}

#[test]
fn names_that_are_taken_get_a_number() {
    let text = with_root(
        "str'2",
        "struct str'2 size 24 align 4\n  0 at 0: str\n  1 at 8: A\n  2 at 8: A'2\n  3 at 8: list'2\n  4 at 8: list<A>\n  ö at 16: [u8; 1]\nstruct A size 0 align 1\nstruct A'2 size 0 align 1\nstruct list'2 size 0 align 1\n",
    );
    assert_eq!(Schema::parse(&text).unwrap().text(), text);
}

/// What a text is changed with.
const NEW: [char; 22] = [
    ' ', ' ', '\n', '[', ']', '(', ')', ',', ';', '<', '>', '\'', '=', ':', '0', '1', '8', 'T',
    'a', 'u', '_', '-',
];

/// A random text of a schema, always valid: a type is made of `choices`.
pub(super) struct Maker {
    choices: Vec<u32>,
    named: Vec<String>,
}

impl Maker {
    fn choose(&mut self, below: u32) -> u32 {
        self.choices.pop().unwrap_or(0) % below
    }

    /// A type, and its size and alignment.
    fn ty(&mut self, depth: u32) -> (String, usize, usize) {
        let kinds = if depth < 4 { 16 } else { 5 };
        match self.choose(kinds) {
            0 => ("u8".into(), 1, 1),
            1 => ("str".into(), 8, 4),
            2 => ("nonzero<i64>".into(), 8, 8),
            3 => ("bool".into(), 1, 1),
            4 => ("u128".into(), 16, 16),
            5 => (format!("list<{}>", self.ty(depth + 1).0), 8, 4),
            6 => (format!("box<{}>", self.ty(depth + 1).0), 4, 4),
            7 => (format!("map<{}, {}>", self.ty(depth + 1).0, self.ty(depth + 1).0), 12, 4),
            8 => {
                let (of, size, align) = self.ty(depth + 1);
                (format!("option<{of}>"), size + align, align)
            }
            9 => (format!("lazy<{}>", self.ty(depth + 1).0), 8, 4),
            10 => {
                let (count, (of, size, align)) = (self.choose(4) as usize, self.ty(depth + 1));
                (format!("[{of}; {count}]"), size * count, align)
            }
            11 | 12 => {
                let (a, size_a, align_a) = self.ty(depth + 1);
                let (b, size_b, align_b) = self.ty(depth + 1);
                let end = crate::stored::align_up(size_a, align_b) + size_b;
                let align = align_a.max(align_b);
                (format!("({a}, {b})"), crate::stored::align_up(end, align), align)
            }
            13 if !self.named.is_empty() => {
                // Known already, and by a pointer, so that it is not in itself.
                let known = self.choose(self.named.len() as u32) as usize;
                let name = self.named[known].clone();
                (format!("box<{name}>"), 4, 4)
            }
            _ => {
                let name = format!("T{}", self.named.len());
                self.named.push(name.clone());
                // All of the same size, so that it is known before the fields are.
                (name, 32, 16)
            }
        }
    }

    pub(super) fn text(choices: Vec<u32>) -> String {
        let mut maker = Self { choices, named: Vec::new() };
        let root = maker.ty(0).0;
        let many = maker.choose(2) == 1;
        let mut text = with_root(&if many { format!("[{root}]") } else { root }, "");
        let mut done = 0;
        while let Some(name) = maker.named.get(done).cloned() {
            done += 1;
            let is_enum = maker.choose(2) == 1;
            let (mut end, indent) = if is_enum {
                text += &format!("enum {name} size 32 align 16 tag i16\n  A = 3\n  B = -7\n");
                (2, "    ")
            } else {
                text += &format!("struct {name} size 32 align 16\n");
                (0, "  ")
            };
            for field in 0..maker.choose(4) {
                let before = (maker.choices.clone(), maker.named.clone());
                let (ty, size, align) = maker.ty(1);
                let start = crate::stored::align_up(end, align);
                // A named type in a named type would be in itself sooner or later.
                let pointer =
                    ["list<", "box<", "map<", "lazy<"].iter().any(|it| ty.starts_with(it));
                if start + size > 32 || !pointer && ty.contains('T') {
                    (maker.choices, maker.named) = before;
                    maker.choose(2);
                    continue;
                }
                end = start + size;
                text += &format!("{indent}f{field} at {start}: {ty}\n");
            }
        }
        text
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_text_is_a_schema_is_the_text(choices in vec(any::<u32>(), 0..60)) {
        let text = Maker::text(choices);
        let schema = Schema::parse(&text).unwrap();
        prop_assert_eq!(schema.text(), text);
    }

    #[test]
    fn a_changed_text_is_refused_or_canonical(
        choices in vec(any::<u32>(), 0..60),
        changes in vec((any::<usize>(), 0..4_u8, vec(any::<usize>(), 0..3)), 1..4),
    ) {
        let mut text = Maker::text(choices);
        for (at, kind, new) in changes {
            let (at, end) = (at % text.len(), (at % text.len() + usize::from(kind)).min(text.len()));
            let new = new.iter().map(|new| NEW[new % NEW.len()]);
            text.replace_range(at..end, &String::from_iter(new));
            if text.is_empty() { break }
        }
        if let Ok(schema) = Schema::parse(&text) {
            prop_assert_eq!(schema.text(), text);
        }
    }
}
