//! What is written where the derive stands.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{VisitMut, visit_path_mut, visit_type_mut};
use syn::{
    Data, DeriveInput, Error, Expr, GenericParam, Generics, Lifetime, Member, Path, PathArguments,
    Result, Type, Visibility, parse_quote,
};

use crate::names::{Default, Raw};

/// A struct or an enum.
pub(crate) struct Input<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) visibility: &'a Visibility,
    pub(crate) generics: &'a Generics,
    /// Its name in the file.
    pub(crate) name: String,
    pub(crate) body: Body<'a>,
    pub(crate) source: &'a DeriveInput,
}

/// What is in it.
pub(crate) enum Body<'a> {
    Struct(Vec<Field<'a>>),
    Enum(Vec<Variant<'a>>),
}

/// A field of a struct or of a variant.
pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// Its type; every lifetime in it is `'static`, and `Self` has its name.
    pub(crate) ty: Type,
    /// The name in the file.
    pub(crate) name: String,
    pub(crate) default: Option<Default>,
    /// Where it says that the view of an enum holds a pointer to it.
    pub(crate) pointer: Option<Span>,
    /// What it is called in what a derive generates.
    pub(crate) binding: Ident,
    pub(crate) source: &'a syn::Field,
}

/// A variant of an enum.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    /// The name in the file.
    pub(crate) name: String,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) discriminant: Option<Expr>,
    pub(crate) source: &'a syn::Variant,
}

impl<'a> Input<'a> {
    /// What is written, if it is anything that the derive called `derive` can take.
    pub(crate) fn parse(source: &'a DeriveInput, derive: &str) -> Result<Self> {
        let raw = Raw::parse(&source.attrs, false)?;
        let body = match &source.data {
            Data::Struct(data) => Body::Struct(Field::all(source, &data.fields)?),
            Data::Enum(data) => {
                if data.variants.is_empty() {
                    return Err(Error::new(
                        source.ident.span(),
                        format!("`{}` has no variant, so no bytes are a value of it", source.ident),
                    ));
                }
                let variants = data
                    .variants
                    .iter()
                    .map(|it| Variant::parse(source, it))
                    .collect::<Result<Vec<_>>>()?;
                let names = variants.iter().map(|it| (&it.name, it.ident.span()));
                refuse_twice(names, "variants")?;
                Body::Enum(variants)
            }
            Data::Union(data) => {
                return Err(Error::new(
                    data.union_token.span,
                    format!(
                        "`{derive}` cannot be derived for a union: a value may leave bytes of its \
                         larger fields uninitialised"
                    ),
                ));
            }
        };
        for parameter in &source.generics.params {
            let (span, what) = match parameter {
                GenericParam::Type(it) => (it.ident.span(), "type"),
                GenericParam::Const(it) => (it.ident.span(), "const"),
                GenericParam::Lifetime(it) if derive != "Serialise" => {
                    (it.lifetime.span(), "lifetime")
                }
                GenericParam::Lifetime(_) => continue,
            };
            return Err(Error::new(
                span,
                format!(
                    "`{derive}` cannot be derived for a type with a {what} parameter: its layout \
                     could not be checked here"
                ),
            ));
        }
        let name = raw.name.unwrap_or_else(|| source.ident.unraw().to_string());
        Ok(Self {
            ident: &source.ident,
            visibility: &source.vis,
            generics: &source.generics,
            name,
            body,
            source,
        })
    }
}

impl<'a> Field<'a> {
    fn all(input: &DeriveInput, fields: &'a syn::Fields) -> Result<Vec<Self>> {
        let mut all = Vec::with_capacity(fields.len());
        for (index, (field, member)) in fields.iter().zip(fields.members()).enumerate() {
            let raw = Raw::parse(&field.attrs, true)?;
            let name = raw.name.unwrap_or_else(|| match &member {
                Member::Named(ident) => ident.unraw().to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            });
            let mut ty = field.ty.clone();
            Static(input).visit_type_mut(&mut ty);
            let binding = format_ident!("__raw_serialise_{index}", span = Span::mixed_site());
            all.push(Field {
                member,
                ty,
                name,
                default: raw.default,
                pointer: raw.pointer,
                binding,
                source: field,
            });
        }
        refuse_twice(all.iter().map(|it| (&it.name, it.span())), "fields")?;
        Ok(all)
    }

    /// Where an error about it points.
    pub(crate) fn span(&self) -> Span {
        self.source.ident.as_ref().map_or_else(|| self.source.ty.span(), Ident::span)
    }

    /// The same, for what is generated.
    pub(crate) fn generated(&self) -> Span {
        generated(self.span())
    }

    /// `Field::of::<FORM>(NAME, OFFSET)`, with its default.
    pub(crate) fn description(&self, form: &TokenStream, offset: &TokenStream) -> TokenStream {
        let (name, span) = (&self.name, self.generated());
        self.with_default(
            &quote_spanned!(span=> ::raw_serialise::stored::Field::of::<#form>(#name, #offset)),
        )
    }

    /// A description of it, with its default.
    pub(crate) fn with_default(&self, description: &TokenStream) -> TokenStream {
        let (ty, span) = (&self.ty, self.generated());
        let value = match &self.default {
            None => return description.clone(),
            Some(Default::OfType) => {
                quote_spanned!(span=> <#ty as ::core::default::Default>::default())
            }
            Some(Default::Expr(value)) => value.to_token_stream(),
        };
        quote_spanned!(span=> ::raw_serialise::__with_default!(#description, #ty, #value))
    }
}

impl<'a> Variant<'a> {
    fn parse(input: &DeriveInput, source: &'a syn::Variant) -> Result<Self> {
        let raw = Raw::parse(&source.attrs, false)?;
        let discriminant = source.discriminant.as_ref().map(|(_, value)| {
            let mut value = value.clone();
            Static(input).visit_expr_mut(&mut value);
            value
        });
        Ok(Self {
            ident: &source.ident,
            name: raw.name.unwrap_or_else(|| source.ident.unraw().to_string()),
            fields: Field::all(input, &source.fields)?,
            discriminant,
            source,
        })
    }

    /// `{ FIELD: BINDING, .. }`, which must name all fields.
    pub(crate) fn pattern(&self) -> TokenStream {
        let fields = self.fields.iter().map(
            |Field { member, binding, .. }| quote_spanned!(Span::mixed_site()=> #member: #binding),
        );
        quote_spanned!(Span::mixed_site()=> { #(#fields,)* })
    }
}

/// Refuses `#[raw(pointer)]` where no view of an enum is made.
pub(crate) fn refuse_pointers(input: &Input<'_>, only_enums: bool) -> Result<()> {
    let fields: Vec<_> = match &input.body {
        Body::Struct(fields) => fields.iter().collect(),
        Body::Enum(_) if only_enums => Vec::new(),
        Body::Enum(variants) => variants.iter().flat_map(|it| &it.fields).collect(),
    };
    match fields.iter().find_map(|it| it.pointer) {
        None => Ok(()),
        Some(span) => Err(Error::new(
            span,
            "`pointer` says what the view of an enum with `#[derive(Serialise)]` holds, and there is \
             no such view here",
        )),
    }
}

/// The place of something that is written, with the rights of what is generated: lints of the user's
/// crate do not look at it.
pub(crate) fn generated(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

fn refuse_twice<'n>(names: impl Iterator<Item = (&'n String, Span)>, what: &str) -> Result<()> {
    let mut seen = HashMap::new();
    for (name, span) in names {
        if seen.insert(name, span).is_some() {
            return Err(Error::new(span, format!("two {what} are called `{name}` in the file")));
        }
    }
    Ok(())
}

/// Makes every lifetime `'static`, and names `Self`, which is another type in an impl for a view.
struct Static<'a>(&'a DeriveInput);

impl VisitMut for Static<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first_mut()
            && first.ident == "Self"
        {
            let mut ident = self.0.ident.clone();
            ident.set_span(first.ident.span());
            first.ident = ident;
            let lifetimes = self.0.generics.lifetimes().map(|_| quote!('static));
            if self.0.generics.lifetimes().next().is_some() {
                first.arguments = PathArguments::AngleBracketed(parse_quote!(::<#(#lifetimes),*>));
            }
        }
        visit_path_mut(self, path);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = Lifetime::new("'static", lifetime.span());
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Reference(reference) = ty {
            let span = reference.and_token.span;
            reference.lifetime.get_or_insert_with(|| Lifetime::new("'static", span));
        }
        visit_type_mut(self, ty);
    }
}
