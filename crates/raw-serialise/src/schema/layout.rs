//! Which layouts there can be, and what follows from one.

use alloc::vec;
use alloc::vec::Vec;

use super::error::SchemaError;
use super::parse::wrong;
use super::{Fields, MAX_BY_VALUE, MAX_SIZE, Node, Primitive, Schema, Shape, TypeRef};
use crate::stored::{MAX_ALIGN, align_up};

impl Schema {
    /// Finds the size of each type that was parsed, and checks that what the text says of its own goes
    /// together.
    pub(super) fn lay_out(&mut self) -> Result<(), SchemaError> {
        for &ty in &self.named {
            let &Node { size, align, line, .. } = self.node(ty);
            if !align.is_power_of_two() || align > MAX_ALIGN {
                let expected = format_args!("an alignment of 1, 2, 4, 8 or {MAX_ALIGN}");
                return Err(wrong(line, expected, align));
            }
            size_within(size, line)?;
            if size % align != 0 {
                return Err(wrong(
                    line,
                    format_args!("a size that is a multiple of {align}"),
                    size,
                ));
            }
        }
        // What an expression is made of stands before it, or has a name.
        for index in 0..self.nodes.len() {
            self.lay_out_expression(index)?;
        }
        for &ty in &self.named {
            let node = self.node(ty);
            match &node.shape {
                Shape::Struct { fields, .. } => self.check_fields(fields, 0, node)?,
                Shape::Enum { tag, variants, .. } => {
                    if node.size < tag.size() || node.align < tag.size() {
                        let expected =
                            format_args!("a size and alignment for the tag, {}", tag.size());
                        return Err(wrong(node.line, expected, node.size.min(node.align)));
                    }
                    for variant in variants.iter() {
                        if !tag.holds(variant.tag) {
                            let expected = format_args!("a tag that is a {}", tag.name());
                            return Err(wrong(variant.line, expected, variant.tag));
                        }
                        self.check_fields(&variant.fields, tag.size(), node)?;
                    }
                }
                _ => {}
            }
        }
        let mut depths = vec![0; self.nodes.len()];
        for index in 0..self.nodes.len() {
            self.by_value(TypeRef(index as u32), 1, &mut depths)?;
        }
        Ok(())
    }

    /// The size and alignment of a type that has no name.
    fn lay_out_expression(&mut self, index: usize) -> Result<(), SchemaError> {
        let node = &self.nodes[index];
        let of = |ty: TypeRef| (self.node(ty).size, self.node(ty).align);
        let mut offsets = Vec::new();
        let (size, align) = match &node.shape {
            Shape::Array { element, count } => {
                size_within(*count, node.line)?;
                let (size, align) = of(*element);
                // Both are at most 2^31.
                let size = size as u64 * *count as u64;
                (usize::try_from(size).unwrap_or(usize::MAX), align)
            }
            Shape::Maybe(value) => {
                let (size, align) = of(*value);
                (size + align, align)
            }
            Shape::Tuple(fields) => {
                let (mut end, mut most) = (0, 1);
                for field in fields.iter() {
                    let (size, align) = of(field.ty);
                    let start = align_up(end, align);
                    offsets.push(start);
                    // Each is at most 2^31, and so the sum may be more than 32 bits can say.
                    end = start.saturating_add(size);
                    size_within(end, node.line)?;
                    most = most.max(align);
                }
                (align_up(end, most), most)
            }
            _ => return Ok(()),
        };
        size_within(size, node.line)?;
        let node = &mut self.nodes[index];
        (node.size, node.align) = (size, align);
        if let Shape::Tuple(fields) = &mut node.shape {
            for (field, offset) in fields.all.iter_mut().zip(offsets) {
                field.offset = offset;
            }
        }
        Ok(())
    }

    fn check_fields(&self, fields: &Fields, start: usize, whole: &Node) -> Result<(), SchemaError> {
        let mut end = start;
        for field in fields.iter() {
            let node = self.node(field.ty);
            if field.offset < end {
                let expected = format_args!("an offset of at least {end}");
                return Err(wrong(field.line, expected, field.offset));
            }
            if field.offset % node.align != 0 {
                let expected = format_args!("an offset that is a multiple of {}", node.align);
                return Err(wrong(field.line, expected, field.offset));
            }
            if node.align > whole.align {
                let expected = format_args!("an alignment of at most {}", whole.align);
                return Err(wrong(field.line, expected, node.align));
            }
            match field.offset.checked_add(node.size).filter(|&end| end <= whole.size) {
                Some(next) => end = next,
                None => {
                    let expected = format_args!("a field that ends within {} bytes", whole.size);
                    let found = format_args!("one of {} bytes at {}", node.size, field.offset);
                    return Err(wrong(field.line, expected, found));
                }
            }
        }
        Ok(())
    }

    /// How deep types are in this one, 1 if none is. 0 in `depths` is: not known yet.
    ///
    /// Never deeper in itself than it allows types to be.
    fn by_value(
        &self,
        ty: TypeRef,
        level: usize,
        depths: &mut [usize],
    ) -> Result<usize, SchemaError> {
        let index = ty.0 as usize;
        let node = self.node(ty);
        let too_deep = || {
            let expected = format_args!("types at most {MAX_BY_VALUE} deep in one another");
            wrong(node.line, expected, "deeper ones, or one in itself")
        };
        if level > MAX_BY_VALUE {
            return Err(too_deep());
        }
        if depths[index] == 0 {
            let mut most = 0;
            let mut part = |ty: TypeRef| {
                self.by_value(ty, level + 1, depths).map(|depth| most = depth.max(most))
            };
            match &node.shape {
                Shape::Array { element, .. } => part(*element)?,
                Shape::Maybe(value) => part(*value)?,
                Shape::Struct { fields, .. } | Shape::Tuple(fields) => {
                    fields.iter().try_for_each(|field| part(field.ty))?;
                }
                Shape::Enum { variants, .. } => {
                    let mut fields = variants.iter().flat_map(|it| it.fields.iter());
                    fields.try_for_each(|field| part(field.ty))?;
                }
                _ => {}
            }
            depths[index] = most + 1;
        }
        if depths[index] > MAX_BY_VALUE { Err(too_deep()) } else { Ok(depths[index]) }
    }

    /// Notes what the walk asks of each type again and again.
    pub(super) fn finish(&mut self) {
        let mut any = vec![None; self.nodes.len()];
        for index in 0..self.nodes.len() {
            self.any_bytes(TypeRef(index as u32), &mut any);
        }
        let sizes: Vec<_> = self.nodes.iter().map(|node| node.size).collect();
        let solid = |fields: &mut Fields| {
            let all = fields.all.iter().zip(0..);
            let solid = all.filter(|(field, _)| sizes[field.ty.0 as usize] > 0);
            fields.solid = solid.map(|(_, index)| index).collect();
        };
        for (node, any) in self.nodes.iter_mut().zip(any) {
            node.any_bytes = any.unwrap_or(false);
            match &mut node.shape {
                Shape::Struct { fields, .. } | Shape::Tuple(fields) => solid(fields),
                Shape::Enum { variants, .. } => {
                    let all = &mut variants.all;
                    all.iter_mut().for_each(|variant| solid(&mut variant.fields));
                    variants.by_tag = (0..all.len() as u32).collect();
                    variants.by_tag.sort_unstable_by_key(|&index| all[index as usize].tag);
                }
                _ => {}
            }
        }
    }

    /// As [`Stored::ANY_BYTES`](crate::stored::Stored::ANY_BYTES).
    fn any_bytes(&self, ty: TypeRef, known: &mut [Option<bool>]) -> bool {
        let index = ty.0 as usize;
        if let Some(known) = known[index] {
            return known;
        }
        // For a type in itself, which there is not.
        known[index] = Some(false);
        let node = self.node(ty);
        let any = match &node.shape {
            Shape::Primitive(primitive) => Primitive::any_bytes(*primitive),
            Shape::Array { element, .. } => self.any_bytes(*element, known),
            Shape::Struct { fields, .. } | Shape::Tuple(fields) => {
                let mut sum = 0_usize;
                let mut all = true;
                for field in fields.iter() {
                    sum = sum.saturating_add(self.node(field.ty).size);
                    all &= self.any_bytes(field.ty, known);
                }
                all && sum == node.size
            }
            _ => false,
        };
        known[index] = Some(any);
        any
    }
}

fn size_within(size: usize, line: u32) -> Result<(), SchemaError> {
    if size > MAX_SIZE {
        return Err(wrong(line, format_args!("at most {MAX_SIZE} bytes or elements"), size));
    }
    Ok(())
}
