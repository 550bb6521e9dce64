//! `Plain`, `Checked` and `NoPadding` for structs.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Result;

use crate::input::{Field, Input, generated};
use crate::memory::{Impls, Promise, check_checked_field, no_padding};

pub(crate) fn expand(
    input: &Input<'_>,
    fields: &[Field<'_>],
    promise: Promise,
) -> Result<TokenStream> {
    let proof = proof(input, fields, promise);
    let impls = if promise == Promise::NoPadding {
        no_padding(input.ident)
    } else {
        impls(input, fields, promise)
    };
    Ok(quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #proof
            #impls
        };
    })
}

/// Looks at the struct that the compiler has made: that it has these fields, of these types, where
/// they are to be.
fn proof(input: &Input<'_>, fields: &[Field<'_>], promise: Promise) -> TokenStream {
    let Input { ident, name, .. } = input;
    let span = Span::mixed_site();
    let walk = fields.iter().map(|field| {
        let Field { member, ty, name, .. } = field;
        let span = field.generated();
        let function = promise.of_field(span);
        let binding = &field.binding;
        // ANCHOR: walk
        quote_spanned! {span=>
            let (fields, #binding) =
                fields.#function::<#ty>(#name, ::core::mem::offset_of!(#ident, #member));
        }
        // ANCHOR_END: walk
    });
    let count = fields.len();
    let described = fields.iter().map(|field| {
        let binding = &field.binding;
        field.with_default(&quote!(#binding))
    });
    let described = quote!(#(#described),*);
    let members: Vec<_> = fields.iter().map(|it| &it.member).collect();
    let types = fields.iter().map(|field| {
        let Field { member, ty, .. } = field;
        quote_spanned! {field.generated()=>
            ::raw_serialise::__private::same_type::<#ty>(&raw mut value.#member);
        }
    });
    let walk = quote!(#(#walk)*);
    let again = if fields.is_empty() {
        // No union has no fields.
        quote_spanned!(span=> value)
    } else {
        quote_spanned!(span=> #ident { ..value })
    };
    let finish = quote_spanned!(generated(ident.span())=> fields.finish::<#ident>());
    quote_spanned! {span=>
        const __RAW_SERIALISE: (
            ::core::primitive::usize,
            ::core::primitive::bool,
            [::raw_serialise::stored::Field; #count],
        ) = {
            let fields = ::raw_serialise::__private::Fields::of(#name);
            #walk
            (#finish, fields.any_bytes(), [#described])
        };

        // ANCHOR: again
        // Attributes can change what they stand on: these are all the fields of the type that was
        // declared in the end, they have the types that were checked, and it is a struct: only that
        // can be made of the rest of another one.
        const _: fn(#ident) -> #ident = |mut value| {
            let #ident { #(#members: _,)* } = value;
            #(#types)*
            #again
        };
        // ANCHOR_END: again
    }
}

fn impls(input: &Input<'_>, fields: &[Field<'_>], promise: Promise) -> TokenStream {
    let Input { ident, name, .. } = input;
    let span = Span::mixed_site();
    let offset = |field: &Field<'_>| {
        let member = &field.member;
        quote_spanned!(field.generated()=> ::core::mem::offset_of!(#ident, #member))
    };
    let kind = quote_spanned! {span=>
        ::raw_serialise::stored::Kind::Struct(const { &__RAW_SERIALISE.2 })
    };
    let align = quote_spanned!(span=> __RAW_SERIALISE.0);
    if promise == Promise::Plain {
        return Impls {
            align,
            any_bytes: quote_spanned!(span=> true),
            kind,
            check: quote_spanned! {span=>
                let _ = (bytes, at, checker);
                ::core::result::Result::Ok(())
            },
            encode: quote_spanned! {span=>
                bytes.copy_from_slice(::raw_serialise::as_bytes(self));
            },
        }
        .expand(input, promise);
    }
    // There are no gaps: each field is looked at from its beginning.
    let checks = fields.iter().map(|field| {
        let offset = offset(field);
        check_checked_field(field, name, &offset, &offset)
    });
    let encode = fields.iter().map(|field| {
        let Field { member, ty, .. } = field;
        let offset = offset(field);
        quote_spanned! {field.generated()=>
            ::raw_serialise::__private::encode_field::<#ty>(&self.#member, bytes, #offset);
        }
    });
    Impls {
        align,
        any_bytes: quote_spanned!(span=> __RAW_SERIALISE.1),
        kind,
        check: quote_spanned! {span=>
            let _ = (bytes, at, &mut *checker);
            #(#checks)*
            ::core::result::Result::Ok(())
        },
        encode: quote_spanned! {span=>
            ::raw_serialise::__private::clear::<Self>(bytes);
            #(#encode)*
        },
    }
    .expand(input, promise)
}
