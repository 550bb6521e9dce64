//! Eight bytes that show what was done to a file.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
const MAGIC: [u8; 8] = *b"\x89RAW\r\n\x1a\n";

/// The first byte that is not that of the magic.
fn damage(file: &[u8]) -> Option<usize> {
    (0..MAGIC.len()).find(|&at| file.get(at) != Some(&MAGIC[at]))
}

fn main() {
    let file: Vec<u8> = MAGIC.iter().chain(b" and the rest").copied().collect();
    report("as written", &file);

    let mut lines_of_unix = file.clone();
    lines_of_unix.remove(4); // CR LF becomes LF.
    report("CR LF to LF", &lines_of_unix);

    let mut lines_of_windows = file.clone();
    lines_of_windows.insert(7, b'\r'); // LF becomes CR LF, but where it is that already.
    report("LF to CR LF", &lines_of_windows);

    let lines: Vec<&[u8]> = file.split(|&byte| byte == b'\n').collect();
    report("LF to CR", &lines.join(&b'\r'));

    let ended: Vec<u8> = file.iter().copied().take_while(|&byte| byte != 0x1a).collect();
    report("ends at ctrl-Z", &ended);

    let seven_bits: Vec<u8> = file.iter().map(|byte| byte & 0x7f).collect();
    report("seven bits", &seven_bits);

    let utf_8 = String::from_utf8_lossy(&file).into_owned().into_bytes();
    report("made UTF-8", &utf_8);
}
// ANCHOR_END: part

fn report(what: &str, file: &[u8]) {
    let start = &file[..file.len().min(9)];
    let start: Vec<String> = start.iter().map(|byte| format!("{byte:02x}")).collect();
    let found = damage(file).map_or("whole".to_owned(), |at| format!("not the magic at {at}"));
    println!("{what:15} {:27} {found}", start.join(" "));
}
// ANCHOR_END: all
