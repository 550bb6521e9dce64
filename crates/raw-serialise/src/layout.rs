//! What [`plain_struct!`](crate::plain_struct) checks while the user's crate compiles.
//!
//! It looks at the layout that the compiler chose, not at the attributes: attributes can be hidden
//! from a macro (`cfg_attr`, raw identifiers, other macros), offsets cannot.

use crate::Plain;

/// The fields of a struct, walked in the order in which they are declared.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    name: &'static str,
    /// Where the fields so far end.
    end: usize,
    /// The strictest alignment of the fields so far.
    align: usize,
}

impl Fields {
    /// No field yet.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self { name, end: 0, align: 1 }
    }

    /// The next field. Panics, at compile time, unless it begins where the fields before it end.
    #[must_use]
    #[track_caller]
    pub const fn field<T: Plain>(self, field: &'static str, offset: usize) -> Self {
        if offset > self.end {
            Message::new()
                .gap(offset - self.end)
                .text(" before field `")
                .text(field)
                .text("` of `")
                .text(self.name)
                .advice(offset - self.end)
                .panic();
        }
        if offset < self.end {
            Message::new()
                .text("field `")
                .text(field)
                .text("` of `")
                .text(self.name)
                .text("` is not laid out where it is declared: the struct must be `#[repr(C)]`")
                .panic();
        }
        let align = if align_of::<T>() > self.align { align_of::<T>() } else { self.align };
        Self { name: self.name, end: offset + size_of::<T>(), align }
    }

    /// After the last field. Panics, at compile time, if the struct goes on, or is packed.
    #[track_caller]
    pub const fn finish(self, size: usize, align: usize) {
        // First: packing can hide padding, and only the alignment gives it away.
        if align < self.align {
            Message::new()
                .text("`")
                .text(self.name)
                .text("` is packed: references to its fields would be unaligned; remove `packed`")
                .panic();
        }
        if size > self.end {
            Message::new()
                .gap(size - self.end)
                .text(" at the end of `")
                .text(self.name)
                .advice(size - self.end)
                .panic();
        }
    }
}

/// A text made at compile time, where `format!` cannot go.
struct Message {
    bytes: [u8; 256],
    len: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 256], len: 0 }
    }

    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        // A name too long for the room is cut, not refused.
        while at < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let longer = if number >= 10 { self.number(number / 10) } else { self };
        longer.text(DIGITS[number % 10])
    }

    const fn gap(self, bytes: usize) -> Self {
        self.number(bytes).text(if bytes == 1 { " byte of padding" } else { " bytes of padding" })
    }

    const fn advice(self, bytes: usize) -> Self {
        self.text("`: reading it would be undefined behaviour; declare a field there, such as `_pad: [u8; ")
            .number(bytes)
            .text("]`")
    }

    #[track_caller]
    const fn panic(self) -> ! {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => panic!("{}", text),
            // A name that was cut within a character.
            Err(_) => panic!("the struct has padding or is packed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn fields_that_touch_pass() {
        Fields::of("T").field::<u32>("a", 0).field::<[u8; 4]>("b", 4).finish(8, 4);
        Fields::of("Empty").finish(0, 1);
    }

    // ANCHOR: message
    #[test]
    #[should_panic = "7 bytes of padding before field `b` of `T`: reading it would be undefined \
                      behaviour; declare a field there, such as `_pad: [u8; 7]`"]
    fn a_gap_between_fields_is_named() {
        let _ = Fields::of("T").field::<u8>("a", 0).field::<u64>("b", 8);
    }
    // ANCHOR_END: message

    #[test]
    #[should_panic = "1 byte of padding before field `b` of `T`"]
    fn one_byte_is_singular() {
        let _ = Fields::of("T").field::<u8>("a", 0).field::<u16>("b", 2);
    }

    #[test]
    #[should_panic = "120 bytes of padding at the end of `T`"]
    fn a_gap_at_the_end_is_named() {
        Fields::of("T").field::<u64>("a", 0).finish(128, 128);
    }

    #[test]
    #[should_panic = "field `b` of `T` is not laid out where it is declared"]
    fn another_order_is_named() {
        let _ = Fields::of("T").field::<u8>("a", 0).field::<u32>("b", 0);
    }

    #[test]
    #[should_panic = "`T` is packed"]
    fn packing_is_named() {
        Fields::of("T").field::<u8>("a", 0).field::<u32>("b", 1).finish(5, 1);
    }

    #[test]
    #[should_panic = "padding"]
    fn a_name_that_is_too_long_is_cut() {
        const NAME: &str = match core::str::from_utf8(&[b'x'; 300]) {
            Ok(name) => name,
            Err(_) => "",
        };
        let _ = Fields::of(NAME).field::<u8>("a", 0).field::<u64>("b", 8);
    }
}
