//! The fields of one schema in another.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::differences::{Difference, Filling};
use super::fill::{Fill, Fills};
use super::{Fields, Primitive, Schema, Shape, TypeRef, Variants};
use crate::Writer;

/// Which [`Plan`].
#[derive(Clone, Copy, Debug)]
pub(super) struct PlanRef(usize);

/// How a value of the file becomes one of the program.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) file: TypeRef,
    pub(super) program: TypeRef,
    pub(super) how: How,
}

#[derive(Debug)]
pub(super) enum How {
    Primitive(Primitive),
    Str,
    Array(PlanRef, usize),
    Fields(Vec<FieldPlan>),
    /// By the number of the file's variant.
    Enum(Vec<VariantPlan>),
    List(PlanRef),
    Boxed(PlanRef),
    Maybe(PlanRef),
    /// And whether the order of the keys may be another one.
    Map(PlanRef, PlanRef, bool),
    Lazy(PlanRef),
}

#[derive(Debug)]
pub(super) struct VariantPlan {
    /// In the program.
    pub(super) tag: i128,
    pub(super) fields: Vec<FieldPlan>,
}

/// A field of the program, which has bytes.
#[derive(Debug)]
pub(super) struct FieldPlan {
    /// Where it lies in the program.
    pub(super) offset: usize,
    pub(super) ty: TypeRef,
    pub(super) source: Source,
}

/// Where its value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// From the file, where it lies at an offset.
    File(usize, PlanRef),
    Default(fn(usize, &mut Writer)),
    Empty,
}

/// What two schemas have in common, and what not.
#[derive(Debug)]
pub(super) struct Matching<'a> {
    file: &'a Schema,
    program: &'a Schema,
    pub(super) plans: Vec<Plan>,
    /// Of types with a name.
    known: BTreeMap<(TypeRef, TypeRef), PlanRef>,
    /// Those whose fields are not yet compared.
    next: Vec<PlanRef>,
    pub(super) differences: Vec<Difference>,
    pub(super) fills: Fills,
    /// The plan of the root, if there is one.
    pub(super) root: Option<PlanRef>,
}

impl<'a> Matching<'a> {
    pub(super) fn new(file: &'a Schema, program: &'a Schema) -> Self {
        let mut matching = Self {
            file,
            program,
            plans: Vec::new(),
            known: BTreeMap::new(),
            next: Vec::new(),
            differences: Vec::new(),
            fills: Fills::new(program),
            root: None,
        };
        if file.many == program.many {
            matching.root = matching.types(file.root, program.root);
        }
        if matching.root.is_none() {
            let root = |schema: &Schema| {
                let ty = schema.type_text(schema.root);
                if schema.many { format!("[{ty}]") } else { ty.to_string() }
            };
            let (file, program) = (root(file), root(program));
            matching.differences.push(Difference::Root { file, program });
        }
        let mut done = 0;
        while let Some(&plan) = matching.next.get(done) {
            matching.named(plan);
            done += 1;
        }
        matching
    }

    pub(super) fn plan(&self, plan: PlanRef) -> &Plan {
        &self.plans[plan.0]
    }

    fn push(&mut self, file: TypeRef, program: TypeRef, how: How) -> PlanRef {
        self.plans.push(Plan { file, program, how });
        PlanRef(self.plans.len() - 1)
    }

    /// The plan for two types, unless they are different ones. Fields of what has a name are compared
    /// later, and so this goes no deeper than an expression.
    fn types(&mut self, file: TypeRef, program: TypeRef) -> Option<PlanRef> {
        let how = match (self.file.shape(file), self.program.shape(program)) {
            (Shape::Primitive(a), Shape::Primitive(b)) if a == b => How::Primitive(*a),
            (Shape::Str, Shape::Str) => How::Str,
            (Shape::Array { element: a, count }, Shape::Array { element: b, count: other })
                if count == other =>
            {
                How::Array(self.types(*a, *b)?, *count)
            }
            (Shape::Tuple(a), Shape::Tuple(b)) if a.len() == b.len() => {
                let mut fields = Vec::new();
                for (a, b) in a.iter().zip(b.iter()) {
                    let source = Source::File(a.offset, self.types(a.ty, b.ty)?);
                    fields.push(FieldPlan { offset: b.offset, ty: b.ty, source });
                }
                fields.retain(|field| self.program.size(field.ty) > 0);
                How::Fields(fields)
            }
            (Shape::List(a), Shape::List(b)) => How::List(self.types(*a, *b)?),
            (Shape::Boxed(a), Shape::Boxed(b)) => How::Boxed(self.types(*a, *b)?),
            (Shape::Maybe(a), Shape::Maybe(b)) => How::Maybe(self.types(*a, *b)?),
            (Shape::Lazy(a), Shape::Lazy(b)) => How::Lazy(self.types(*a, *b)?),
            (Shape::Map(key_a, a), Shape::Map(key_b, b)) => {
                let key = self.types(*key_a, *key_b)?;
                // What has no name has one order.
                let simple = matches!(self.plan(key).how, How::Primitive(_) | How::Str);
                How::Map(key, self.types(*a, *b)?, !simple)
            }
            (
                Shape::Struct { name: a, .. } | Shape::Enum { name: a, .. },
                Shape::Struct { name: b, .. } | Shape::Enum { name: b, .. },
            ) if base(a) == base(b) => {
                if let Some(&known) = self.known.get(&(file, program)) {
                    return Some(known);
                }
                let plan = self.push(file, program, How::Fields(Vec::new()));
                self.known.insert((file, program), plan);
                self.next.push(plan);
                return Some(plan);
            }
            _ => return None,
        };
        Some(self.push(file, program, how))
    }

    /// Compares the fields and variants of two types of the same name.
    fn named(&mut self, plan: PlanRef) {
        let &Plan { file: a, program: b, .. } = self.plan(plan);
        let before = self.differences.len();
        let how = match (self.file.shape(a), self.program.shape(b)) {
            (Shape::Struct { fields: a, .. }, Shape::Struct { name, fields: b }) => {
                How::Fields(self.fields(name, a, b))
            }
            (
                Shape::Enum { tag: a, variants, .. },
                Shape::Enum { name, tag: b, variants: ours },
            ) => {
                if a != b {
                    let (file, program) = (a.name(), b.name());
                    self.differences.push(Difference::TagType {
                        owner: name.clone(),
                        file,
                        program,
                    });
                }
                How::Enum(self.variants(name, variants, ours))
            }
            (Shape::Enum { name, .. }, _) => {
                self.differences
                    .push(Difference::Kind { owner: name.clone(), file_has_enum: true });
                return;
            }
            (_, Shape::Enum { name, .. }) => {
                self.differences
                    .push(Difference::Kind { owner: name.clone(), file_has_enum: false });
                return;
            }
            _ => return,
        };
        self.plans[plan.0].how = how;
        let of = |schema: &Schema, ty| (schema.size(ty), schema.align(ty));
        let (file, program) = (of(self.file, a), of(self.program, b));
        if before == self.differences.len() && file != program {
            let owner = self.program.type_text(b).to_string();
            self.differences.push(Difference::Size { owner, file, program });
        }
    }

    fn variants(&mut self, owner: &str, file: &Variants, program: &Variants) -> Vec<VariantPlan> {
        let ours: BTreeMap<_, _> = program.iter().map(|it| (it.name(), it)).collect();
        let theirs: BTreeMap<_, _> = file.iter().map(|it| (it.name(), it)).collect();
        let owner = || owner.to_owned();
        let mut plans = Vec::new();
        for theirs in file.iter() {
            let variant = theirs.name.clone();
            let Some(ours) = ours.get(theirs.name()) else {
                self.differences.push(Difference::VariantNotInProgram { owner: owner(), variant });
                continue;
            };
            if theirs.tag != ours.tag {
                let (file, program) = (theirs.tag, ours.tag);
                self.differences.push(Difference::Tag { owner: owner(), variant, file, program });
            }
            let name = format!("{}::{}", owner(), theirs.name);
            let fields = self.fields(&name, &theirs.fields, &ours.fields);
            plans.push(VariantPlan { tag: ours.tag, fields });
        }
        for variant in program.iter().filter(|it| !theirs.contains_key(it.name())) {
            let variant = variant.name.clone();
            self.differences.push(Difference::VariantNotInFile { owner: owner(), variant });
        }
        // Those of the file in the program's order.
        let common =
            program.iter().map(|it| &it.name).filter(|it| theirs.contains_key(it.as_str()));
        if plans.len() == file.len() && !common.eq(file.iter().map(|it| &it.name)) {
            self.differences.push(Difference::Order { owner: owner() });
        }
        plans
    }

    fn fields(&mut self, owner: &str, file: &Fields, program: &Fields) -> Vec<FieldPlan> {
        let ours: BTreeMap<_, _> = program.iter().map(|it| (it.name(), it)).collect();
        let theirs: BTreeMap<_, _> = file.iter().map(|it| (it.name(), it)).collect();
        let owner = || owner.to_owned();
        for field in file.iter().filter(|it| !ours.contains_key(it.name())) {
            let field = field.name.clone();
            self.differences.push(Difference::NotInProgram { owner: owner(), field });
        }
        let last = program.iter().rposition(|it| theirs.contains_key(it.name()));
        let appended = last.map_or(0, |last| last + 1);
        let mut plans = Vec::new();
        for (index, ours) in program.iter().enumerate() {
            let field = ours.name.clone();
            let source = if let Some(theirs) = theirs.get(ours.name()) {
                let Some(plan) = self.types(theirs.ty, ours.ty) else {
                    let offset = theirs.offset;
                    let file = self.file.type_text(theirs.ty).to_string();
                    let program = self.program.type_text(ours.ty).to_string();
                    let owner = owner();
                    self.differences.push(Difference::Type { owner, field, offset, file, program });
                    continue;
                };
                let (file, program) = (theirs.offset, ours.offset);
                if file != program {
                    self.differences.push(Difference::Moved {
                        owner: owner(),
                        field,
                        file,
                        program,
                    });
                }
                Source::File(theirs.offset, plan)
            } else {
                let fillable = self.fills.of(self.program, ours.ty) != Fill::None;
                let (fills, source) = match ours.default {
                    Some(default) => (Filling::Default, Source::Default(default)),
                    None if !fillable => (Filling::NoValue, Source::Empty),
                    None if index < appended => (Filling::NotLast, Source::Empty),
                    None => (Filling::Empty, Source::Empty),
                };
                self.differences.push(Difference::NotInFile { owner: owner(), field, fills });
                source
            };
            if self.program.size(ours.ty) > 0 {
                plans.push(FieldPlan { offset: ours.offset, ty: ours.ty, source });
            }
        }
        plans
    }
}

/// A name without its number.
fn base(name: &str) -> &str {
    name.split_once('\'').map_or(name, |it| it.0)
}

/// How a type is called; unused when there is none.
impl Matching<'_> {
    /// What cannot be converted.
    pub(super) fn refused(&self) -> Vec<Difference> {
        self.differences.iter().filter(|it| !it.is_convertible()).cloned().collect::<Vec<_>>()
    }

    /// Where in the file's enum the variant with a tag stands.
    pub(super) fn variant(&self, file: TypeRef, tag: i128) -> Option<usize> {
        match self.file.shape(file) {
            Shape::Enum { variants, .. } => variants.position(tag),
            _ => None,
        }
    }
}
