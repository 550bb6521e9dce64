//! Each row of the table of what is compatible.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::any::TypeId;

use super::tests::with_root;
use super::*;
use crate::heap::Str;
use crate::stored::{self, Kind, Type, type_of};

/// All values, with their paths.
fn values(schema: &Schema, block: &[u8], count: usize) -> String {
    let mut walk = Walk::new(schema, ByteOrder::NATIVE, block, count);
    let mut values = Vec::new();
    while let Some(event) = walk.next() {
        let path = walk.path();
        match event.unwrap().what {
            What::Value(value) => values.push(format!("{path}={value}")),
            What::Text(text, _) => values.push(format!("{path}={text:?}")),
            What::Variant(name) => values.push(format!("{path}={name}")),
            _ => {}
        }
    }
    values.join(" ")
}

/// From the definitions of a file's `A` to those of a program's: the values, or why not.
fn between(file: &str, block: &[u8], program: &str) -> String {
    let file = Schema::parse(&with_root("[A]", file)).unwrap();
    let program = Schema::parse(&with_root("[A]", program)).unwrap();
    let differences = differences(&file, &program);
    let count = block.len() / file.size(file.root());
    match convert(&file, ByteOrder::Big, block, count, &program, 1 << 12) {
        Ok(block) => {
            assert!(differences.iter().all(Difference::is_convertible), "{differences:?}");
            values(&program, &block, count)
        }
        Err(error) => {
            assert!(!differences.iter().all(Difference::is_convertible), "{differences:?}");
            error.to_string()
        }
    }
}

const TWO: &str = "struct A size 4 align 2\n  a at 0: u16\n  b at 2: u16\n";

#[test]
fn fields_may_move() {
    let program = "struct A size 32 align 16\n  b at 16: u16\n  a at 30: u16\n";
    let expected = "[0].b=3 [0].a=1 [1].b=7 [1].a=5";
    assert_eq!(between(TWO, &[0, 1, 0, 3, 0, 5, 0, 7], program), expected);
}

#[test]
fn a_new_field_behind_all_others_is_empty() {
    let program = "struct A size 64 align 8\n  a at 0: u16\n  b at 2: u16\n  c at 4: str\n  \
                   d at 12: [(bool, str); 1]\n  e at 24: option<box<u8>>\n  f at 32: list<A>\n  \
                   g at 40: map<u8, str>\n  h at 52: E\nenum E size 2 align 1 tag u8\n  X = 0\n    \
                   0 at 1: char\n";
    let program = program.replace("char", "bool");
    let expected =
        "[0].a=1 [0].b=2 [0].c=\"\" [0].d[0].0=false [0].d[0].1=\"\" [0].h=X [0].h.X.0=false";
    assert_eq!(between(TWO, &[0, 1, 0, 2], &program), expected);
}

#[test]
fn a_new_field_that_cannot_be_empty_is_refused() {
    for ty in ["nonzero<u8>", "box<u8>", "lazy<u8>", "E"] {
        let e = if ty == "E" { "enum E size 1 align 1 tag u8\n  X = 1\n" } else { "" };
        let program =
            format!("struct A size 16 align 4\n  a at 0: u16\n  b at 2: u16\n  c at 4: {ty}\n{e}");
        let expected =
            "field `c` of `A` is not in the file, has no default, and cannot be zero or empty";
        assert_eq!(between(TWO, &[0, 1, 0, 2], &program), expected);
    }
}

#[test]
fn a_new_field_before_others_is_refused() {
    let program = "struct A size 6 align 2\n  a at 0: u16\n  c at 2: u16\n  b at 4: u16\n";
    let expected = "field `c` of `A` is not in the file, has no default, and is not the last";
    assert_eq!(between(TWO, &[0, 1, 0, 2], program), expected);
}

#[test]
fn a_field_that_is_gone_is_refused() {
    let program = "struct A size 2 align 2\n  a at 0: u16\n";
    let expected = "field `b` of `A` is in the file and not in this program";
    assert_eq!(between(TWO, &[0, 1, 0, 2], program), expected);
}

#[test]
fn another_type_is_refused() {
    let program = "struct A size 8 align 4\n  a at 0: u16\n  b at 4: u32\n";
    let expected = "in `A`, field `b` at 2: `u16` in the file, `u32` in this program";
    assert_eq!(between(TWO, &[0, 1, 0, 2], program), expected);
}

#[test]
fn a_struct_of_another_name_is_refused() {
    let file =
        "struct A size 1 align 1\n  a at 0: Metres\nstruct Metres size 1 align 1\n  0 at 0: u8\n";
    let program = file.replace("Metres", "Feet");
    let expected = "in `A`, field `a` at 0: `Metres` in the file, `Feet` in this program";
    assert_eq!(between(file, &[7], &program), expected);
    let program = "enum A size 1 align 1 tag u8\n";
    assert_eq!(
        between(file, &[7], program),
        "`A` is a struct in the file, an enum in this program"
    );
}

const SHAPES: &str = "enum A size 4 align 2 tag u8\n  Circle = 0\n    0 at 2: u16\n  Empty = 5\n";

#[test]
fn variants_may_come_and_change_their_tags() {
    let program = "enum A size 8 align 4 tag i32\n  Empty = -1\n  Square = 0\n  Circle = 3\n    \
                   0 at 4: u16\n    more at 6: bool\n";
    let expected = "[0]=Circle [0].Circle.0=258 [0].Circle.more=false [1]=Empty";
    assert_eq!(between(SHAPES, &[0, 0, 1, 2, 5, 0, 0, 0], program), expected);
}

#[test]
fn a_variant_that_is_gone_is_refused() {
    let program = "enum A size 4 align 2 tag u8\n  Circle = 0\n    0 at 2: u16\n";
    let expected = "variant `Empty` of `A` is in the file and not in this program";
    assert_eq!(between(SHAPES, &[5, 0, 0, 0], program), expected);
}

#[test]
fn one_and_many_are_not_the_same() {
    let parse = |root: &str| Schema::parse(&with_root(root, "")).unwrap();
    let found = differences(&parse("[u8]"), &parse("list<u8>"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), "`[u8]` in the file, `list<u8>` in this program");
    assert_eq!(differences(&parse("[u8]"), &parse("[u8]")), []);
    let found = differences(&parse("(u8, u8)"), &parse("(u8, u8, u8)"));
    assert!(!found[0].is_convertible());
}

#[test]
fn keys_are_sorted_as_the_program_does() {
    let file = Schema::parse(&with_root(
        "map<E, u8>",
        "enum E size 1 align 1 tag u8\n  A = 0\n  B = 1\n  C = 2\n",
    ));
    let program = Schema::parse(&with_root(
        "map<E, u8>",
        "enum E size 1 align 1 tag u8\n  C = 0\n  B = 2\n  A = 7\n",
    ));
    let (file, program) = (file.unwrap(), program.unwrap());
    let block = [12, 0, 0, 0, 3, 0, 0, 0, 15, 0, 0, 0, 0, 1, 2, 10, 11, 12];
    let block = convert(&file, ByteOrder::Little, &block, 1, &program, 100).unwrap();
    let expected = "keys[0]=C keys[1]=B keys[2]=A";
    assert_eq!(values(&program, &block, 1), expected);
    assert_eq!(block[block.len() - 3..], [12, 11, 10]);
}

#[test]
fn a_default_is_written() {
    static OLD: Type = Type {
        name: "Log",
        size: 4,
        align: 4,
        id: TypeId::of::<u8>,
        kind: Kind::Struct(&[stored::Field::of::<u32>("code", 0)]),
    };
    static NEW: Type = Type {
        name: "Log",
        size: 12,
        align: 4,
        id: TypeId::of::<u8>,
        kind: Kind::Struct(&[
            stored::Field::of::<Str>("agent", 0)
                .with_default(|at, writer| writer.put_text(at, "an unknown agent")),
            stored::Field::of::<u32>("code", 8),
        ]),
    };
    let (old, new) = (Schema::of_type(&OLD, true), Schema::of_type(&NEW, true));
    let block = convert(&old, ByteOrder::Big, &[0, 0, 1, 0, 0, 0, 2, 0], 2, &new, 100).unwrap();
    let expected = "[0].agent=\"an unknown agent\" [0].code=256 [1].agent=\"an unknown agent\" \
                    [1].code=512";
    assert_eq!(values(&new, &block, 2), expected);
    let found = differences(&old, &new);
    assert_eq!(found[0].to_string(), "field `agent` of `Log` is not in the file");
}

#[test]
fn nothing_is_not_made_into_much() {
    let list = |rest: &str| Schema::parse(&with_root("list<A>", rest)).unwrap();
    let (file, program) =
        (list("struct A size 0 align 1\n"), list("struct A size 1 align 1\n  a at 0: u8\n"));
    let block = [8, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
    let error = convert(&file, ByteOrder::Little, &block, 1, &program, 1 << 20).unwrap_err();
    assert_eq!(error.to_string(), "it would have 4294967303 bytes, and may have 1048576");
    // And what stays nothing takes no time.
    assert!(convert(&file, ByteOrder::Little, &block, 1, &file, 1 << 20).is_ok());
}

#[test]
#[cfg_attr(
    miri,
    ignore = "Miri does not finish within five minutes: a thousand calls deep, each with borrows of those before it"
)]
fn depth_is_limited_and_fits_on_the_stack() {
    // 128 boxes in each part, and parts in parts.
    let text = with_root(
        "A",
        "struct A size 16 align 4\n  a at 0: option<box<A>>\n  b at 8: list<lazy<A>>\n",
    );
    let schema = Schema::parse(&text).unwrap();
    // Each A lies right behind the one that points at it.
    let part = |boxes: usize| {
        let mut part = Vec::new();
        for left in (0..=boxes).rev() {
            part.extend([u8::from(left > 0), 0, 0, 0, if left > 0 { 12 } else { 0 }, 0, 0, 0]);
            part.extend([0; 8]);
        }
        part
    };
    let run = |block: &[u8]| convert(&schema, ByteOrder::Little, block, 1, &schema, 1 << 20);
    assert!(run(&part(128)).is_ok());
    assert!(matches!(run(&part(129)), Err(ConvertError::Invalid(_))));
    // Now with a part in the last A of each, at 16 bytes behind it: a list of one, whose part follows.
    let mut block = Vec::<u8>::new();
    for _ in 0..4 {
        let mut outer = part(100);
        let last = outer.len() - 8;
        outer[last..last + 8].copy_from_slice(&[8, 0, 0, 0, 1, 0, 0, 0]);
        let length = (block.len() as u32).to_le_bytes();
        if block.is_empty() {
            outer[last..last + 8].fill(0);
        } else {
            outer.extend([16, 0, 0, 0]);
            outer.extend(length);
            outer.extend([0; 8]);
            outer.extend(&block);
        }
        block = outer;
    }
    assert_eq!(Walk::new(&schema, ByteOrder::Little, &block, 1).check(), Ok(()));
    assert_eq!(run(&block), Err(ConvertError::Levels));
}

#[test]
fn a_described_type_and_its_text_differ_in_nothing() {
    let schema = Schema::of_type(type_of::<(u8, Str)>(), false);
    assert_eq!(differences(&schema, &Schema::parse(&schema.text()).unwrap()), []);
}
