//! `Serialise` for enums.
//!
//! A `u8` that is the number of the variant, in the order of declaration (a `u16` if there are more than
//! 256), and then the fields of the variant, each at its alignment. What a variant leaves of the size
//! is zero.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Result;
use syn::ext::IdentExt;

use crate::heap_struct::{Names, align, debug_of_nothing, docs, form, places, serialise};
use crate::input::{Field, Input, Variant};
use crate::memory::check_field;

/// The constant that has the places of the fields of a variant.
fn places_of(index: usize) -> Ident {
    format_ident!("__RAW_SERIALISE_PLACES_{index}", span = Span::mixed_site())
}

/// Where the last field of a variant ends.
fn end_of(index: usize, variant: &Variant<'_>, tag_size: &TokenStream) -> TokenStream {
    let places = places_of(index);
    variant.fields.len().checked_sub(1).map_or_else(
        || tag_size.clone(),
        |last| quote_spanned!(Span::mixed_site()=> #places[#last].1),
    )
}

pub(crate) fn expand(input: &Input<'_>, variants: &[Variant<'_>]) -> Result<TokenStream> {
    let Input { ident, visibility, name, .. } = input;
    let Names { stored, view, view_mut } = Names::of(input);
    let span = Span::mixed_site();
    let plain_name = ident.unraw().to_string();
    let tag_bytes: usize = if variants.len() > 256 { 2 } else { 1 };
    let tag = Ident::new(if tag_bytes == 2 { "u16" } else { "u8" }, span);
    let tag = quote_spanned!(span=> ::core::primitive::#tag);
    let tag_size = quote_spanned!(span=> #tag_bytes);
    // A view of variants without fields borrows nothing.
    let lifetime =
        variants.iter().any(|it| !it.fields.is_empty()).then(|| quote_spanned!(span=> <'__raw>));

    let all_places = variants
        .iter()
        .enumerate()
        .map(|(index, variant)| places(&places_of(index), &tag_size, &variant.fields));
    let ends = variants.iter().enumerate().map(|(index, it)| end_of(index, it, &tag_size));
    let align = align(&tag_size, variants.iter().flat_map(|it| &it.fields));
    let described = variants.iter().enumerate().map(|(number, variant)| {
        let places = places_of(number);
        let variant_name = &variant.name;
        let tag = number as i128;
        let fields = variant.fields.iter().enumerate().map(|(index, field)| {
            field.description(&form(field), &quote_spanned!(span=> #places[#index].0))
        });
        quote_spanned! {span=>
            ::raw_serialise::stored::Variant::of(#variant_name, #tag, const { &[#(#fields),*] })
        }
    });
    let checks = variants.iter().enumerate().map(|(number, variant)| {
        let places = places_of(number);
        let literal = tag_literal(number, tag_bytes);
        let full_name = format!("{name}::{}", variant.name);
        let mut end = tag_size.clone();
        let mut fields = Vec::new();
        for (index, field) in variant.fields.iter().enumerate() {
            let start = quote_spanned!(span=> #places[#index].0);
            fields.push(check_field(field, &form(field), &full_name, &end, &start));
            end = quote_spanned!(span=> #places[#index].1);
        }
        quote_spanned! {span=>
            #literal => {
                #(#fields)*
                ::raw_serialise::__private::check_rest(bytes, at, checker, #end)
            }
        }
    });
    let read_tag = quote_spanned! {span=>
        {
            let mut tag = [0; #tag_size];
            tag.copy_from_slice(&bytes[..#tag_size]);
            <#tag>::from_ne_bytes(tag)
        }
    };
    let writes = variants.iter().enumerate().map(|(number, variant)| {
        let places = places_of(number);
        let literal = tag_literal(number, tag_bytes);
        let (variant_ident, pattern) = (variant.ident, variant.pattern());
        let fields = variant.fields.iter().enumerate().map(|(index, field)| {
            let Field { binding, source, .. } = field;
            let ty = &source.ty;
            quote_spanned! {field.generated()=>
                <#ty as ::raw_serialise::Serialise>::serialise(
                    #binding,
                    at + #places[#index].0,
                    writer,
                );
            }
        });
        quote_spanned! {span=>
            #ident::#variant_ident #pattern => {
                ::raw_serialise::Writer::put(writer, at, &#literal.to_ne_bytes());
                #(#fields)*
            }
        }
    });
    let writes = quote_spanned!(span=> match self { #(#writes)* });
    let serialise = serialise(&stored, &writes);

    let declare = |which: &Ident| {
        let variants = variants.iter().map(|variant| declare(variant, which));
        quote!(#(#variants)*)
    };
    let ref_ident = Ident::new("Ref", span);
    let mut_ident = Ident::new("Mut", span);
    let (declared, declared_mut) = (declare(&ref_ident), declare(&mut_ident));
    let views = variants.iter().enumerate().map(|(number, variant)| {
        make(
            number,
            variant,
            &view,
            variants.len(),
            tag_bytes,
            "Ptr",
            "view",
            &quote_spanned!(span=> ptr),
        )
    });
    let views_mut = variants.iter().enumerate().map(|(number, variant)| {
        make(
            number,
            variant,
            &view_mut,
            variants.len(),
            tag_bytes,
            "PtrMut",
            "view_mut",
            &quote_spanned!(span=> &ptr),
        )
    });

    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let doc_stored = format!("How a [`{plain_name}`] is stored.");
    let doc_view = format!("A view of a stored [`{plain_name}`].");
    let doc_view_mut =
        format!("A view of a stored [`{plain_name}`], for changes of what is plain in it.");
    let debug_stored = debug_of_nothing(&stored);
    let here = lifetime.as_ref().map(|_| quote_spanned!(span=> <'_>));

    Ok(quote_spanned! {span=>
        #[doc = #doc_stored]
        #visibility enum #stored {}

        #[doc = #doc_view]
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #visibility enum #view #lifetime { #declared }

        #[doc = #doc_view_mut]
        #[derive(::core::fmt::Debug)]
        #visibility enum #view_mut #lifetime { #declared_mut }

        const _: () = {
            #(#all_places)*

            // SAFETY: 1: rounded up; the alignment is that of a field, or of the tag. 2: the fields
            // of the variant that the tag says are checked at their places, and viewed there. 3: not
            // so. 4: the fields' views, which do not overlap, nor are they the tag. 5: as theirs.
            #[automatically_derived]
            unsafe impl ::raw_serialise::stored::Stored for #stored {
                const SIZE: ::core::primitive::usize = {
                    let end = 0;
                    #(let end = ::raw_serialise::__private::max(end, #ends);)*
                    ::raw_serialise::__private::align_up(
                        end,
                        <Self as ::raw_serialise::stored::Stored>::ALIGN,
                    )
                };
                const ALIGN: ::core::primitive::usize = #align;
                const ANY_BYTES: ::core::primitive::bool = false;
                const TYPE: ::raw_serialise::stored::Type =
                    ::raw_serialise::stored::Type::of::<Self>(
                        #name,
                        ::raw_serialise::stored::Kind::Enum {
                            tag: ::raw_serialise::stored::type_of::<#tag>,
                            variants: const { &[#(#described),*] },
                        },
                    );
                type Ref<'__raw> = #view #lifetime;
                type Mut<'__raw> = #view_mut #lifetime;

                #[inline]
                fn check(
                    bytes: &[::core::primitive::u8],
                    at: ::core::primitive::usize,
                    checker: &mut ::raw_serialise::check::Checker<'_>,
                ) -> ::core::result::Result<(), ::raw_serialise::check::Failed> {
                    match #read_tag {
                        #(#checks)*
                        other => ::core::result::Result::Err(
                            ::raw_serialise::check::Checker::fail(
                                checker,
                                at,
                                ::raw_serialise::check::Reason::Tag(
                                    other as ::core::primitive::i128,
                                ),
                            ),
                        ),
                    }
                }

                #[inline]
                fn view(ptr: ::raw_serialise::stored::Ptr<'_, Self>) -> #view #here {
                    let bytes = ::raw_serialise::stored::Ptr::bytes(ptr);
                    match #read_tag { #(#views)* }
                }

                #[inline]
                fn view_mut(ptr: ::raw_serialise::stored::PtrMut<'_, Self>) -> #view_mut #here {
                    let bytes = ::raw_serialise::stored::Ptr::bytes(
                        ::raw_serialise::stored::PtrMut::shared(&ptr),
                    );
                    match #read_tag { #(#views_mut)* }
                }
            }

            #[automatically_derived]
            impl #impl_generics ::raw_serialise::Serialise for #ident #type_generics #where_clause {
                #serialise
            }

            #debug_stored
        };
    })
}

/// The number of a variant, as the tag that it is.
fn tag_literal(number: usize, tag_bytes: usize) -> proc_macro2::Literal {
    use proc_macro2::Literal;
    match (u8::try_from(number), u16::try_from(number)) {
        (Ok(number), _) if tag_bytes == 1 => Literal::u8_suffixed(number),
        (_, Ok(number)) => Literal::u16_suffixed(number),
        // More variants than the compiler would take.
        _ => Literal::usize_suffixed(number),
    }
}

/// A variant of a view.
fn declare(variant: &Variant<'_>, which: &Ident) -> TokenStream {
    let docs_of_variant = docs(&variant.source.attrs, &format!("The variant `{}`.", variant.name));
    let fields = variant.fields.iter().map(|field| {
        let form = form(field);
        let name = field.source.ident.iter();
        let docs = docs(&field.source.attrs, &format!("The field `{}`.", field.name));
        quote_spanned! {field.generated()=>
            #docs
            #(#name:)* <#form as ::raw_serialise::stored::Stored>::#which<'__raw>
        }
    });
    let fields = match &variant.source.fields {
        syn::Fields::Named(_) => quote!({ #(#fields),* }),
        syn::Fields::Unnamed(_) => quote!((#(#fields),*)),
        syn::Fields::Unit => quote!(),
    };
    let ident = variant.ident;
    quote_spanned!(Span::mixed_site()=> #docs_of_variant #ident #fields,)
}

/// The arm of a match on the tag that makes a view of a variant.
#[expect(clippy::too_many_arguments, reason = "the two views differ in them")]
fn make(
    number: usize,
    variant: &Variant<'_>,
    view: &Ident,
    count: usize,
    tag_bytes: usize,
    pointer: &str,
    method: &str,
    ptr: &TokenStream,
) -> TokenStream {
    let span = Span::mixed_site();
    let (pointer, method) = (Ident::new(pointer, span), Ident::new(method, span));
    let places = places_of(number);
    let fields = variant.fields.iter().enumerate().map(|(index, field)| {
        let (form, member) = (form(field), &field.member);
        quote_spanned! {field.generated()=>
            #member: {
                // SAFETY: `check` accepts this tag only with this field behind it; no two overlap.
                let part = unsafe {
                    ::raw_serialise::stored::#pointer::part::<#form>(#ptr, #places[#index].0)
                };
                ::raw_serialise::stored::#pointer::#method(part)
            }
        }
    });
    // `check` has refused all other tags: the last one needs no look.
    let tag = if number + 1 == count {
        quote_spanned!(span=> _)
    } else {
        let tag = tag_literal(number, tag_bytes);
        quote!(#tag)
    };
    let ident = variant.ident;
    quote_spanned!(span=> #tag => #view::#ident { #(#fields,)* },)
}
