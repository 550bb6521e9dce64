//! Bytes as a log file: read, written again, made a plan of, and replayed.

use allocator::log::{LogReader, LogWriter, Plan, Run};
use allocator::map::Walk;
use allocator::{FirstFit, SlotAllocator};

use super::Outcome;

/// Arbitrary bytes as a log.
pub fn log(input: &[u8]) -> Outcome {
    let reader = LogReader::new(input).map_err(|error| error.to_string())?;
    let mut writer = LogWriter::new(Vec::new()).unwrap();
    let mut events = Vec::new();
    let mut refused = None;
    for event in reader {
        assert!(refused.is_none(), "nothing comes after an error");
        match event {
            Ok(event) => {
                writer.write(&event).unwrap();
                events.push(event);
            }
            Err(error) => {
                assert!(error.offset <= input.len());
                let lines = input[..error.offset].iter().filter(|&&byte| byte == b'\n').count();
                assert_eq!(error.line, lines + 1, "the place is in the line");
                refused = Some(error);
            }
        }
    }
    // What was read is written in the same way, whatever zeros were in front of the numbers.
    let written = writer.into_inner();
    let again: Vec<_> = LogReader::new(&written).unwrap().map(|event| event.unwrap()).collect();
    assert_eq!(again, events);

    // Up to the error, it may be a plan.
    let plan = Plan::of_events(events);
    match refused {
        Some(error) => {
            // An event that is wrong may come before.
            let of_file = Plan::of_file(input).unwrap_err();
            assert!(plan.is_err() || of_file.to_string() == error.to_string());
        }
        None => assert_eq!(plan.clone().err(), Plan::of_file(input).err()),
    }
    if let Ok(plan) = &plan {
        replay(plan);
    }
    if let Some(error) = refused {
        return Err(error.to_string());
    }
    plan.map(drop).map_err(|error| error.to_string())
}

fn replay(plan: &Plan) {
    let heap = Box::new(FirstFit::<16_384>::new());
    let report = Run::new(plan, &*heap).finish();
    assert_eq!((report.calls, report.damaged, heap.stats().used), (plan.calls(), 0, 0));
    assert!(report.peak <= plan.peak().min(16_384));
    heap.check().unwrap();
    let slots = Box::new(SlotAllocator::<100, 20>::new());
    let report = Run::new(plan, &*slots).finish();
    assert_eq!((report.calls, report.damaged, slots.stats().used), (plan.calls(), 0, 0));
}
