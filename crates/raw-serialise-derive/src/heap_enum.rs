//! `Serialise` for enums.
//!
//! A `u8` that is the number of the variant, in the order of declaration (a `u16` if there are more than
//! 256), and then the fields of the variant, each at its alignment. What a variant leaves of the size
//! is zero.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{GenericArgument, PathArguments, Result, Type};

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

    let shared = View { name: &view, mutable: false, owner: ident };
    let exclusive = View { name: &view_mut, mutable: true, owner: ident };
    let declared = variants.iter().map(|it| shared.declare(it));
    let declared_mut = variants.iter().map(|it| exclusive.declare(it));
    let count = variants.len();
    let arms = |view: &View<'_>| {
        let arms = variants.iter().enumerate().map(|(number, variant)| {
            // `check` has refused all other tags: the last one needs no look.
            let tag = if number + 1 == count {
                quote_spanned!(span=> _)
            } else {
                tag_literal(number, tag_bytes).to_token_stream()
            };
            let made = view.make(&places_of(number), variant);
            quote_spanned!(span=> #tag => #made,)
        });
        quote!(#(#arms)*)
    };
    let (views, views_mut) = (arms(&shared), arms(&exclusive));
    let here = lifetime.as_ref().map(|_| quote_spanned!(span=> <'_>));
    let (debug, debug_mut) = (shared.debug(variants, &here), exclusive.debug(variants, &here));

    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let doc_stored = format!("How a [`{plain_name}`] is stored.");
    let doc_view = format!("A view of a stored [`{plain_name}`].");
    let doc_view_mut =
        format!("A view of a stored [`{plain_name}`], for changes of what is plain in it.");
    let debug_stored = debug_of_nothing(&stored);

    Ok(quote_spanned! {span=>
        #[doc = #doc_stored]
        #visibility enum #stored {}

        #[doc = #doc_view]
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #visibility enum #view #lifetime { #(#declared)* }

        #[doc = #doc_view_mut]
        #visibility enum #view_mut #lifetime { #(#declared_mut)* }

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
                    match #read_tag { #views }
                }

                #[inline]
                fn view_mut(ptr: ::raw_serialise::stored::PtrMut<'_, Self>) -> #view_mut #here {
                    let bytes = ::raw_serialise::stored::Ptr::bytes(
                        ::raw_serialise::stored::PtrMut::shared(&ptr),
                    );
                    match #read_tag { #views_mut }
                }
            }

            #[automatically_derived]
            impl #impl_generics ::raw_serialise::Serialise for #ident #type_generics #where_clause {
                #serialise
            }

            #debug_stored
            #debug
            #debug_mut
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

/// One of the two views of an enum.
struct View<'a> {
    name: &'a Ident,
    mutable: bool,
    /// The enum.
    owner: &'a Ident,
}

impl View<'_> {
    /// `Ptr` or `PtrMut`.
    fn pointer(&self) -> Ident {
        Ident::new(if self.mutable { "PtrMut" } else { "Ptr" }, Span::mixed_site())
    }

    /// A variant, as it is declared.
    fn declare(&self, variant: &Variant<'_>) -> TokenStream {
        let variant_docs = docs(&variant.source.attrs, &format!("The variant `{}`.", variant.name));
        let fields = variant.fields.iter().map(|field| {
            let form = form(field);
            let name = field.source.ident.iter();
            let docs = docs(&field.source.attrs, &format!("The field `{}`.", field.name));
            let span = field.generated();
            let ty = if is_pointer(field, self.owner) {
                let pointer = self.pointer();
                quote_spanned!(span=> ::raw_serialise::stored::#pointer<'__raw, #form>)
            } else {
                let which = Ident::new(if self.mutable { "Mut" } else { "Ref" }, span);
                quote_spanned!(span=> <#form as ::raw_serialise::stored::Stored>::#which<'__raw>)
            };
            quote_spanned!(span=> #docs #(#name:)* #ty)
        });
        let fields = match &variant.source.fields {
            syn::Fields::Named(_) => quote!({ #(#fields),* }),
            syn::Fields::Unnamed(_) => quote!((#(#fields),*)),
            syn::Fields::Unit => quote!(),
        };
        let ident = variant.ident;
        quote_spanned!(Span::mixed_site()=> #variant_docs #ident #fields,)
    }

    /// A value of it, from the `ptr` to a value of this variant.
    fn make(&self, places: &Ident, variant: &Variant<'_>) -> TokenStream {
        let pointer = self.pointer();
        let fields = variant.fields.iter().enumerate().map(|(index, field)| {
            let (form, member) = (form(field), &field.member);
            let span = field.generated();
            let ptr =
                if self.mutable { quote_spanned!(span=> &ptr) } else { quote_spanned!(span=> ptr) };
            let part = if is_pointer(field, self.owner) {
                quote_spanned!(span=> part)
            } else {
                let method = Ident::new(if self.mutable { "view_mut" } else { "view" }, span);
                quote_spanned!(span=> ::raw_serialise::stored::#pointer::#method(part))
            };
            quote_spanned! {span=>
                #member: {
                    // SAFETY: `check` accepts this tag only with this field behind it; no two
                    // overlap.
                    let part = unsafe {
                        ::raw_serialise::stored::#pointer::part::<#form>(#ptr, #places[#index].0)
                    };
                    #part
                }
            }
        });
        let (view, ident) = (self.name, variant.ident);
        quote_spanned!(Span::mixed_site()=> #view::#ident { #(#fields,)* })
    }

    /// `impl Debug`: what a pointer points at is shown, not where it lies.
    fn debug(&self, variants: &[Variant<'_>], lifetime: &Option<TokenStream>) -> TokenStream {
        let span = Span::mixed_site();
        let view = self.name;
        let arms = variants.iter().map(|variant| {
            let (ident, pattern) = (variant.ident, variant.pattern());
            let name = ident.unraw().to_string();
            let named = matches!(variant.source.fields, syn::Fields::Named(_));
            let (begin, builder) =
                if named { ("debug_struct", "DebugStruct") } else { ("debug_tuple", "DebugTuple") };
            let (begin, builder) = (Ident::new(begin, span), Ident::new(builder, span));
            let fields = variant.fields.iter().map(|field| {
                let binding = &field.binding;
                let value = match (is_pointer(field, self.owner), self.mutable) {
                    (false, _) => quote_spanned!(span=> #binding),
                    (true, false) => {
                        quote_spanned!(span=> &::raw_serialise::stored::Ptr::view(*#binding))
                    }
                    (true, true) => quote_spanned! {span=>
                        &::raw_serialise::stored::Ptr::view(
                            ::raw_serialise::stored::PtrMut::shared(#binding),
                        )
                    },
                };
                let name = field.source.ident.iter().map(|it| it.unraw().to_string());
                quote_spanned! {span=>
                    ::core::fmt::#builder::field(&mut shown, #(#name,)* #value);
                }
            });
            quote_spanned! {span=>
                #view::#ident #pattern => {
                    let mut shown = ::core::fmt::Formatter::#begin(f, #name);
                    #(#fields)*
                    ::core::fmt::#builder::finish(&mut shown)
                }
            }
        });
        quote_spanned! {span=>
            #[automatically_derived]
            impl ::core::fmt::Debug for #view #lifetime {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self { #(#arms)* }
                }
            }
        }
    }
}

/// Whether the view holds a pointer to the field: it would else hold itself.
pub(crate) fn is_pointer(field: &Field<'_>, owner: &Ident) -> bool {
    field.pointer.is_some() || holds(&field.ty, owner)
}

/// Whether the view of a `ty` would hold the view of `owner`, as far as the names say.
fn holds(ty: &Type, owner: &Ident) -> bool {
    match ty {
        Type::Group(it) => holds(&it.elem, owner),
        Type::Paren(it) => holds(&it.elem, owner),
        Type::Reference(it) => holds(&it.elem, owner),
        Type::Tuple(it) => it.elems.iter().any(|it| holds(it, owner)),
        Type::Path(it) => it.path.segments.last().is_some_and(|last| {
            if last.ident == *owner {
                return true;
            }
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return false;
            };
            // The views of lists, maps and deferred parts hold pointers anyway.
            ["Box", "Option", "Cow"].iter().any(|name| last.ident == name)
                && arguments
                    .args
                    .iter()
                    .any(|it| matches!(it, GenericArgument::Type(ty) if holds(ty, owner)))
        }),
        _ => false,
    }
}
