//! Exercise 3: texts behind one cursor.

use raw_serialise_exercises::one_cursor::{Error, decode, encode};

const LISTS: [&[&str]; 6] =
    [&[], &[""], &["a"], &["", "", ""], &["the cable came out", "all is well"], &["ä", "", "日本"]];

/// `words` are written as the pointers are.
fn block(words: &[u32], texts: &[u8]) -> Vec<u8> {
    words.iter().flat_map(|it| it.to_le_bytes()).chain(texts.iter().copied()).collect()
}

#[test]
fn the_example_of_the_book() {
    let expected = block(&[8, 2, 16, 3, 11, 4], b"onemore");
    assert_eq!(encode(&["one", "more"]), expected);
    assert_eq!(decode(&expected), Ok(vec!["one", "more"]));
}

#[test]
fn what_is_encoded_is_decoded() {
    for texts in LISTS {
        assert_eq!(decode(&encode(texts)).as_deref(), Ok(texts));
    }
}

#[test]
fn what_is_accepted_encodes_to_itself() {
    for texts in LISTS {
        let good = encode(texts);
        for at in 0..good.len() {
            // Miri is slow.
            for byte in (0..=255).step_by(if cfg!(miri) { 85 } else { 1 }) {
                let mut bad = good.clone();
                bad[at] = byte;
                if let Ok(texts) = decode(&bad) {
                    assert_eq!(encode(&texts), bad, "byte {at} is {byte}");
                }
            }
        }
    }
}

#[test]
fn what_is_cut_is_refused() {
    for texts in LISTS {
        let good = encode(texts);
        for len in 0..good.len() {
            let result = decode(&good[..len]);
            assert!(
                matches!(result, Err(Error::Cut { .. })),
                "{len} of {}: {result:?}",
                good.len()
            );
        }
    }
    assert_eq!(decode(&[]), Err(Error::Cut { at: 0 }));
    assert_eq!(decode(&block(&[8, 2, 16, 3], b"")), Err(Error::Cut { at: 8 }));
    assert_eq!(decode(&block(&[8, 2, 16, 3, 11, 4], b"onemor")), Err(Error::Cut { at: 27 }));
}

#[test]
fn a_long_list_in_a_short_block() {
    assert_eq!(decode(&block(&[8, u32::MAX], b"")), Err(Error::Cut { at: 8 }));
    assert_eq!(decode(&block(&[8, 1, 8, u32::MAX], b"text")), Err(Error::Cut { at: 16 }));
}

#[test]
fn two_pointers_to_one_text() {
    let shared = block(&[8, 2, 16, 3, 8, 3], b"one");
    assert_eq!(decode(&shared), Err(Error::Place { at: 16, expected: 27, found: 24 }));
}

#[test]
fn a_gap_between_two_texts() {
    let gap = block(&[8, 2, 16, 3, 12, 4], b"one more");
    assert_eq!(decode(&gap), Err(Error::Place { at: 16, expected: 27, found: 28 }));
}

#[test]
fn a_list_that_is_its_own_pointer() {
    let itself = block(&[0, 1], b"");
    assert_eq!(decode(&itself), Err(Error::Place { at: 0, expected: 8, found: 0 }));
}

#[test]
fn far_away() {
    let far = block(&[8, 1, u32::MAX, 3], b"one");
    let found = 8 + u64::from(u32::MAX);
    assert_eq!(decode(&far), Err(Error::Place { at: 8, expected: 16, found }));
}

#[test]
fn something_behind_the_last_text() {
    let trailing = block(&[8, 1, 8, 3], b"one!");
    assert_eq!(decode(&trailing), Err(Error::Trailing { at: 19 }));
    assert_eq!(decode(&block(&[8, 0, 0], b"")), Err(Error::Trailing { at: 8 }));
}

#[test]
fn a_text_that_is_none() {
    let bad = block(&[8, 2, 16, 3, 11, 1], b"one\xff");
    assert_eq!(decode(&bad), Err(Error::NotText { at: 27 }));
    // Together they are one letter, and each of them is none.
    let halves = block(&[8, 2, 16, 1, 9, 1], "ä".as_bytes());
    assert_eq!(decode(&halves), Err(Error::NotText { at: 24 }));
}
