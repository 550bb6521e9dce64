//! What the derives check while the user's crate compiles.
//!
//! It looks at the layout that the compiler chose, not at the attributes: attributes can be hidden
//! from a macro (raw identifiers, other macros), offsets cannot.

use crate::stored::{Field, MAX_ALIGN, align_up};
use crate::{Checked, NoPadding, Plain};

/// Below it, the alignment of a primitive type is its size on every target; a `u64` may be aligned to
/// four bytes only.
const SURE_ALIGN: usize = 4;

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

const fn sure(align: usize) -> usize {
    if align < SURE_ALIGN { align } else { SURE_ALIGN }
}

/// The fields of a struct or of a variant, walked in the order in which they are declared.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// `Struct` or `Enum::Variant`.
    name: &'static str,
    /// Where the fields so far end.
    end: usize,
    /// The strictest alignment of the fields so far, on this target.
    align: usize,
    /// The same, on any target.
    stored_align: usize,
    any_bytes: bool,
    /// Whether there may be gaps: those of a data-carrying enum are known, and kept zero.
    gaps: bool,
}

impl Fields {
    /// Of a struct: no field yet.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self { name, end: 0, align: 1, stored_align: 1, any_bytes: true, gaps: false }
    }

    /// Of a variant, which begins with a tag.
    #[must_use]
    pub const fn variant<Tag: Plain>(name: &'static str) -> Self {
        Self {
            name,
            end: size_of::<Tag>(),
            align: align_of::<Tag>(),
            stored_align: Tag::ALIGN,
            any_bytes: false,
            gaps: true,
        }
    }

    /// Of a variant, where no byte may be left over.
    #[must_use]
    pub const fn without_gaps(self) -> Self {
        Self { gaps: false, ..self }
    }

    /// The next field, of a plain struct. The description of it comes with it: so a type that is not
    /// plain is one error, and not one for each use of it.
    #[must_use]
    #[track_caller]
    pub const fn plain<T: Plain>(self, field: &'static str, offset: usize) -> (Self, Field) {
        self.checked::<T>(field, offset)
    }

    /// The next field, of a type without padding.
    #[must_use]
    #[track_caller]
    pub const fn no_padding<T: NoPadding>(
        self,
        field: &'static str,
        offset: usize,
    ) -> (Self, Field) {
        self.checked::<T>(field, offset)
    }

    /// The next field. Panics, at compile time, unless it begins where the fields before it end; in a
    /// variant, where the alignment puts it on every target.
    #[must_use]
    #[track_caller]
    pub const fn checked<T: Checked>(self, field: &'static str, offset: usize) -> (Self, Field) {
        if offset < self.end {
            Message::new()
                .field(field, self.name)
                .text(" is not laid out where it is declared: the type must have a fixed `repr`")
                .panic();
        }
        if self.gaps {
            let (here, elsewhere) =
                (align_up(self.end, T::ALIGN), align_up(self.end, sure(T::ALIGN)));
            if offset != here || here != elsewhere {
                let bytes = here - self.end;
                Message::new()
                    .field(field, self.name)
                    .text(" begins at byte ")
                    .number(offset)
                    .text(", and on other targets at ")
                    .number(if offset == here { elsewhere } else { here })
                    .text(": the layout would be another one there; ")
                    .declare(bytes, " before it")
                    .panic();
            }
        } else if offset > self.end {
            Message::new()
                .gap(offset - self.end)
                .text(" before ")
                .field(field, self.name)
                .advice(offset - self.end)
                .panic();
        }
        if !offset.is_multiple_of(T::ALIGN) {
            Message::new()
                .field(field, self.name)
                .text(" begins at byte ")
                .number(offset)
                .text(", which is no multiple of ")
                .number(T::ALIGN)
                .text(": the layout would be another one on other targets; ")
                .declare(T::ALIGN - offset % T::ALIGN, " before it")
                .panic();
        }
        let fields = Self {
            end: offset + size_of::<T>(),
            align: max(align_of::<T>(), self.align),
            stored_align: max(T::ALIGN, self.stored_align),
            any_bytes: self.any_bytes && T::ANY_BYTES,
            ..self
        };
        (fields, Field::of::<T>(field, offset))
    }

    /// Whether any bytes are a value of each field.
    #[must_use]
    pub const fn any_bytes(self) -> bool {
        self.any_bytes
    }

    /// After the last field of a struct `S`. Panics, at compile time, if the struct goes on, is packed,
    /// or is aligned too strictly. Returns the alignment that it has on every target.
    #[must_use]
    #[track_caller]
    pub const fn finish<S>(self) -> usize {
        // First: packing can hide padding, and only the alignment gives it away.
        if align_of::<S>() < self.align {
            Message::new()
                .name(self.name)
                .text(" is packed: references to its fields would be unaligned; remove `packed`")
                .panic();
        }
        self.filled(size_of::<S>());
        // Not less than what `repr(align)` asks for, which is the same everywhere.
        let align = max(self.stored_align, align_of::<S>());
        if align > MAX_ALIGN {
            Message::new()
                .name(self.name)
                .text(" is aligned to ")
                .number(align)
                .text(" bytes, and stored data to ")
                .number(MAX_ALIGN)
                .text(" at most: lower its `align`")
                .panic();
        }
        if !size_of::<S>().is_multiple_of(align) {
            Message::new()
                .name(self.name)
                .text(" has ")
                .number(size_of::<S>())
                .text(" bytes, which is no multiple of ")
                .number(align)
                .text(": the layout would be another one on other targets; ")
                .declare(align - size_of::<S>() % align, " at its end")
                .panic();
        }
        align
    }

    /// Panics, at compile time, if the fields end before `size` bytes do.
    #[track_caller]
    pub const fn filled(self, size: usize) {
        if size > self.end {
            Message::new()
                .gap(size - self.end)
                .text(" at the end of ")
                .name(self.name)
                .advice(size - self.end)
                .panic();
        }
    }
}

/// The variants of an enum with a tag.
#[derive(Clone, Copy, Debug)]
pub struct Variants {
    name: &'static str,
    end: usize,
    align: usize,
    stored_align: usize,
}

impl Variants {
    /// No variant yet.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self { name, end: 0, align: 1, stored_align: 1 }
    }

    /// The next variant.
    #[must_use]
    pub const fn variant(self, fields: Fields) -> Self {
        Self {
            name: self.name,
            end: max(self.end, fields.end),
            align: max(self.align, fields.align),
            stored_align: max(self.stored_align, fields.stored_align),
        }
    }

    /// After the last variant of an enum `E`. Panics, at compile time, unless its size and alignment
    /// are those of its variants, on every target. Returns the alignment that it has on every target.
    #[must_use]
    #[track_caller]
    pub const fn finish<E>(self) -> usize {
        if align_of::<E>() != self.align {
            Message::new()
                .name(self.name)
                .text(" is aligned to ")
                .number(align_of::<E>())
                .text(" bytes, and what is in it to ")
                .number(self.align)
                .text(": an enum has no `align` of its own, whose bytes would be padding")
                .panic();
        }
        let here = align_up(self.end, self.stored_align);
        let elsewhere = align_up(self.end, sure(self.stored_align));
        if size_of::<E>() != here || here != elsewhere {
            Message::new()
                .name(self.name)
                .text(" has ")
                .number(size_of::<E>())
                .text(" bytes, and on other targets ")
                .number(if size_of::<E>() == here { elsewhere } else { here })
                .text(": the layout would be another one there; ")
                .declare(here - self.end, " at the end of its largest variant")
                .panic();
        }
        self.stored_align
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

    const fn name(self, name: &str) -> Self {
        self.text("`").text(name).text("`")
    }

    const fn field(self, field: &str, owner: &str) -> Self {
        self.text("field ").name(field).text(" of ").name(owner)
    }

    const fn advice(self, bytes: usize) -> Self {
        self.text(": reading it would be undefined behaviour; ").declare(bytes, " there")
    }

    const fn declare(self, bytes: usize, place: &str) -> Self {
        self.text("declare a field")
            .text(place)
            .text(", such as `_pad: [u8; ")
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
    use super::{Fields, Variants};

    // ANCHOR: touch
    #[test]
    fn fields_that_touch_pass() {
        let fields = Fields::of("T").plain::<u32>("a", 0).0.plain::<[u8; 4]>("b", 4).0;
        assert_eq!(fields.finish::<[u32; 2]>(), 4);
        assert_eq!(Fields::of("Empty").finish::<()>(), 1);
    }
    // ANCHOR_END: touch

    // ANCHOR: message
    #[test]
    #[should_panic = "7 bytes of padding before field `b` of `T`: reading it would be undefined \
                      behaviour; declare a field there, such as `_pad: [u8; 7]`"]
    fn a_gap_between_fields_is_named() {
        let _ = Fields::of("T").plain::<u8>("a", 0).0.plain::<u64>("b", 8);
    }
    // ANCHOR_END: message

    #[test]
    #[should_panic = "1 byte of padding before field `b` of `T`"]
    fn one_byte_is_singular() {
        let _ = Fields::of("T").plain::<u8>("a", 0).0.plain::<u16>("b", 2);
    }

    #[test]
    #[should_panic = "120 bytes of padding at the end of `T`"]
    fn a_gap_at_the_end_is_named() {
        let _ = Fields::of("T").plain::<u64>("a", 0).0.finish::<[u64; 16]>();
    }

    #[test]
    #[should_panic = "field `b` of `T` is not laid out where it is declared"]
    fn another_order_is_named() {
        let _ = Fields::of("T").plain::<u8>("a", 0).0.plain::<u32>("b", 0);
    }

    #[test]
    #[should_panic = "`T` is packed"]
    fn packing_is_named() {
        let _ =
            Fields::of("T").plain::<[u8; 4]>("a", 0).0.plain::<u32>("b", 4).0.finish::<[u8; 8]>();
    }

    /// As a target sees it where a `u64` is aligned to four bytes.
    #[test]
    #[should_panic = "field `b` of `T` begins at byte 4, which is no multiple of 8: the layout would \
                      be another one on other targets; declare a field before it, such as `_pad: \
                      [u8; 4]`"]
    fn an_offset_that_is_another_one_elsewhere_is_named() {
        let _ = Fields::of("T").plain::<u32>("a", 0).0.plain::<u64>("b", 4);
    }

    #[test]
    #[should_panic = "`T` has 12 bytes, which is no multiple of 8"]
    fn a_size_that_is_another_one_elsewhere_is_named() {
        let fields = Fields::of("T").plain::<[u64; 1]>("a", 0).0.plain::<u32>("b", 8).0;
        let _ = Fields { align: 4, ..fields }.finish::<[u32; 3]>();
    }

    #[test]
    #[should_panic = "field `0` of `E::A` begins at byte 8, and on other targets at 4"]
    fn a_gap_in_a_variant_that_is_another_one_elsewhere_is_named() {
        let _ = Fields::variant::<u8>("E::A").checked::<u64>("0", 8);
    }

    #[test]
    #[should_panic = "`E` has 12 bytes, and on other targets 16"]
    fn an_enum_that_has_another_size_elsewhere_is_named() {
        let fields =
            Fields::variant::<u32>("E::A").checked::<u32>("0", 4).0.checked::<u32>("1", 8).0;
        let fields = Fields { stored_align: 8, ..fields };
        let _ = Variants::of("E").variant(fields).finish::<[u32; 3]>();
    }

    #[test]
    #[should_panic = "padding"]
    fn a_name_that_is_too_long_is_cut() {
        const NAME: &str = match core::str::from_utf8(&[b'x'; 300]) {
            Ok(name) => name,
            Err(_) => "",
        };
        let _ = Fields::of(NAME).plain::<u8>("a", 0).0.plain::<u64>("b", 8);
    }
}
