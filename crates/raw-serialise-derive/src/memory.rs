//! What the derives share whose types are stored as they lie in memory.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Error, Meta, Result, parenthesized};

use crate::input::{Field, Input, generated};

/// Which of the traits is derived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Promise {
    Plain,
    Checked,
    NoPadding,
}

impl Promise {
    /// The trait.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "Plain",
            Self::Checked => "Checked",
            Self::NoPadding => "NoPadding",
        }
    }

    /// The function of `Fields` that asks it of a field.
    pub(crate) fn of_field(self, span: Span) -> Ident {
        let name = match self {
            Self::Plain => "plain",
            Self::Checked => "checked",
            Self::NoPadding => "no_padding",
        };
        Ident::new(name, span)
    }
}

/// Refuses what can be refused without a look at the fields.
pub(crate) fn refuse(input: &DeriveInput, promise: Promise) -> Result<()> {
    let span = input.ident.span();
    match &input.data {
        Data::Enum(_) if promise == Promise::Plain => Err(Error::new(
            span,
            format!(
                "an enum is not plain, some bytes are none of its variants: derive `Checked` for \
                 `{}`",
                input.ident
            ),
        )),
        Data::Struct(_) => {
            let repr = Repr::parse(&input.attrs)?;
            if repr.words.iter().any(|it| it == "C" || it == "transparent") {
                Ok(())
            } else {
                Err(Error::new(
                    span,
                    format!(
                        "`{}` must be `#[repr(C)]` or `#[repr(transparent)]`: without it the \
                         compiler orders the fields as it likes, and differently tomorrow",
                        input.ident
                    ),
                ))
            }
        }
        Data::Enum(_) | Data::Union(_) => Ok(()),
    }
}

/// What stands in the `#[repr(..)]` attributes that are in sight.
pub(crate) struct Repr {
    pub(crate) words: Vec<Ident>,
}

impl Repr {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut words = Vec::new();
        for attribute in attributes.iter().filter(|it| it.path().is_ident("repr")) {
            // Anything else is the compiler's to refuse.
            if let Meta::List(_) = attribute.meta {
                attribute.parse_nested_meta(|meta| {
                    words.extend(meta.path.get_ident().cloned());
                    if meta.input.peek(syn::token::Paren) {
                        let argument;
                        parenthesized!(argument in meta.input);
                        argument.parse::<TokenStream>()?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(Self { words })
    }

    /// The type of the tag of an enum.
    pub(crate) fn tag(&self, of: &Ident) -> Result<Ident> {
        if let Some(word) = self.words.iter().find(|it| *it == "C") {
            return Err(Error::new(
                word.span(),
                format!(
                    "`repr(C)` leaves the size of the tag of `{of}` to the target: give it \
                     `#[repr(u8)]` alone, or a wider integer"
                ),
            ));
        }
        if let Some(word) = self.words.iter().find(|it| *it == "align" || *it == "packed") {
            return Err(Error::new(
                word.span(),
                format!(
                    "`{of}` has an alignment of its own, whose bytes would be padding: remove `{word}`"
                ),
            ));
        }
        let integer = |it: &&Ident| {
            ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"].iter().any(|i| *it == i)
        };
        self.words.iter().find(integer).cloned().ok_or_else(|| {
            Error::new(
                of.span(),
                format!(
                    "`{of}` has no fixed tag: give it `#[repr(u8)]`, or another integer of 1 to 8 \
                     bytes; without it the compiler lays it out as it likes"
                ),
            )
        })
    }
}

/// The impls of `Stored` and of the traits that were derived.
pub(crate) struct Impls {
    /// Its alignment on every target.
    pub(crate) align: TokenStream,
    pub(crate) any_bytes: TokenStream,
    pub(crate) kind: TokenStream,
    /// What `check` does, with `bytes`, `at` and `checker`, up to its last expression.
    pub(crate) check: TokenStream,
    /// What `encode` does, with `self` and `bytes`.
    pub(crate) encode: TokenStream,
}

impl Impls {
    pub(crate) fn expand(&self, input: &Input<'_>, promise: Promise) -> TokenStream {
        let Self { align, any_bytes, kind, check, encode } = self;
        let Input { ident, name, .. } = input;
        let plain = (promise == Promise::Plain).then(|| plain(ident));
        let serialise = Ident::new(
            if promise == Promise::Plain { "__serialise_plain" } else { "__serialise_checked" },
            Span::mixed_site(),
        );
        // At the name of the type: an error that it is not `Copy`, or not `Debug`, points there.
        let span = generated(ident.span());
        quote_spanned! {span=>
            // SAFETY: 1: `finish` has looked at both. 2 and 3: each field is checked where it lies,
            // and `Ptr` and `Slot` ask for no more than a value. 4: `Slot`. 5.
            #[automatically_derived]
            unsafe impl ::raw_serialise::stored::Stored for #ident {
                const SIZE: ::core::primitive::usize = ::core::mem::size_of::<Self>();
                const ALIGN: ::core::primitive::usize = #align;
                const ANY_BYTES: ::core::primitive::bool = #any_bytes;
                const TYPE: ::raw_serialise::stored::Type =
                    ::raw_serialise::stored::Type::of::<Self>(#name, #kind);
                type Ref<'__raw> = &'__raw Self;
                type Mut<'__raw> = ::raw_serialise::stored::Slot<'__raw, Self>;

                #[inline]
                fn check(
                    bytes: &[::core::primitive::u8],
                    at: ::core::primitive::usize,
                    checker: &mut ::raw_serialise::check::Checker<'_>,
                ) -> ::core::result::Result<(), ::raw_serialise::check::Failed> {
                    #check
                }

                #[inline]
                fn view(ptr: ::raw_serialise::stored::Ptr<'_, Self>) -> &Self {
                    ::raw_serialise::stored::Ptr::as_ref(ptr)
                }

                #[inline]
                fn view_mut(
                    ptr: ::raw_serialise::stored::PtrMut<'_, Self>,
                ) -> ::raw_serialise::stored::Slot<'_, Self> {
                    ::raw_serialise::stored::Slot::new(ptr)
                }
            }

            // SAFETY: 1: stored as itself: the checks have looked at where each field lies, and each
            // is of a checked type. 2: so is no field a pointer or a cell. 3: each byte is written,
            // as zero or as part of a field.
            #[automatically_derived]
            unsafe impl ::raw_serialise::Checked for #ident {
                #[inline]
                fn encode(&self, bytes: &mut [::core::primitive::u8]) {
                    #encode
                }
            }

            #plain

            ::raw_serialise::#serialise! { #ident }
        }
    }
}

fn plain(ident: &Ident) -> TokenStream {
    let no_padding = no_padding(ident);
    quote_spanned! {Span::mixed_site()=>
        #no_padding

        // SAFETY: any bytes are a value of each field, and there are no other fields.
        #[automatically_derived]
        unsafe impl ::raw_serialise::Plain for #ident {}
    }
}

/// `NoPadding`, which was proven.
pub(crate) fn no_padding(ident: &Ident) -> TokenStream {
    quote_spanned! {generated(ident.span())=>
        // SAFETY: `Fields` has shown that the fields touch, and each is without padding.
        #[automatically_derived]
        unsafe impl ::raw_serialise::NoPadding for #ident {}
    }
}

/// The check of one field: the zeroes from `end` on, and its bytes from `start` on.
pub(crate) fn check_field(
    field: &Field<'_>,
    form: &impl ToTokens,
    owner: &str,
    end: &TokenStream,
    start: &TokenStream,
) -> TokenStream {
    check(field, form, "check_field", owner, end, start)
}

/// The same, of a field that is stored as itself.
pub(crate) fn check_checked_field(
    field: &Field<'_>,
    owner: &str,
    end: &TokenStream,
    start: &TokenStream,
) -> TokenStream {
    check(field, &field.ty, "check_checked_field", owner, end, start)
}

fn check(
    field: &Field<'_>,
    form: &impl ToTokens,
    function: &str,
    owner: &str,
    end: &TokenStream,
    start: &TokenStream,
) -> TokenStream {
    let name = &field.name;
    let function = Ident::new(function, Span::mixed_site());
    quote_spanned! {field.generated()=>
        ::raw_serialise::__private::#function::<#form>(
            bytes, at, checker, (#end, #start), (#owner, #name),
        )?;
    }
}
