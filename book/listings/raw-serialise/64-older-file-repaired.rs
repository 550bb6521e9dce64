//! The file says which fields it has. They are looked for by name, and what is missing has a default.
//@ check-pass
// ANCHOR: all
/// As it was last year. A record has 16 bytes.
fn write(records: &[(u64, f64)]) -> Vec<u8> {
    records
        .iter()
        .flat_map(|(time, depth)| [time.to_ne_bytes(), depth.to_ne_bytes()])
        .flatten()
        .collect()
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Reading {
    time: u64,
    depth: f64,
    salt: f64, // New.
}

// ANCHOR: part
/// A field: its name, its type, where it begins, its size.
type Field = (&'static str, &'static str, usize, usize);

const DEFAULT: Reading = Reading { time: 0, depth: 0.0, salt: 35.0 };
const NOW: [Field; 3] = [("time", "u64", 0, 8), ("depth", "f64", 8, 8), ("salt", "f64", 16, 8)];

/// Each record is the default first, and then gets the fields that the file has.
fn convert(file: &[u8], fields: &[Field], record: usize) -> Result<Vec<Reading>, String> {
    let mut copies = Vec::new();
    for (name, kind, to, size) in NOW {
        match fields.iter().find(|field| field.0 == name) {
            None if name == "salt" => (), // The only one that has a default.
            None => return Err(format!("the file has no field `{name}`")),
            Some(&(_, found, from, _)) if found == kind => copies.push((from, to, size)),
            Some(&(_, found, ..)) => {
                return Err(format!(
                    "field `{name}`: `{found}` in the file, `{kind}` in this program"
                ));
            }
        }
    }
    let records = file.chunks_exact(record).map(|bytes| {
        let mut reading = DEFAULT;
        // SAFETY: the struct has no padding, and any bytes are a value of it.
        let place: &mut [u8; 24] = unsafe { &mut *(&raw mut reading).cast() };
        for &(from, to, size) in &copies {
            place[to..][..size].copy_from_slice(&bytes[from..][..size]);
        }
        reading
    });
    Ok(records.collect())
}

fn main() {
    let file = write(&[(1_701_388_800, 12.5), (1_701_388_810, 12.75), (1_701_388_820, 13.0)]);
    let schema = [("time", "u64", 0, 8), ("depth", "f64", 8, 8)]; // From the file.
    for reading in convert(&file, &schema, 16).into_iter().flatten() {
        println!("{reading:?}");
    }
    println!("{:?}", convert(&file, &[("time", "u64", 0, 8), ("depth", "f32", 8, 4)], 12));
    println!("{:?}", convert(&file, &[("when", "u64", 0, 8), ("depth", "f64", 8, 8)], 16));
}
// ANCHOR_END: part
// ANCHOR_END: all
