//! Blocks that are wrong in one place.

use super::super::targets::Kind;
use super::values::{
    FILE, FLAGS, chain, everything, node, nothing, pairs, sparse, texts, two_texts,
};
use super::{Add, block, choice, with, word};

pub(super) fn add(add: &mut Add<'_>) {
    let mut bad = |subject: &str, name: &str, block: Vec<u8>| {
        let choice = choice(subject);
        add("validate", name, [&[choice], &block[..]].concat());
    };
    // By itself.
    let flags = || block(&FLAGS);
    bad("flags", "bool-2", with(flags(), 0, &[2]));
    bad("flags", "tag-of-a-checked-enum", with(flags(), 1, &[3]));
    bad("flags", "char-surrogate", word(flags(), 4, 0xd800));
    bad("flags", "char-beyond", word(flags(), 4, 0x11_0000));
    bad("flags", "zero", word(flags(), 8, 0));
    bad("kind", "tag-of-two-bytes", with(block(&FILE), 0, &9_i16.to_ne_bytes()));
    bad("kind", "gap-behind-a-short-variant", with(block(&Kind::Folder), 7, &[1]));
    bad("kind", "gap-between-fields", with(block(&FILE), 3, &[1]));
    bad("everything", "tag-of-an-option", with(block(&everything()), 0, &[2]));
    bad("everything", "gap-behind-the-tag-of-an-option", with(block(&everything()), 1, &[1]));
    bad("everything", "gap-in-a-none", with(block(&everything()), 0, &[0]));
    bad("node", "gap-before-a-field", with(block(&node()), 25, &[1]));
    bad("node", "tag-of-an-enum", with(block(&node()), 24, &[3]));

    // Texts.
    for (name, text) in [
        ("utf8-short", &b"abc\xff\xfe"[..]),
        ("utf8-surrogate", b"\xed\xa0\x80"),
        ("utf8-overlong", b"\xe0\x80\xaf"),
        ("utf8-cut", b"1234567\xc3"),
        ("utf8-0xff-within", b"\xff1234567"),
    ] {
        let mut bytes = [0xff; 8];
        bytes[..text.len()].copy_from_slice(text);
        bad("text", name, bytes.into());
    }
    let long = || block(&"Straße 10");
    bad("text", "utf8-long", with(long(), 12, &[0x9f]));
    bad("text", "utf8-at-the-end-of-a-long-one", with(long(), 17, &[0x80]));
    bad("text", "text-of-8-bytes-elsewhere", with(long(), 0, &[0x88]));
    bad("text", "text-of-0-bytes-elsewhere", with(long(), 0, &[0x80]));
    bad("text", "text-of-2-to-the-30", with(long(), 0, &[0xbf, 0xff, 0xff, 0xff]));

    // Pointers. The list at 0, texts at 8 and 16, their bytes at 24 and 34.
    let two = || block(&two_texts());
    // rkyv, CVE 2026-0233 to 0235 (RUSTSEC): ranges that were not what they seemed, and two pointers
    // to the same bytes with different lengths.
    bad("texts", "place-hole", word(two(), 20, 19));
    bad("texts", "place-overlap", word(two(), 20, 17));
    bad("texts", "place-shared", word(two(), 20, 8));
    bad("texts", "place-shared-with-another-length", with(word(two(), 20, 8), 16, &[0x80 | 9]));
    bad("texts", "place-of-the-pointer-itself", word(two(), 12, 0));
    bad("texts", "place-before-the-block", word(two(), 12, u32::MAX - 15));
    bad("texts", "place-behind-the-block", word(two(), 12, 1 << 20));
    bad("texts", "place-swapped", word(word(two(), 12, 26), 20, 8));
    bad("texts", "place-of-the-list", word(two(), 0, 4));
    bad("lists", "place-not-aligned", word(block(&vec![vec![vec![1_u16, 2]]]), 0, 9));
    // The list of the second number begins at the next multiple of four.
    let lists = block(&vec![vec![vec![1_u16]], vec![vec![2]]]);
    bad("lists", "gap-before-a-list", with(lists, 34, &[1]));
    // 2026-0001: a length field for which memory was taken.
    bad("texts", "end-count-of-4-billion", word(two(), 4, u32::MAX));
    bad(
        "lists",
        "end-count-of-4-billion-lists",
        word(block(&vec![vec![vec![1_u16]]]), 4, u32::MAX),
    );
    bad("pairs", "end-count-of-4-billion-entries", word(block(&pairs()), 4, u32::MAX));
    bad("texts", "end-count-times-size-is-2-to-the-32", word(two(), 4, 1 << 29));
    bad("texts", "end-cut", two()[..45].to_vec());
    bad("texts", "end-cut-in-a-pointer", two()[..7].to_vec());
    bad("texts", "end-no-bytes", Vec::new());
    bad(
        "texts",
        "empty-and-yet-it-points",
        with(block(&Vec::<String>::new()), 0, &8_u32.to_ne_bytes()),
    );
    bad("texts", "rest-one-byte", [&two()[..], &[0]].concat());
    bad("texts", "rest-a-hidden-text", [&two()[..], b"hidden"].concat());
    bad("flags", "rest-of-what-has-no-pointers", [&flags()[..], &[0; 4]].concat());

    // Loops, and what is too deep.
    bad("chain", "loop-to-itself", word(block(&chain(1)), 4, 0));
    bad("chain", "loop-to-its-own-beginning", word(block(&chain(1)), 4, u32::MAX - 3));
    bad("chain", "loop-of-two", word(block(&chain(2)), 12, u32::MAX - 11));
    bad("chain", "depth-128", block(&chain(128)));
    // A writer does not write it.
    let mut link = [1, 0, 0, 0, 0, 0, 0, 0];
    link[4..].copy_from_slice(&4_u32.to_ne_bytes());
    bad("chain", "depth-129", [&link.repeat(129)[..], &[0; 8]].concat());

    // Maps: keys at 12, 20 and 28.
    let map = || block(&pairs());
    let swap = |mut block: Vec<u8>, a: usize, b: usize| {
        (0..8).for_each(|byte| block.swap(a + byte, b + byte));
        block
    };
    bad("pairs", "order-falling", with(map(), 12, b"c"));
    bad("pairs", "order-twice-the-same", with(map(), 28, b"a"));
    bad("pairs", "order-swapped", swap(map(), 12, 28));
    bad("pairs", "place-of-the-values", word(map(), 8, 44));

    // What has no bytes. Two lists of it, at 0 and at 24, and a map between.
    let none = || block(&nothing());
    bad("nothing", "no-bytes-4-billion-times", word(none(), 4, u32::MAX));
    bad("nothing", "no-bytes-elsewhere", word(none(), 0, 4));
    bad("nothing", "no-bytes-and-rest", [&none()[..], &[0; 8]].concat());

    // Parts that are checked later: at 0 the list, at 8 and 16 the parts.
    let parts = || block(&sparse());
    bad("sparse", "part-with-rest", {
        let mut block = parts();
        block.extend([0; 16]);
        let length = u32::from_ne_bytes([block[20], block[21], block[22], block[23]]);
        word(block, 20, length + 16)
    });
    bad("sparse", "part-not-utf8", {
        let mut block = parts();
        let at = block.windows(4).position(|it| it == b"0123").unwrap();
        block[at] = 0xff;
        block
    });
    bad("sparse", "part-of-0-bytes", {
        let block = parts();
        let end = block.len();
        word(block[..end - 16].to_vec(), 20, 0)
    });
    bad("sparse", "part-beyond-the-end", word(parts(), 20, u32::MAX));

    // Bits.
    let whole = block(&node());
    for bit in [3, 77, 140, 333, 500, 802, 1003] {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        bad("node", &format!("flipped-bit-{bit}"), flipped);
    }
    let mut text_mode = Vec::new();
    for byte in block(&texts()) {
        text_mode.extend([byte]);
        if byte == 8 {
            text_mode.push(8);
        }
    }
    bad("texts", "a-byte-twice", text_mode);

    // Conversions of what older programs wrote.
    let flags = block(&FLAGS);
    let short = *b"short\xff\xff\xff";
    let mut log = vec![3, 0, 0, 0];
    log.extend(short);
    log.extend(&flags);
    let mut old = |name: &str, subject: &str, older: u8, block: &[u8]| {
        let order = u8::from(cfg!(target_endian = "big"));
        add("convert", name, [&[choice(subject), 2 * (older + 2) + order, 0], block].concat());
    };
    old("log-of-version-1", "log", 0, &log);
    old("log-of-version-1-as-another-type", "deep", 0, &log);
    let mut moved = b"ab\0\0".to_vec();
    moved.extend(u32::from('x').to_ne_bytes());
    moved.extend(7_u32.to_ne_bytes());
    moved.extend([1, 0, 0, 0]);
    moved.extend((-9_i16).to_ne_bytes());
    moved.extend([0, 0, 9, 0, 0, 0]);
    moved.extend(short);
    old("log-in-another-order", "log", 1, &moved);
    old("log-of-no-such-tag", "log", 1, &with(moved.clone(), 16, &[9, 9]));
    old("kind-of-other-tags", "kind", 2, &[200, 1, 5, 6, 7, 8, 0, 0]);
    old("kind-of-other-tags-bad", "kind", 2, &[201, 1, 5, 6, 7, 8, 0, 0]);
    let mut keys = Vec::new();
    for number in [24_u32, 2, 40, 0, 0, 0] {
        keys.extend(number.to_ne_bytes());
    }
    keys.extend([1, 0, 0, 0]);
    keys.extend(9_u32.to_ne_bytes());
    keys.extend([3, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    old("keys-in-another-order", "keys", 3, &keys);
    let leaf = |name: &[u8; 8]| [&name[..], &[0; 8]].concat();
    old("node-of-version-1", "node", 4, &leaf(&short));
    old("deep-in-another-order", "deep", 5, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    old("texts-as-a-list-of-lists", "lists", 6, &block(&two_texts()));
    old("chain-of-32-bytes", "chain", 7, &[0; 32]);
    for (name, text) in [
        ("schema-of-a-number", "raw-serialise schema 1\nroot u32\n"),
        ("schema-of-many", "raw-serialise schema 1\nroot [str]\n"),
        ("schema-of-no-text", ""),
    ] {
        let length = text.len() as u8;
        let input = [&[choice("texts"), 0, length, 0], text.as_bytes(), &[0, 8, 0, 0, 0]].concat();
        add("convert", name, input);
    }
    // 2026-0001 once more: the file has eight bytes, and the program would have sixteen for each.
    let text = "raw-serialise schema 1\nroot list<Grown>\nstruct Grown size 0 align 1\n";
    let mut grown = vec![choice("grown"), 0, text.len() as u8, 0];
    grown.extend(text.bytes());
    grown.push(0);
    grown.extend(8_u32.to_le_bytes());
    grown.extend(u32::MAX.to_le_bytes());
    add("convert", "schema-that-grows", grown.clone());
    let count = grown.len() - 4;
    add("convert", "schema-that-grows-a-little", with(grown, count, &[3, 0, 0, 0]));
    let edits = [
        ("text", "edit-of-what-is-refused", vec![0x80; 8]),
        ("texts", "edit-no-bytes", vec![]),
        ("nothing", "no-bytes-4-billion-times", word(block(&nothing()), 4, u32::MAX)),
    ];
    for (subject, name, block) in edits {
        add("edit", name, [&[choice(subject), 1, 9], &block[..]].concat());
    }
}
