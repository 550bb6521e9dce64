//! Two fingerprints differ. Two schemas say where.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// A field: where it begins, its name, its type.
type Field<'a> = (usize, &'a str, &'a str);

/// A field from its line, as in `12 c: [u8; 7]`.
fn field(line: &str) -> Option<Field<'_>> {
    let (at, rest) = line.split_once(' ')?;
    let (name, kind) = rest.split_once(": ")?;
    Some((at.parse().ok()?, name, kind))
}

fn first_difference(file: &[Field], program: &[Field]) -> Option<String> {
    for index in 0..file.len().max(program.len()) {
        let difference = match (file.get(index), program.get(index)) {
            (found, expected) if found == expected => continue,
            (Some((at, name, found)), Some((here, same, expected)))
                if at == here && name == same =>
            {
                format!(
                    "field `{name}` at {at}: `{found}` in the file, `{expected}` in this program"
                )
            }
            (Some((at, name, kind)), Some((here, other, expected))) => format!(
                "`{name}: {kind}` at {at} in the file, `{other}: {expected}` at {here} in this program"
            ),
            (Some((at, name, _)), None) => format!("field `{name}` at {at}: only in the file"),
            (None, Some((at, name, _))) => format!("field `{name}` at {at}: only in this program"),
            (None, None) => continue,
        };
        return Some(difference);
    }
    None
}
// ANCHOR_END: part

fn main() {
    let file = "0 b: u64\n8 d: u32\n12 a: u8\n13 c: [u8; 7]\n20 _pad: [u8; 4]";
    let programs = [
        file,
        "0 b: u64\n8 d: u32\n12 a: u8\n13 c: [u8; 8]\n21 _pad: [u8; 3]",
        "0 b: u64\n8 depth: u32\n12 a: u8\n13 c: [u8; 7]\n20 _pad: [u8; 4]",
        "0 b: u64\n8 d: u32\n12 a: u8\n13 c: [u8; 7]",
    ];
    let parse = |schema: &'static str| schema.lines().filter_map(field).collect::<Vec<_>>();
    for program in programs {
        let difference = first_difference(&parse(file), &parse(program));
        println!("{}", difference.unwrap_or("the same".to_owned()));
    }
}
// ANCHOR_END: all
