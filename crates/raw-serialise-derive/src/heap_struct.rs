//! `Serialise` for structs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Error, Member, Result};

use crate::input::{Field, Input, generated};
use crate::memory::check_field;

/// The names of what is generated for a type.
pub(crate) struct Names {
    /// How it is stored.
    pub(crate) stored: Ident,
    /// The view of it.
    pub(crate) view: Ident,
    /// The view for changes.
    pub(crate) view_mut: Ident,
}

impl Names {
    pub(crate) fn of(input: &Input<'_>) -> Self {
        let name = input.ident.unraw();
        let span = generated(input.ident.span());
        Self {
            stored: format_ident!("{name}Stored", span = span),
            view: format_ident!("{name}Ref", span = span),
            view_mut: format_ident!("{name}Mut", span = span),
        }
    }
}

/// The form in which a field is stored.
pub(crate) fn form(field: &Field<'_>) -> TokenStream {
    let ty = &field.ty;
    quote_spanned!(field.generated()=> <#ty as ::raw_serialise::Serialise>::Stored)
}

/// `SIZE`, `ALIGN` or `ANY_BYTES` of a field.
pub(crate) fn constant(field: &Field<'_>, name: &str) -> TokenStream {
    let form = form(field);
    let name = Ident::new(name, Span::mixed_site());
    quote_spanned!(field.generated()=> <#form as ::raw_serialise::stored::Stored>::#name)
}

/// The docs that the user has written, or others.
pub(crate) fn docs(attributes: &[Attribute], otherwise: &str) -> TokenStream {
    let mut docs = attributes.iter().filter(|it| it.path().is_ident("doc")).peekable();
    if docs.peek().is_none() {
        return quote!(#[doc = #otherwise]);
    }
    quote!(#(#docs)*)
}

/// The places of fields, one after another from `end` on: `[(where it begins, where it ends), ..]`,
/// computed from the forms alone, and so the same on every target.
pub(crate) fn places(name: &Ident, end: &TokenStream, fields: &[Field<'_>]) -> TokenStream {
    let count = fields.len();
    let places = fields.iter().map(|field| {
        let (form, binding) = (form(field), &field.binding);
        quote_spanned! {field.generated()=>
            let #binding = ::raw_serialise::__private::next::<#form>(end);
            let end = #binding.1;
        }
    });
    let bindings = fields.iter().map(|it| &it.binding);
    quote_spanned! {Span::mixed_site()=>
        const #name: [(::core::primitive::usize, ::core::primitive::usize); #count] = {
            let end: ::core::primitive::usize = #end;
            #(#places)*
            let _ = end;
            [#(#bindings),*]
        };
    }
}

/// The strictest alignment of all.
pub(crate) fn align<'f, 'a: 'f>(
    first: &TokenStream,
    fields: impl Iterator<Item = &'f Field<'a>>,
) -> TokenStream {
    let fields = fields.map(|field| {
        let align = constant(field, "ALIGN");
        quote_spanned!(Span::mixed_site()=> let align = ::raw_serialise::__private::max(align, #align);)
    });
    quote_spanned! {Span::mixed_site()=>
        {
            let align: ::core::primitive::usize = #first;
            #(#fields)*
            align
        }
    }
}

/// `impl Debug` for the form, of which there are no values.
pub(crate) fn debug_of_nothing(name: &Ident) -> TokenStream {
    quote_spanned! {name.span()=>
        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match *self {}
            }
        }
    }
}

pub(crate) fn expand(input: &Input<'_>, fields: &[Field<'_>]) -> Result<TokenStream> {
    let Input { ident, visibility, name, .. } = input;
    let Names { stored, view, view_mut } = Names::of(input);
    let span = Span::mixed_site();
    let plain_name = ident.unraw().to_string();

    let places_ident = Ident::new("__RAW_SERIALISE_PLACES", span);
    let places = places(&places_ident, &quote_spanned!(span=> 0), fields);
    let end = fields.len().checked_sub(1).map_or_else(
        || quote_spanned!(span=> 0),
        |last| quote_spanned!(span=> #places_ident[#last].1),
    );
    let align = align(&quote_spanned!(span=> 1), fields.iter());
    let sizes = fields.iter().map(|it| constant(it, "SIZE"));
    let any_bytes = fields.iter().map(|it| constant(it, "ANY_BYTES"));
    let descriptions = fields.iter().enumerate().map(|(index, field)| {
        field.description(&form(field), &quote_spanned!(span=> #places_ident[#index].0))
    });
    let checks = fields.iter().enumerate().map(|(index, field)| {
        let end = match index.checked_sub(1) {
            None => quote_spanned!(span=> 0),
            Some(before) => quote_spanned!(span=> #places_ident[#before].1),
        };
        let start = quote_spanned!(span=> #places_ident[#index].0);
        check_field(field, &form(field), name, &end, &start)
    });
    let writes = fields.iter().enumerate().map(|(index, field)| {
        let Field { member, source, .. } = field;
        let ty = &source.ty;
        quote_spanned! {field.generated()=>
            <#ty as ::raw_serialise::Serialise>::serialise(
                &self.#member,
                at + #places_ident[#index].0,
                writer,
            );
        }
    });

    let mut methods = Vec::new();
    let mut methods_mut = Vec::new();
    let mut shown = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let form = form(field);
        let span = field.generated();
        let method = match &field.member {
            Member::Named(name) if *name == "as_ref" => {
                return Err(Error::new(
                    name.span(),
                    format!("a field called `as_ref` would hide the method of `{view_mut}`"),
                ));
            }
            Member::Named(name) => {
                let mut method = name.clone();
                method.set_span(span);
                method
            }
            Member::Unnamed(index) => format_ident!("field_{}", index.index, span = span),
        };
        let visibility = &field.source.vis;
        let docs = docs(&field.source.attrs, &format!("The field `{}`.", field.name));
        methods.push(quote_spanned! {span=>
            #docs
            #[inline]
            #[must_use]
            #visibility fn #method(&self) -> <#form as ::raw_serialise::stored::Stored>::Ref<'__raw> {
                // SAFETY: `check` accepts a value only if it accepts this field, at this place.
                let part = unsafe {
                    ::raw_serialise::stored::Ptr::part::<#form>(self.0, #places_ident[#index].0)
                };
                ::raw_serialise::stored::Ptr::view(part)
            }
        });
        methods_mut.push(quote_spanned! {span=>
            #docs
            #[inline]
            #[must_use]
            #visibility fn #method(
                &mut self,
            ) -> <#form as ::raw_serialise::stored::Stored>::Mut<'_> {
                let all = ::raw_serialise::stored::PtrMut::reborrow(&mut self.0);
                // SAFETY: as in the view; it is the only part that is made of `all`.
                let part = unsafe {
                    ::raw_serialise::stored::PtrMut::part::<#form>(&all, #places_ident[#index].0)
                };
                ::raw_serialise::stored::PtrMut::view_mut(part)
            }
        });
        let name = match &field.member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        shown.push(quote_spanned! {span=>
            ::core::fmt::DebugStruct::field(&mut shown, #name, &#view::#method(self));
        });
    }
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let doc_stored = format!("How a [`{plain_name}`] is stored.");
    let doc_view = format!("A view of a stored [`{plain_name}`].");
    let doc_view_mut =
        format!("A view of a stored [`{plain_name}`], for changes of what is plain in it.");
    let debug_stored = debug_of_nothing(&stored);
    let serialise = serialise(&stored, &quote!(#(#writes)*));

    Ok(quote_spanned! {span=>
        #[doc = #doc_stored]
        #visibility enum #stored {}

        #[doc = #doc_view]
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #visibility struct #view<'__raw>(::raw_serialise::stored::Ptr<'__raw, #stored>);

        #[doc = #doc_view_mut]
        #visibility struct #view_mut<'__raw>(::raw_serialise::stored::PtrMut<'__raw, #stored>);

        const _: () = {
            #places

            // SAFETY: 1: rounded up; the alignment is that of a field, or 1. 2: each field is checked
            // at its place, and viewed there. 3: asked of each field, and there are no gaps. 4: the
            // fields' views, which do not overlap. 5: as theirs.
            #[automatically_derived]
            unsafe impl ::raw_serialise::stored::Stored for #stored {
                const SIZE: ::core::primitive::usize = ::raw_serialise::__private::align_up(
                    #end,
                    <Self as ::raw_serialise::stored::Stored>::ALIGN,
                );
                const ALIGN: ::core::primitive::usize = #align;
                const ANY_BYTES: ::core::primitive::bool = {
                    let filled = 0 #(+ #sizes)*;
                    filled == <Self as ::raw_serialise::stored::Stored>::SIZE #(&& #any_bytes)*
                };
                const TYPE: ::raw_serialise::stored::Type =
                    ::raw_serialise::stored::Type::of::<Self>(
                        #name,
                        ::raw_serialise::stored::Kind::Struct(const { &[#(#descriptions),*] }),
                    );
                type Ref<'__raw> = #view<'__raw>;
                type Mut<'__raw> = #view_mut<'__raw>;

                #[inline]
                fn check(
                    bytes: &[::core::primitive::u8],
                    at: ::core::primitive::usize,
                    checker: &mut ::raw_serialise::check::Checker<'_>,
                ) -> ::core::result::Result<(), ::raw_serialise::check::Failed> {
                    #(#checks)*
                    ::raw_serialise::__private::check_rest(bytes, at, checker, #end)
                }

                #[inline]
                fn view(ptr: ::raw_serialise::stored::Ptr<'_, Self>) -> #view<'_> {
                    #view(ptr)
                }

                #[inline]
                fn view_mut(ptr: ::raw_serialise::stored::PtrMut<'_, Self>) -> #view_mut<'_> {
                    #view_mut(ptr)
                }
            }

            #[automatically_derived]
            impl #impl_generics ::raw_serialise::Serialise for #ident #type_generics #where_clause {
                #serialise
            }

            #[automatically_derived]
            impl<'__raw> #view<'__raw> {
                #(#methods)*
            }

            #[automatically_derived]
            impl #view_mut<'_> {
                /// For reading.
                #[inline]
                #[must_use]
                #visibility fn as_ref(&self) -> #view<'_> {
                    #view(::raw_serialise::stored::PtrMut::shared(&self.0))
                }

                #(#methods_mut)*
            }

            #debug_stored

            #[automatically_derived]
            impl ::core::fmt::Debug for #view<'_> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    let mut shown = ::core::fmt::Formatter::debug_struct(f, #plain_name);
                    #(#shown)*
                    ::core::fmt::DebugStruct::finish(&mut shown)
                }
            }

            #[automatically_derived]
            impl ::core::fmt::Debug for #view_mut<'_> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::Debug::fmt(&#view_mut::as_ref(self), f)
                }
            }
        };
    })
}

/// What stands in `impl Serialise`.
pub(crate) fn serialise(stored: &Ident, writes: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        type Stored = #stored;

        #[inline]
        fn serialise(&self, at: ::core::primitive::usize, writer: &mut ::raw_serialise::Writer) {
            let _ = (at, &mut *writer);
            #writes
        }
    }
}
