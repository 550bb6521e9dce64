//! What two schemas do not have in common.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Schema;
use super::matching::Matching;

/// Something in which the layout in a file is not that of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The section holds something else.
    Root {
        /// Of which type.
        file: String,
        /// Which it must be.
        program: String,
    },
    /// A field has another type.
    Type {
        /// Whose field: a struct, or a variant, as `Shape::Circle`.
        owner: String,
        /// Its name.
        field: String,
        /// Where it lies in the file.
        offset: usize,
        /// Its type there.
        file: String,
        /// Its type in the program.
        program: String,
    },
    /// A field lies elsewhere.
    Moved {
        /// Whose field.
        owner: String,
        /// Its name.
        field: String,
        /// Where it lies in the file.
        file: usize,
        /// Where it lies in the program.
        program: usize,
    },
    /// The program has a field that the file lacks.
    NotInFile {
        /// Whose field.
        owner: String,
        /// Its name.
        field: String,
        /// Whether there is a value for it.
        fills: Filling,
    },
    /// The file has a field that the program lacks.
    NotInProgram {
        /// Whose field.
        owner: String,
        /// Its name.
        field: String,
    },
    /// The program has a variant that the file lacks.
    VariantNotInFile {
        /// The enum.
        owner: String,
        /// The variant.
        variant: String,
    },
    /// The file has a variant that the program lacks.
    VariantNotInProgram {
        /// The enum.
        owner: String,
        /// The variant.
        variant: String,
    },
    /// A variant has another tag.
    Tag {
        /// The enum.
        owner: String,
        /// The variant.
        variant: String,
        /// Its tag in the file.
        file: i128,
        /// Its tag in the program.
        program: i128,
    },
    /// The tag of an enum is another integer.
    TagType {
        /// The enum.
        owner: String,
        /// Which in the file.
        file: &'static str,
        /// Which in the program.
        program: &'static str,
    },
    /// What is a struct on one side is an enum on the other.
    Kind {
        /// Its name.
        owner: String,
        /// Whether it is an enum in the file.
        file_has_enum: bool,
    },
    /// A struct or enum has another size or alignment.
    Size {
        /// Its name.
        owner: String,
        /// Size and alignment in the file.
        file: (usize, usize),
        /// Those in the program.
        program: (usize, usize),
    },
    /// The fields or variants of something are the same, in another order.
    Order {
        /// Its name.
        owner: String,
    },
    /// Types of the same name are numbered in another order.
    Numbers,
}

/// Whether there is a value for a field that a file lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filling {
    /// The field has a default.
    Default,
    /// It stands behind all fields of the file, and can be zero or empty.
    Empty,
    /// It could be zero or empty, and does not stand behind all fields of the file.
    NotLast,
    /// There is none.
    NoValue,
}

impl Difference {
    /// Whether [`convert`](super::convert()) deals with it.
    #[must_use]
    pub const fn is_convertible(&self) -> bool {
        match self {
            Self::Moved { .. } | Self::VariantNotInFile { .. } | Self::Tag { .. } => true,
            Self::TagType { .. } | Self::Size { .. } | Self::Order { .. } | Self::Numbers => true,
            Self::NotInFile { fills, .. } => matches!(fills, Filling::Default | Filling::Empty),
            Self::Root { .. } | Self::Type { .. } | Self::NotInProgram { .. } => false,
            Self::VariantNotInProgram { .. } | Self::Kind { .. } => false,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { file, program } => {
                write!(f, "`{file}` in the file, `{program}` in this program")
            }
            Self::Type { owner, field, offset, file, program } => write!(
                f,
                "in `{owner}`, field `{field}` at {offset}: `{file}` in the file, `{program}` in \
                 this program"
            ),
            Self::Moved { owner, field, file, program } => write!(
                f,
                "field `{field}` of `{owner}` is at {file} in the file, at {program} in this program"
            ),
            Self::NotInFile { owner, field, fills } => {
                write!(f, "field `{field}` of `{owner}` is not in the file")?;
                f.write_str(match fills {
                    Filling::Default | Filling::Empty => "",
                    Filling::NotLast => ", has no default, and is not the last",
                    Filling::NoValue => ", has no default, and cannot be zero or empty",
                })
            }
            Self::NotInProgram { owner, field } => {
                write!(f, "field `{field}` of `{owner}` is in the file and not in this program")
            }
            Self::VariantNotInFile { owner, variant } => {
                write!(f, "variant `{variant}` of `{owner}` is not in the file")
            }
            Self::VariantNotInProgram { owner, variant } => {
                write!(f, "variant `{variant}` of `{owner}` is in the file and not in this program")
            }
            Self::Tag { owner, variant, file, program } => write!(
                f,
                "variant `{variant}` of `{owner}` has the tag {file} in the file, {program} in this \
                 program"
            ),
            Self::TagType { owner, file, program } => write!(
                f,
                "the tag of `{owner}` is a `{file}` in the file, a `{program}` in this program"
            ),
            Self::Kind { owner, file_has_enum: true } => {
                write!(f, "`{owner}` is an enum in the file, a struct in this program")
            }
            Self::Kind { owner, file_has_enum: false } => {
                write!(f, "`{owner}` is a struct in the file, an enum in this program")
            }
            Self::Size { owner, file, program } => write!(
                f,
                "`{owner}` has {} bytes aligned to {} in the file, {} aligned to {} in this program",
                file.0, file.1, program.0, program.1
            ),
            Self::Order { owner } => write!(f, "`{owner}` is ordered otherwise in the file"),
            Self::Numbers => {
                f.write_str("types of the same name are numbered otherwise in the file")
            }
        }
    }
}

/// What a file's schema and a program's do not have in common; nothing, if their texts are the same.
///
/// Only a schema from [`Schema::of_type`] knows which fields have a default.
///
/// # Examples
///
/// ```
/// use raw_serialise::schema::{Schema, differences};
///
/// let file = "raw-serialise schema 1\nroot Log\nstruct Log size 20 align 4\n  b at 0: u32\n  \
///             c at 4: [u8; 7]\n  a at 12: u8\n";
/// let program = file.replace("c at 4: [u8; 7]", "c at 4: [u8; 8]").replace("a at 12", "a at 13");
/// let found = differences(&Schema::parse(file)?, &Schema::parse(&program)?);
/// assert_eq!(
///     found[0].to_string(),
///     "in `Log`, field `c` at 4: `[u8; 7]` in the file, `[u8; 8]` in this program"
/// );
/// assert!(!found[0].is_convertible());
/// assert_eq!(
///     found[1].to_string(),
///     "field `a` of `Log` is at 12 in the file, at 13 in this program"
/// );
/// assert!(found[1].is_convertible());
/// # Ok::<(), raw_serialise::schema::SchemaError>(())
/// ```
#[must_use]
pub fn differences(file: &Schema, program: &Schema) -> Vec<Difference> {
    if file == program {
        return Vec::new();
    }
    let mut differences = Matching::new(file, program).differences;
    if differences.is_empty() {
        differences.push(Difference::Numbers);
    }
    differences
}
