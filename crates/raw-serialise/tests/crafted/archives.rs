//! Files, and what can be wrong with them.

use raw_serialise::Builder;
use raw_serialise::schema::ByteOrder;

use super::super::targets::{Content, SUBJECTS, built, seal};
use super::values::{FLAGS, texts, two_texts};
use super::{Add, block, choice, with};

/// Where the header ends, and how long an entry is.
const HEADER: usize = 64;

/// Three sections.
fn file() -> Vec<u8> {
    let builder = Builder::new().section("texts", &two_texts()).section("numbers", &[1_u32, 2][..]);
    builder.section("flags", &FLAGS).build().unwrap().bytes().to_vec()
}

fn one() -> Vec<u8> {
    Builder::new().section("texts", &texts()).build().unwrap().bytes().to_vec()
}

fn schema(subject: &str) -> String {
    SUBJECTS[usize::from(choice(subject))].text().to_owned()
}

pub(super) fn add(add: &mut Add<'_>) {
    add("open", "three-sections", file());
    add("open", "no-sections", Builder::new().build().unwrap().bytes().to_vec());
    accidents(add);
    fronts(add);
    sections(add);
    schemas(add);
}

/// What happens to files.
fn accidents(add: &mut Add<'_>) {
    add("open", "magic-nothing", Vec::new());
    add("open", "magic-zip", b"PK\x03\x04".to_vec());
    add("open", "magic-png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec());
    let one = one();
    let seven: Vec<u8> = one.iter().map(|byte| byte & 0x7f).collect();
    add("open", "text-seven-bits", seven);
    let latin1: String = one.iter().map(|&byte| char::from(byte)).collect();
    let bytes = |text: String| text.chars().map(|it| it as u8).collect::<Vec<_>>();
    add("open", "text-crlf-to-lf", bytes(latin1.replace("\r\n", "\n")));
    add("open", "text-lf-to-crlf", bytes(latin1.replace('\n', "\r\n")));
    add("open", "text-bare-lf-to-crlf", {
        bytes(latin1.replace("\r\n", "\n").replace('\n', "\r\n"))
    });
    add("open", "text-utf8", latin1.into_bytes());
    add("open", "text-utf8-lossy", String::from_utf8_lossy(&one).into_owned().into_bytes());
    add("open", "version-2", with(one.clone(), 8, &[2]));
    for length in [1, 7, 9, 63, 64, 200, one.len() - 1] {
        add("open", &format!("cut-to-{length}"), one[..length].to_vec());
    }
    add("open", "appended", [&one[..], &[0; 3]].concat());
    for bit in [80, 130, 200, 260, 321, 600, 1100, 1300, 2000, one.len() * 8 - 1] {
        let mut flipped = one.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        add("open", &format!("flipped-bit-{bit}"), flipped);
    }
    add("open", "checksum-of-a-section", {
        let mut file = file();
        *file.last_mut().unwrap() ^= 1;
        file
    });
}

/// Fronts whose checksum is right and which lie.
fn fronts(add: &mut Add<'_>) {
    let file = file();
    let front = usize::from(file[24]) + 256 * usize::from(file[25]);
    let mut lie = |name: &str, at: usize, new: &[u8]| {
        let mut file = with(file.clone(), at, new);
        // All but what lies.
        let (length, count) = (file[16..24].to_vec(), file[24..32].to_vec());
        let print = file[HEADER + 32..HEADER + 48].to_vec();
        seal(&mut file);
        file[16..24].copy_from_slice(&length);
        if (24..32).contains(&at) {
            file[24..32].copy_from_slice(&count);
        }
        if (HEADER + 32..HEADER + 48).contains(&at) {
            file[HEADER + 32..HEADER + 48].copy_from_slice(&print);
            let end = front;
            seal_front_only(&mut file, end);
        }
        add("open", &format!("front-{name}"), file);
    };
    lie("order", 10, b"x");
    lie("byte-11", 11, &[1]);
    lie("reserved", 63, &[1]);
    lie("too-many-sections", 12, &u32::MAX.to_le_bytes());
    lie("fewer-sections", 12, &2_u32.to_le_bytes());
    lie("length-not-a-multiple-of-16", 24, &(front as u64 - 1).to_le_bytes());
    lie("of-2-to-the-64", 24, &u64::MAX.to_le_bytes());
    lie("of-no-bytes", 24, &0_u64.to_le_bytes());
    lie("offset", HEADER, &[0x11]);
    lie("length-beyond-the-end", HEADER + 8, &u64::MAX.to_le_bytes());
    lie("length-into-the-next", HEADER + 8, &[0x7f]);
    lie("count-of-a-value", HEADER + 16, &[2]);
    lie("count-of-2-to-the-63", HEADER + 16, &(1_u64 << 63).to_le_bytes());
    lie("fingerprint", HEADER + 32, &[0; 16]);
    lie("place-of-the-schema", HEADER + 48, &[1, 0]);
    lie("schema-of-4-gib", HEADER + 52, &u32::MAX.to_le_bytes());
    lie("schema-not-utf8", HEADER + 3 * 96, &[0xff]);
    lie("align-3", HEADER + 56, &[3]);
    lie("align-32", HEADER + 56, &[32]);
    lie("name-of-0-bytes", HEADER + 58, &[0]);
    lie("name-of-38-bytes", HEADER + 58, &[38]);
    lie("name-not-utf8", HEADER + 59, &[0xff]);
    lie("name-with-more-behind-it", HEADER + 95, b"x");
    lie("name-twice", HEADER + 192 + 58, b"\x05texts");
    lie("filling", front - 1, &[1]);
    // Bytes between sections that belong to nothing: "numbers" has eight, and is aligned to 16.
    let between = file.len() - 12 - 1;
    lie("between-sections", between, &[1]);
    let mut longer = [&file[..], &[0; 16]].concat();
    seal(&mut longer);
    add("open", "front-file-longer-than-its-sections", longer);
}

/// The checksum of the front alone.
fn seal_front_only(file: &mut [u8], front: usize) {
    let seed = twox_hash::XxHash3_64::oneshot(&file[..32]);
    let sum = twox_hash::XxHash3_64::oneshot_with_seed(seed, &file[40..front]);
    file[32..40].copy_from_slice(&sum.to_le_bytes());
}

/// Sections that are not what they should be.
fn sections(add: &mut Add<'_>) {
    let (texts, flags) = (schema("texts"), schema("flags"));
    let list = block(&two_texts());
    let mut file = |name: &str, order, schema: &str, count, block: &[u8]| {
        let section = name.split('-').next().unwrap();
        let content = Content { name: section, schema, count, block };
        add("open", &format!("section-{name}"), built(order, &[content]));
    };
    let native = ByteOrder::NATIVE;
    let foreign = if native == ByteOrder::Little { ByteOrder::Big } else { ByteOrder::Little };
    file("texts", native, &texts, 1, &list);
    file("texts-foreign", foreign, &texts, 1, &list);
    file("texts-none", native, &texts, 0, &[]);
    file("texts-two", native, &texts, 2, &[0; 16]);
    file("texts-4-billion", native, &texts, u64::from(u32::MAX), &list);
    file("texts-rest", native, &texts, 1, &[&list[..], &[7]].concat());
    file("flags", native, &flags, 1, &block(&FLAGS));
    file("flags-tag", native, &flags, 1, &with(block(&FLAGS), 1, &[0]));
    let other = flags.replace("[u8; 2]", "[i8; 2]");
    file("flags-of-another-layout", native, &other, 1, &block(&FLAGS));
    file("flags-of-another-name", native, &flags.replace("Flags", "Flaggs"), 1, &block(&FLAGS));
    file("numbers-many", native, "raw-serialise schema 1\nroot [u32]\n", 3, &[1; 12]);
    file("numbers-too-few", native, "raw-serialise schema 1\nroot [u32]\n", 4, &[1; 12]);
    let none = "raw-serialise schema 1\nroot [[u64; 0]]\n";
    file("none-without-end", native, none, u64::from(u32::MAX), &[]);
    let numbers = [12_u32, 2, 20, 0, 1].map(u32::to_ne_bytes).concat();
    let schema = "raw-serialise schema 1\nroot map<f32, u8>\n";
    file("float-keys", native, schema, 1, &[&numbers[..], &[1, 2]].concat());
}

/// Schemas that are none, in files of parts.
fn schemas(add: &mut Add<'_>) {
    let first = "raw-serialise schema 1\n";
    let mut schema = |name: &str, text: &str| {
        let text = format!("{first}{text}");
        let length = text.len() as u8 + 1;
        // One section called `it`, with this schema, one value, and four bytes.
        let head = [&[5, 2][..], b"it", &[length, 1]].concat();
        add("sealed", name, [&head[..], text.as_bytes(), &[4, 1, 0, 0, 0]].concat());
    };
    schema("u32", "root u32\n");
    schema("list-of-nothing", "root list<()>\n");
    schema("no-end-of-line", "root u32");
    schema("unknown-type", "root what\n");
    schema("in-itself", "root A\nstruct A size 4 align 4\n  a at 0: A\n");
    schema("in-itself-by-a-box", "root A\nstruct A size 4 align 4\n  a at 0: box<A>\n");
    schema("in-itself-without-bytes", "root A\nstruct A size 0 align 1\n  a at 0: [A; 0]\n");
    schema("offset", "root A\nstruct A size 8 align 4\n  a at 2: u32\n");
    schema("beyond-its-end", "root A\nstruct A size 4 align 4\n  a at 0: [u32; 2]\n");
    schema("overlapping", "root A\nstruct A size 4 align 2\n  a at 0: u32\n  b at 2: u16\n");
    schema("alignment-of-32", "root A\nstruct A size 32 align 32\n");
    schema("size-of-4-gib", "root [u64; 1000000000]\n");
    schema("size-of-2-to-the-64", "root [[u128; 2000000000]; 2000000000]\n");
    schema("number-with-a-zero", "root [u8; 04]\n");
    schema("tag-of-300", "root A\nenum A size 1 align 1 tag u8\n  B = 300\n");
    schema("tag-twice", "root A\nenum A size 1 align 1 tag u8\n  B = 1\n  C = 1\n");
    schema("enum-of-nothing", "root A\nenum A size 4 align 4 tag u32\n");
    schema("field-twice", "root A\nstruct A size 2 align 1\n  a at 0: u8\n  a at 1: u8\n");
    schema("deep", &format!("root {}u8{}\n", "box<".repeat(30), ">".repeat(30)));
    schema("too-deep", &format!("root {}u8", "[".repeat(64)));
    schema("lists-of-lists", "root list<list<list<u8>>>\n");
    schema("map-of-lazy-keys", "root map<lazy<u8>, u8>\n");
    schema("other-name-of-a-number", "root u8'2\nstruct u8'2 size 4 align 1\n  a at 0: [u8; 4]\n");

    let named = |mode: u8, sections: &[(&str, u8, &[u8])]| {
        let mut input = vec![mode | (sections.len() as u8) << 2];
        for (name, choice, block) in sections {
            input.push(name.len() as u8);
            input.extend(name.as_bytes());
            input.extend([1, *choice, block.len() as u8]);
            input.extend(*block);
        }
        input
    };
    let list = block(&two_texts());
    let flags = block(&FLAGS);
    let two = [("texts", 0, &list[..]), ("flags", 0, &flags[..])];
    add("sealed", "two-sections", named(1, &two));
    add("sealed", "two-sections-foreign", named(3, &two));
    add("sealed", "the-same-name-twice", named(1, &[two[0], two[0]]));
    add("sealed", "a-count-of-2-to-the-48", named(1, &[("texts", 0xc0, &list[..])]));
    add("sealed", "as-it-is", [&[0][..], &one()].concat());
}
