//! `Checked` and `NoPadding` for enums with a fixed `repr`.
//!
//! The Reference, "Primitive representation of enums with fields": the tag lies first, and the fields
//! of each variant behind it as in a `repr(C)` struct. The proof does not rest on it, nor on the
//! attribute: at compile time it writes each tag into an uninitialised enum, matches on it, and looks
//! where the fields lie.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Result;

use crate::input::{Field, Input, Variant, generated};
use crate::memory::{Impls, Promise, Repr, check_checked_field, no_padding};

pub(crate) fn expand(
    input: &Input<'_>,
    variants: &[Variant<'_>],
    promise: Promise,
) -> Result<TokenStream> {
    let tag = Repr::parse(&input.source.attrs)?.tag(input.ident)?;
    let tag = Ident::new(&tag.to_string(), Span::mixed_site());
    let tag = quote_spanned!(Span::mixed_site()=> ::core::primitive::#tag);
    let proof = proof(input, variants, promise, &tag);
    let impls = if promise == Promise::NoPadding {
        no_padding(input.ident)
    } else {
        impls(input, variants, &tag)
    };
    Ok(quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #proof
            #impls
        };
    })
}

/// The constant that is the tag of a variant.
fn tag_of(index: usize) -> Ident {
    format_ident!("__RAW_SERIALISE_TAG_{index}", span = Span::mixed_site())
}

/// The constant that has the offsets of the fields of a variant.
fn offsets_of(index: usize) -> Ident {
    format_ident!("__RAW_SERIALISE_OFFSETS_{index}", span = Span::mixed_site())
}

/// The constant that has what is known of the fields of a variant.
fn fields_of(index: usize) -> Ident {
    format_ident!("__RAW_SERIALISE_FIELDS_{index}", span = Span::mixed_site())
}

/// Looks at the enum that the compiler has made: that its first bytes are the tag, and that it has
/// these variants with these fields, of these types, where they are to be.
fn proof(
    input: &Input<'_>,
    variants: &[Variant<'_>],
    promise: Promise,
    tag: &TokenStream,
) -> TokenStream {
    let Input { ident, name, .. } = input;
    let span = Span::mixed_site();
    let mut before: Option<Ident> = None;
    let constants = variants.iter().enumerate().map(|(index, variant)| {
        let (constant, offsets) = (tag_of(index), offsets_of(index));
        let value = match (&variant.discriminant, &before) {
            (Some(value), _) => quote!(#value),
            (None, Some(before)) => quote_spanned!(span=> #before + 1),
            (None, None) => quote_spanned!(span=> 0),
        };
        before = Some(constant.clone());
        let count = variant.fields.len();
        let (variant_ident, pattern) = (variant.ident, variant.pattern());
        let fields = variant.fields.iter().map(|field| {
            let Field { ty, binding, .. } = field;
            quote_spanned! {field.generated()=>
                // SAFETY: the match has found the field in the enum.
                unsafe { ::raw_serialise::__private::offset_in::<#ident, #ty>(start, #binding) }
            }
        });
        let message = format!("the tag of `{name}::{}` is not the first thing in it", variant.name);
        quote_spanned! {span=>
            const #constant: #tag = #value;
            const #offsets: [::core::primitive::usize; #count] = {
                let mut value = ::core::mem::MaybeUninit::<#ident>::uninit();
                let start = ::core::mem::MaybeUninit::as_mut_ptr(&mut value);
                // SAFETY: this runs at compile time, where what is not so is an error: that the tag
                // fits into the enum, and that a match reads nothing but the tag.
                unsafe { ::core::ptr::write(start.cast::<#tag>(), #constant) };
                // SAFETY: as above.
                match unsafe { &*start } {
                    #ident::#variant_ident #pattern => [#(#fields),*],
                    _ => ::core::panic!(#message),
                }
            };
        }
    });
    let constants = quote!(#(#constants)*);

    let walks = variants.iter().enumerate().map(|(index, variant)| {
        let offsets = offsets_of(index);
        let full_name = format!("{name}::{}", variant.name);
        let without_gaps = (promise == Promise::NoPadding)
            .then(|| quote_spanned!(span=> let fields = fields.without_gaps();));
        let fields = variant.fields.iter().enumerate().map(|(index, field)| {
            let Field { ty, name, binding, .. } = field;
            let function = promise.of_field(field.generated());
            quote_spanned! {field.generated()=>
                let (fields, #binding) = fields.#function::<#ty>(#name, #offsets[#index]);
            }
        });
        let (description, count) = (fields_of(index), variant.fields.len());
        let described = variant.fields.iter().map(|field| {
            let binding = &field.binding;
            field.with_default(&quote!(#binding))
        });
        let filled = (promise == Promise::NoPadding).then(|| {
            quote_spanned! {generated(variant.ident.span())=>
                fields.filled(::core::mem::size_of::<#ident>());
            }
        });
        quote_spanned! {span=>
            const #description: (
                ::raw_serialise::__private::Fields,
                [::raw_serialise::stored::Field; #count],
            ) = {
                let fields = ::raw_serialise::__private::Fields::variant::<#tag>(#full_name);
                #without_gaps
                #(#fields)*
                #filled
                (fields, [#(#described),*])
            };
        }
    });
    let walks = quote!(#(#walks)*);
    let descriptions = (0..variants.len()).map(fields_of);
    let finish = quote_spanned!(generated(ident.span())=> variants.finish::<#ident>());
    let patterns = variants.iter().map(|variant| {
        let (variant_ident, pattern) = (variant.ident, variant.pattern());
        let bindings = variant.fields.iter().map(|it| &it.binding);
        quote_spanned!(span=> #ident::#variant_ident #pattern => { #(let _ = #bindings;)* })
    });
    quote_spanned! {span=>
        #constants

        #walks

        const __RAW_SERIALISE_ALIGN: ::core::primitive::usize = {
            let variants = ::raw_serialise::__private::Variants::of(#name);
            #(let variants = variants.variant(#descriptions.0);)*
            #finish
        };

        // Attributes can change what they stand on: these are all its variants.
        const _: fn(&#ident) = |value| match value {
            #(#patterns)*
        };
    }
}

fn impls(input: &Input<'_>, variants: &[Variant<'_>], tag: &TokenStream) -> TokenStream {
    let Input { ident, name, .. } = input;
    let span = Span::mixed_site();
    let tag_size = quote_spanned!(span=> ::core::mem::size_of::<#tag>());

    let described = variants.iter().enumerate().map(|(index, variant)| {
        let (constant, fields) = (tag_of(index), fields_of(index));
        let variant_name = &variant.name;
        quote_spanned! {span=>
            ::raw_serialise::stored::Variant::of(
                #variant_name,
                #constant as ::core::primitive::i128,
                const { &#fields.1 },
            )
        }
    });
    let kind = quote_spanned! {span=>
        ::raw_serialise::stored::Kind::Enum {
            tag: ::raw_serialise::stored::type_of::<#tag>,
            variants: const { &[#(#described),*] },
        }
    };

    let checks = variants.iter().enumerate().map(|(index, variant)| {
        let (constant, offsets) = (tag_of(index), offsets_of(index));
        let full_name = format!("{name}::{}", variant.name);
        let mut end = tag_size.clone();
        let mut fields = Vec::new();
        for (index, field) in variant.fields.iter().enumerate() {
            let start = quote_spanned!(span=> #offsets[#index]);
            fields.push(check_checked_field(field, &full_name, &end, &start));
            let ty = &field.ty;
            end = quote_spanned!(span=> #start + ::core::mem::size_of::<#ty>());
        }
        quote_spanned! {span=>
            #constant => {
                #(#fields)*
                ::raw_serialise::__private::check_rest(bytes, at, checker, #end)
            }
        }
    });
    let check = quote_spanned! {span=>
        let mut tag = [0; #tag_size];
        tag.copy_from_slice(&bytes[..#tag_size]);
        match <#tag>::from_ne_bytes(tag) {
            #(#checks)*
            other => ::core::result::Result::Err(::raw_serialise::check::Checker::fail(
                checker,
                at,
                ::raw_serialise::check::Reason::Tag(other as ::core::primitive::i128),
            )),
        }
    };

    let encodes = variants.iter().enumerate().map(|(index, variant)| {
        let (constant, offsets) = (tag_of(index), offsets_of(index));
        let (variant_ident, pattern) = (variant.ident, variant.pattern());
        let fields = variant.fields.iter().enumerate().map(|(index, field)| {
            let Field { ty, binding, .. } = field;
            quote_spanned! {field.generated()=>
                ::raw_serialise::__private::encode_field::<#ty>(#binding, bytes, #offsets[#index]);
            }
        });
        quote_spanned! {span=>
            #ident::#variant_ident #pattern => {
                bytes[..#tag_size].copy_from_slice(&#constant.to_ne_bytes());
                #(#fields)*
            }
        }
    });
    let encode = quote_spanned! {span=>
        ::raw_serialise::__private::clear::<Self>(bytes);
        match self {
            #(#encodes)*
        }
    };

    Impls {
        align: quote_spanned!(span=> __RAW_SERIALISE_ALIGN),
        any_bytes: quote_spanned!(span=> false),
        kind,
        check,
        encode,
    }
    .expand(input, Promise::Checked)
}
