//! `Integer` from text and from bytes.
#![no_main]

use integer_codec::{Integer, VarInt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = str::from_utf8(input) {
        from_text(text);
    }
    from_bytes(input);
});

/// What is accepted is read again from each of its forms; what is refused is refused at a character
/// that is there, or at the end.
fn from_text(text: &str) {
    let value: Integer = match text.parse() {
        Ok(value) => value,
        Err(error) => {
            assert_eq!(text.parse::<Integer>(), Err(error), "the second time");
            let message = error.to_string();
            let offset = message.split("offset ").nth(1).map(|it| {
                it.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>()
            });
            let Some(Ok(offset)) = offset else { panic!("no offset in `{message}`") };
            assert!(text.is_char_boundary(offset), "{offset} is no place in the text");
            return;
        }
    };
    for form in [
        format!("{value}"),
        format!("{value:+}"),
        format!("{value:#x}"),
        format!("{value:#o}"),
        format!("{value:#b}"),
    ] {
        assert_eq!(form.parse(), Ok(value), "{form}");
    }
    // Decimal text without underscores is what the standard library reads, too.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        assert_eq!(u128::try_from(value).ok(), text.parse().ok());
    }
}

/// It is the same as by way of the widest type, in both directions.
fn from_bytes(bytes: &[u8]) {
    let unsigned = Integer::decode_unsigned(bytes);
    let signed = Integer::decode_signed(bytes);
    assert_eq!(unsigned, u128::decode(bytes).map(|(value, used)| (value.into(), used)));
    assert_eq!(signed, i128::decode(bytes).map(|(value, used)| (value.into(), used)));
    let mut buffer = [0; 17];
    if let Ok((value, used)) = unsigned {
        assert!(!value.is_negative());
        assert_eq!(value.encode_unsigned(&mut buffer), Ok(used));
        assert_eq!(&buffer[..used], &bytes[..used]);
    }
    if let Ok((value, used)) = signed {
        assert_eq!(value.encode_signed(&mut buffer), Ok(used));
        assert_eq!(&buffer[..used], &bytes[..used]);
    }
}
