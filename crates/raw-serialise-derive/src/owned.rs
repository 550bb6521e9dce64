//! `Deserialise`: a value from the views that `Serialise` makes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Member;

use crate::heap_enum::is_pointer;
use crate::heap_struct::Names;
use crate::input::{Body, Field, Input};

/// A field's value, of the view of it.
fn value(field: &Field<'_>, view: &TokenStream) -> TokenStream {
    let (member, ty) = (&field.member, &field.source.ty);
    quote_spanned! {field.generated()=>
        #member: <#ty as ::raw_serialise::Deserialise>::deserialise(#view)?
    }
}

pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let span = Span::mixed_site();
    let ident = input.ident;
    let Names { view: view_type, .. } = Names::of(input);
    let value = match &input.body {
        Body::Struct(fields) => {
            let values = fields.iter().map(|field| {
                let method = match &field.member {
                    Member::Named(name) => name.clone(),
                    Member::Unnamed(index) => {
                        format_ident!("field_{}", index.index, span = field.generated())
                    }
                };
                value(field, &quote_spanned!(field.generated()=> #view_type::#method(&view)))
            });
            quote_spanned!(span=> Self { #(#values,)* })
        }
        Body::Enum(variants) => {
            let arms = variants.iter().map(|variant| {
                let (name, pattern) = (variant.ident, variant.pattern());
                let values = variant.fields.iter().map(|field| {
                    let binding = field.binding.to_token_stream();
                    let view = if is_pointer(field, ident) {
                        quote_spanned!(span=> ::raw_serialise::stored::Ptr::view(#binding))
                    } else {
                        binding
                    };
                    value(field, &view)
                });
                quote_spanned!(span=> #view_type::#name #pattern => Self::#name { #(#values,)* },)
            });
            quote_spanned!(span=> match view { #(#arms)* })
        }
    };
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    quote_spanned! {span=>
        #[automatically_derived]
        impl #impl_generics ::raw_serialise::Deserialise for #ident #type_generics #where_clause {
            fn deserialise(
                view: <<Self as ::raw_serialise::Serialise>::Stored as
                    ::raw_serialise::stored::Stored>::Ref<'_>,
            ) -> ::core::result::Result<Self, ::raw_serialise::Invalid> {
                let _ = &view;
                ::core::result::Result::Ok(#value)
            }
        }
    }
}
