//! Types of every kind, and what each can be asked to do.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::OnceLock;

use raw_serialise::heap::Deferred;
use raw_serialise::schema::Schema;
use raw_serialise::stored::{Stored, type_of};
use raw_serialise::{Archive, Checked, NoPadding, Plain, SectionError, Serialise, read_block};

use super::sink::Sink;
use super::visit::{Changes, Visit};

/// Plain.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Plain)]
pub struct Version {
    /// A number.
    pub major: u16,
    /// Two more.
    pub minor: [u8; 2],
}

/// Not in the order of its tags, and with padding.
#[repr(i16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Checked)]
pub enum Kind {
    /// Nothing but a tag.
    Folder = 3,
    /// A bool, padding, and something plain.
    File(bool, Version) = -2,
    /// A number that is aligned more strictly than the tag.
    Link {
        /// The number.
        to: u32,
    },
}

/// Without numbers in it.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Checked, NoPadding)]
pub enum Colour {
    /// The lowest.
    Red = 1,
    /// The next one.
    Green,
    /// And one that is not.
    Blue = 7,
}

/// Everything that can be invalid by itself.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Checked, NoPadding)]
pub struct Flags {
    /// A bool.
    pub on: bool,
    /// An enum.
    pub colour: Colour,
    /// Any bytes.
    pub letter: [u8; 2],
    /// A char.
    pub symbol: char,
    /// Not zero.
    pub id: NonZero<u32>,
}

macro_rules! by_reference {
    ($($type:ty, |$byte:ident| $value:expr;)*) => {
        $(
            impl Visit for $type {
                fn visit(view: &Self, sink: &mut Sink) -> bool {
                    sink.show(view);
                    true
                }

                fn change(mut view: Self::Mut<'_>, changes: &mut Changes<'_>) {
                    let $byte = changes.byte();
                    let value = $value;
                    view.set(value);
                    assert_eq!(view.get(), value);
                    changes.sink.show(view.into_ref());
                }
            }
        )*
    };
}

by_reference! {
    Version, |byte| Self { major: byte.into(), minor: [byte; 2] };
    Kind, |byte| match byte % 3 {
        0 => Self::Folder,
        1 => Self::File(byte > 99, Version { major: byte.into(), minor: [0; 2] }),
        _ => Self::Link { to: byte.into() },
    };
    Colour, |byte| [Self::Red, Self::Green, Self::Blue][usize::from(byte % 3)];
    Flags, |byte| Self {
        on: byte > 99,
        colour: Colour::Blue,
        letter: [byte; 2],
        symbol: char::from(byte),
        id: NonZero::<u32>::MIN.saturating_add(byte.into()),
    };
}

/// Holds itself in every way.
#[derive(Debug, Serialise)]
pub struct Node {
    /// A checked one.
    pub kind: Kind,
    /// A text.
    pub name: String,
    /// By a list.
    pub under: Vec<Node>,
    /// By more.
    pub more: More,
    /// A map.
    pub by_version: BTreeMap<u16, Kind>,
}

/// An enum with data on the heap.
#[derive(Debug, Serialise)]
pub enum More {
    /// Nothing.
    Nothing,
    /// A box.
    Next(Option<Box<Node>>),
    /// A part that is checked later.
    Later {
        /// The part.
        part: Deferred<Vec<Node>>,
        /// And a number.
        at: u64,
    },
}

impl Visit for NodeStored {
    fn visit(view: NodeRef<'_>, sink: &mut Sink) -> bool {
        Kind::visit(view.kind(), sink)
            & form::<String>(view.name(), sink)
            & form::<Vec<Node>>(view.under(), sink)
            & MoreStored::visit(view.more(), sink)
            & form::<BTreeMap<u16, Kind>>(view.by_version(), sink)
    }

    fn change(mut view: NodeMut<'_>, changes: &mut Changes<'_>) {
        change::<Kind>(view.kind(), changes);
        change::<String>(view.name(), changes);
        change::<Vec<Node>>(view.under(), changes);
        change::<More>(view.more(), changes);
        change::<BTreeMap<u16, Kind>>(view.by_version(), changes);
        NodeStored::visit(view.as_ref(), &mut changes.sink);
    }
}

impl Visit for MoreStored {
    fn visit(view: MoreRef<'_>, sink: &mut Sink) -> bool {
        match view {
            MoreRef::Nothing => true,
            MoreRef::Next(next) => form::<Option<Box<Node>>>(next, sink),
            MoreRef::Later { part, at } => {
                form::<u64>(at, sink) & form::<Deferred<Vec<Node>>>(part, sink)
            }
        }
    }

    fn change(view: MoreMut<'_>, changes: &mut Changes<'_>) {
        match view {
            MoreMut::Nothing => {}
            MoreMut::Next(next) => change::<Option<Box<Node>>>(next, changes),
            MoreMut::Later { part, at } => {
                change::<u64>(at, changes);
                change::<Deferred<Vec<Node>>>(part, changes);
            }
        }
    }
}

/// As deep as it may be.
#[derive(Debug, Default, Serialise)]
pub struct Chain {
    /// Itself.
    pub next: Option<Box<Chain>>,
}

impl Visit for ChainStored {
    fn visit(view: ChainRef<'_>, sink: &mut Sink) -> bool {
        form::<Option<Box<Chain>>>(view.next(), sink)
    }

    fn change(mut view: ChainMut<'_>, changes: &mut Changes<'_>) {
        change::<Option<Box<Chain>>>(view.next(), changes);
    }
}

/// As deep as it may be, by parts that are checked later.
#[derive(Debug, Serialise)]
pub struct Deep {
    /// Itself.
    pub parts: Vec<Deferred<Deep>>,
    /// Something that can be wrong.
    pub is: bool,
}

impl Visit for DeepStored {
    fn visit(view: DeepRef<'_>, sink: &mut Sink) -> bool {
        form::<bool>(view.is(), sink) & form::<Vec<Deferred<Deep>>>(view.parts(), sink)
    }

    fn change(mut view: DeepMut<'_>, changes: &mut Changes<'_>) {
        change::<bool>(view.is(), changes);
        change::<Vec<Deferred<Deep>>>(view.parts(), changes);
    }
}

/// What older programs wrote otherwise.
#[derive(Debug, Serialise)]
pub struct Log {
    /// A number.
    pub level: u8,
    /// A text.
    pub text: String,
    /// Checked.
    pub flags: Flags,
    /// Not there from the beginning.
    #[raw(default = 7)]
    pub count: u16,
    /// Nor this one.
    #[raw(default = vec![String::from("a default text"), String::new()])]
    pub tags: Vec<String>,
    /// Nor this, which has no default.
    pub at: Option<u64>,
    /// Nor this.
    pub other: (String, [String; 2]),
}

impl Visit for LogStored {
    fn visit(view: LogRef<'_>, sink: &mut Sink) -> bool {
        form::<u8>(view.level(), sink)
            & form::<String>(view.text(), sink)
            & form::<Flags>(view.flags(), sink)
            & form::<u16>(view.count(), sink)
            & form::<Vec<String>>(view.tags(), sink)
            & form::<Option<u64>>(view.at(), sink)
            & form::<(String, [String; 2])>(view.other(), sink)
    }

    fn change(mut view: LogMut<'_>, changes: &mut Changes<'_>) {
        change::<u8>(view.level(), changes);
        change::<Flags>(view.flags(), changes);
        change::<u16>(view.count(), changes);
        change::<Vec<String>>(view.tags(), changes);
        change::<Option<u64>>(view.at(), changes);
    }
}

/// With nothing that a file must have.
#[derive(Debug, Serialise)]
pub struct Grown {
    /// A bool.
    pub is: bool,
    /// A number.
    #[raw(default = 7)]
    pub at: u64,
}

impl Visit for GrownStored {
    fn visit(view: GrownRef<'_>, sink: &mut Sink) -> bool {
        form::<bool>(view.is(), sink) & form::<u64>(view.at(), sink)
    }

    fn change(mut view: GrownMut<'_>, changes: &mut Changes<'_>) {
        change::<bool>(view.is(), changes);
        change::<u64>(view.at(), changes);
    }
}

fn form<T: Serialise<Stored: Visit>>(
    view: <T::Stored as Stored>::Ref<'_>,
    sink: &mut Sink,
) -> bool {
    T::Stored::visit(view, sink)
}

fn change<T: Serialise<Stored: Visit>>(
    view: <T::Stored as Stored>::Mut<'_>,
    changes: &mut Changes<'_>,
) {
    T::Stored::change(view, changes);
}

/// Maps by texts.
pub type Pairs = BTreeMap<String, Vec<(u8, u32)>>;

/// Maps by checked keys and by tuples.
pub type Keys = (BTreeMap<Kind, bool>, BTreeMap<(String, Option<i8>, char), Vec<char>>);

/// Everything else.
pub type Everything = (
    Option<Box<u64>>,
    [Vec<u16>; 2],
    (NonZero<i8>, Option<(bool, u16)>, [(u8, u32); 2]),
    Vec<Option<Box<String>>>,
);

/// What has no bytes.
pub type Nothing = (Vec<[u64; 0]>, Option<[bool; 0]>, BTreeMap<u8, [u64; 0]>, Vec<[Vec<u8>; 0]>);

/// Parts that are checked later, in one another.
pub type Sparse = Vec<Deferred<(Vec<String>, Option<Deferred<u128>>)>>;

/// What can be done with a type that is chosen by a number.
#[derive(Debug)]
pub struct Subject {
    /// How it is called here, and its section.
    pub name: &'static str,
    describe: fn() -> Schema,
    schema: OnceLock<(Schema, String)>,
    /// Reads a block. `None` if not all of it was looked at, else whether all parts are valid.
    pub read: fn(&[u8]) -> Result<Option<bool>, raw_serialise::Error>,
    /// Reads a section in the same way.
    pub get: fn(&Archive<'_>, &str) -> Result<Option<bool>, SectionError>,
    /// Changes all that can be changed in a section.
    pub edit: fn(&mut Archive<'_>, &str, &[u8]) -> Result<(), SectionError>,
}

impl Subject {
    const fn of<T: Serialise<Stored: Visit>>(name: &'static str) -> Self {
        Self {
            name,
            describe: || Schema::of_type(type_of::<T::Stored>(), false),
            schema: OnceLock::new(),
            read: |bytes| Ok(look::<T::Stored>(read_block::<T>(bytes)?)),
            get: |archive, name| Ok(look::<T::Stored>(archive.get::<T>(name)?)),
            edit: |archive, name, changes| {
                archive.edit::<T, _>(name, |view| {
                    T::Stored::change(view, &mut Changes::new(changes));
                })
            },
        }
    }

    fn described(&self) -> &(Schema, String) {
        self.schema.get_or_init(|| {
            let schema = (self.describe)();
            let text = schema.text();
            (schema, text)
        })
    }

    /// As the program describes it.
    pub fn schema(&self) -> &Schema {
        &self.described().0
    }

    /// As it stands in a file.
    pub fn text(&self) -> &str {
        &self.described().1
    }

    /// The one that a byte chooses.
    pub fn chosen(byte: u8) -> &'static Self {
        &SUBJECTS[usize::from(byte) % SUBJECTS.len()]
    }
}

fn look<T: Visit>(view: T::Ref<'_>) -> Option<bool> {
    let mut sink = Sink::new();
    sink.show(&view);
    let mut sink = Sink::new();
    let valid = T::visit(view, &mut sink);
    (!sink.is_full()).then_some(valid)
}

/// All types. A new one stands at the end, so that the files of the corpus mean what they meant.
pub static SUBJECTS: [Subject; 15] = [
    Subject::of::<Kind>("kind"),
    Subject::of::<Flags>("flags"),
    Subject::of::<String>("text"),
    Subject::of::<Vec<String>>("texts"),
    Subject::of::<Vec<Vec<Vec<u16>>>>("lists"),
    Subject::of::<Pairs>("pairs"),
    Subject::of::<Keys>("keys"),
    Subject::of::<Everything>("everything"),
    Subject::of::<Nothing>("nothing"),
    Subject::of::<Node>("node"),
    Subject::of::<Chain>("chain"),
    Subject::of::<Deep>("deep"),
    Subject::of::<Log>("log"),
    Subject::of::<Sparse>("sparse"),
    Subject::of::<Vec<Grown>>("grown"),
];
