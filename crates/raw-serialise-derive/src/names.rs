//! `#[raw(name = "..")]`, `#[raw(default)]`, `#[raw(default = ..)]`, `#[raw(pointer)]`.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, LitStr, Result, Token};

/// What the attributes of one field, variant or type say.
#[derive(Default)]
pub(crate) struct Raw {
    /// The name in the file.
    pub(crate) name: Option<String>,
    /// What stands in the place of a field that a file lacks.
    pub(crate) default: Option<Default>,
    /// Where it says that the view of an enum holds a pointer to the field.
    pub(crate) pointer: Option<Span>,
}

/// Where a default comes from.
pub(crate) enum Default {
    /// `Default::default()`.
    OfType,
    /// The expression.
    Expr(Box<Expr>),
}

impl Raw {
    /// What the attributes say. `fields` says whether these are those of a field.
    pub(crate) fn parse(attributes: &[Attribute], field: bool) -> Result<Self> {
        let mut raw = Self::default();
        for attribute in attributes.iter().filter(|it| it.path().is_ident("raw")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("name") {
                    let name: LitStr = meta.value()?.parse()?;
                    let word = |it: char| it.is_alphanumeric() || it == '_';
                    if name.value().is_empty() || !name.value().chars().all(word) {
                        return Err(Error::new(
                            name.span(),
                            "a name in the file is made of letters, digits and `_`",
                        ));
                    }
                    if raw.name.replace(name.value()).is_some() {
                        return Err(meta.error("`name` is given twice"));
                    }
                } else if field && meta.path.is_ident("default") {
                    let default = if meta.input.peek(Token![=]) {
                        Default::Expr(Box::new(meta.value()?.parse()?))
                    } else {
                        Default::OfType
                    };
                    if raw.default.replace(default).is_some() {
                        return Err(meta.error("`default` is given twice"));
                    }
                } else if field && meta.path.is_ident("pointer") {
                    raw.pointer = Some(meta.path.span());
                } else {
                    let key = meta.path.segments.last().map(|it| it.ident.to_string());
                    let known = if field {
                        "`name = \"..\"`, `default`, `default = ..` and `pointer`"
                    } else {
                        "`name = \"..\"`"
                    };
                    return Err(Error::new(
                        meta.path.span(),
                        format!(
                            "`{}` is nothing that `#[raw(..)]` knows here: there is {known}",
                            key.unwrap_or_default()
                        ),
                    ));
                }
                Ok(())
            })?;
        }
        Ok(raw)
    }
}
