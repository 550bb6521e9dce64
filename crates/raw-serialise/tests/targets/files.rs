//! Files of arbitrary bytes.

use raw_serialise::schema::{ByteOrder, Fault, Walk, convert, differences};
use raw_serialise::{Archive, Checksums, SectionError, SectionInfo};

use super::blocks::{inspect, parsed};
use super::plain::flags;
use super::seal::{Content, built, seal};
use super::sink::Sink;
use super::types::{Flags, Kind, SUBJECTS};
use super::{Outcome, aligned, first, text};

/// Bytes as a file.
pub fn open(file: &[u8]) -> Outcome {
    let opened = Archive::copy(file).map_err(text);
    aligned(file, 0, |file| {
        let borrowed = Archive::from_bytes(file).map(drop).map_err(text);
        assert_eq!(borrowed, opened.as_ref().map(drop).map_err(Clone::clone));
    });
    aligned(file, 4, |file| {
        let misaligned = Archive::from_bytes(file).map(drop).map_err(text);
        assert!(misaligned.is_err());
        assert!(opened.is_ok() || misaligned == opened.as_ref().map(drop).map_err(Clone::clone));
    });
    look(&opened?)
}

/// Bytes as a file after magic, lengths and checksums were made right. If the first one is odd, as
/// the parts of such a file: up to three sections, of schemas that exist or that stand in the input.
pub fn sealed(input: &[u8]) -> Outcome {
    let (mode, mut input) = first(input);
    if mode % 2 == 0 {
        let mut file = input.to_vec();
        seal(&mut file);
        return open(&file);
    }
    let order = if mode & 2 == 0 { ByteOrder::NATIVE } else { ByteOrder::Big };
    let mut take = |most: usize| {
        let (length, rest) = first(input);
        let (taken, rest) = rest.split_at(usize::from(length).min(most).min(rest.len()));
        input = rest;
        taken
    };
    let mut parts = Vec::new();
    for _ in 0..mode / 4 % 4 {
        let name = std::str::from_utf8(take(37)).unwrap_or("not UTF-8");
        let (choice, text) = first(take(255));
        let schema = match SUBJECTS.iter().find(|it| it.name == name) {
            Some(subject) if choice & 1 == 0 => subject.text().to_owned(),
            _ => String::from_utf8_lossy(text).into_owned(),
        };
        // 64 bits, of which most are zero.
        let count = u64::from(choice >> 1 & 0x1f ^ 1) << (choice >> 6 << 4);
        parts.push((name, schema, count, take(255)));
    }
    let content = parts.iter().map(|(name, schema, count, block)| Content {
        name,
        schema,
        count: *count,
        block,
    });
    open(&built(order, &content.collect::<Vec<_>>()))
}

/// All that a file says of itself, and its sections as every type.
fn look(archive: &Archive<'_>) -> Outcome {
    let mut sink = Sink::new();
    sink.show(archive);
    let manual = Archive::from_bytes_with(archive.bytes(), Checksums::Manual).map_err(text)?;
    let upfront = Archive::from_bytes_with(archive.bytes(), Checksums::Upfront);
    let mut outcome = archive.verify().map_err(text);
    assert_eq!(upfront.map(drop).map_err(text), outcome);
    assert_eq!(manual.verify().map_err(text), outcome);
    for section in archive.sections() {
        let found = describe(archive, &manual, section, &mut sink);
        outcome = outcome.and(found);
    }
    let missing = archive.get::<u32>("there is no section of such a name").unwrap_err();
    assert!(matches!(missing, SectionError::Missing { .. }));
    if archive.sections().len() == 0 { outcome.and(Err(text(missing))) } else { outcome }
}

fn describe(
    archive: &Archive<'_>,
    manual: &Archive<'_>,
    section: SectionInfo<'_>,
    sink: &mut Sink,
) -> Outcome {
    sink.show(&section);
    let (name, count, block) = (section.name(), section.count(), section.bytes());
    assert_eq!(section.offset() % 16, 0);
    assert!(section.align().is_power_of_two());
    assert_eq!(archive.bytes()[section.offset()..][..block.len()], *block);
    let (expected, found) = section.checksums();
    let sum_is_right = expected == found;
    let schema = parsed(section.schema());
    let order = archive.order();

    let mut named = None;
    for (index, subject) in SUBJECTS.iter().enumerate() {
        let same = section.schema() == subject.text();
        // All of them would take too long.
        if !same && subject.name != name && index != block.len() % SUBJECTS.len() {
            continue;
        }
        let read = (subject.get)(archive, name);
        let unsummed = (subject.get)(manual, name);
        let is_layout =
            matches!(read, Err(SectionError::Layout { .. } | SectionError::Schema { .. }));
        assert_eq!(is_layout, !same, "{}: {read:?}", subject.name);
        assert_eq!(
            is_layout,
            matches!(unsummed, Err(SectionError::Layout { .. } | SectionError::Schema { .. }))
        );
        if let Ok(file) = &schema {
            let found = differences(file, subject.schema());
            found.iter().for_each(|it| sink.show(&it.to_string()));
            let converted = convert(file, order, block, count, subject.schema(), 1 << 12);
            if let (Ok(block), 1) = (&converted, count) {
                let read = aligned(block, 0, |block| (subject.read)(block));
                assert!(matches!(read, Ok(None | Some(true))), "{read:?}");
            }
        }
        if same {
            let foreign = order != ByteOrder::NATIVE;
            assert_eq!(foreign, matches!(read, Err(SectionError::ByteOrder { .. })));
            let walk = || Walk::new(subject.schema(), order, block, count);
            let walked = walk().without_lazy_parts().check();
            if !foreign {
                assert_eq!(read.is_ok(), sum_is_right && walked.is_ok() && count == 1);
                assert_eq!(unsummed.is_ok(), walked.is_ok() && count == 1);
            }
            if let Ok(Some(valid)) = unsummed {
                let deep = walk().check();
                let parts = deep.as_ref().is_err_and(|error| error.fault == Fault::Parts);
                assert!(parts || deep.is_ok() == valid);
            }
        }
        let read = read.map_err(text);
        // The second time it is known.
        assert_eq!((subject.get)(archive, name).map_err(text), read);
        if same || subject.name == name {
            named = Some(read);
        }
    }
    let slices = [
        archive.get::<[u32]>(name).map(|list| list.iter().take(99).for_each(|it| sink.show(&it))),
        archive.get::<[[u64; 0]]>(name).map(|list| assert_eq!(list.len(), count)),
        archive.get::<[Kind]>(name).map(|list| list.as_slice().iter().for_each(|it| sink.show(it))),
        archive.get::<[Flags]>(name).map(|list| list.as_slice().iter().for_each(flags)),
        archive.get::<[(String, Vec<bool>)]>(name).map(|list| sink.show(&list)),
    ];
    if let Ok(file) = &schema {
        inspect(file, order, block, count);
        let mut walk = Walk::new(file, order, block, count);
        while let Some(event) = walk.next() {
            sink.show(&(walk.path(), walk.level()));
            sink.show(&event);
            if sink.is_full() {
                break;
            }
        }
    }
    let walked = Walk::new(&schema?, order, block, count).check();
    let slices = slices.into_iter().find(|it| !matches!(it, Err(SectionError::Layout { .. })));
    match (named, slices) {
        (Some(read), _) => read.map(drop),
        (None, Some(read)) => read.map_err(text),
        (None, None) => {
            walked.map_err(text)?;
            archive.get::<u32>(name).map(drop).map_err(text)
        }
    }
}
