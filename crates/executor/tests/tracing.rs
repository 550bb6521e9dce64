//! What a subscriber is told: all that tokio-console knows of a task comes from this.

#![cfg(all(feature = "tracing", not(loom)))]
#![allow(clippy::unwrap_used)]
#![allow(clippy::waker_clone_wake, reason = "a wake by value is not a wake by reference")]

mod common;

use common::Gate;
use executor::{Executor, LocalExecutor, Priority, TaskError, TaskOptions, block_on};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::{pending, poll_fn};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Poll, Waker};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// What was told of one span.
#[derive(Clone, Debug, Default)]
struct Told {
    fields: BTreeMap<&'static str, String>,
    is_root: bool,
    /// What happened, in order.
    log: Vec<String>,
}

/// All that was told, by the span's id, less 1.
#[derive(Default)]
struct Listener(Mutex<Vec<Told>>);

static LISTENER: LazyLock<Arc<Listener>> = LazyLock::new(|| {
    let listener = Arc::<Listener>::default();
    tracing::subscriber::set_global_default(listener.clone()).unwrap();
    listener
});

impl Listener {
    fn log(&self, id: u64, what: impl Into<String>) {
        self.0.lock().unwrap()[id as usize - 1].log.push(what.into());
    }
}

/// What was told of the one task that was spawned at that line of this file.
fn told_of(line: u32) -> Told {
    let line = line.to_string();
    // A copy: if this panics, the others shall go on.
    let spans = LISTENER.0.lock().unwrap().clone();
    let mut found = spans.iter().filter(|it| it.fields.get("loc.line") == Some(&line));
    let told = found.next().expect("a span with this line").clone();
    assert!(found.next().is_none(), "one span for each task");
    told
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let metadata = span.metadata();
        assert_eq!((metadata.target(), metadata.name()), ("tokio::task", "runtime.spawn"));
        assert_eq!(*metadata.level(), Level::TRACE);
        assert!(metadata.fields().field("task.name").is_some());
        let mut told = Told { is_root: span.is_root(), ..Told::default() };
        span.record(&mut Fields(&mut told.fields));
        let mut spans = self.0.lock().unwrap();
        spans.push(told);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        assert_eq!(event.metadata().target(), "tokio::task::waker");
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        self.log(fields["task.id"].parse().unwrap(), &fields["op"]);
    }

    fn enter(&self, span: &Id) {
        self.log(span.into_u64(), "enter");
    }

    fn exit(&self, span: &Id) {
        self.log(span.into_u64(), "exit");
    }

    fn try_close(&self, span: Id) -> bool {
        self.log(span.into_u64(), "close");
        true
    }
}

/// So that each test has it from the beginning.
fn pool() -> Executor {
    LazyLock::force(&LISTENER);
    Executor::builder().workers(2).build().unwrap()
}

#[test]
fn a_span_says_what_was_spawned_and_where() {
    let executor = pool();
    let future = async {
        let large = [7_u8; 1000];
        pending::<()>().await;
        std::hint::black_box(large);
    };
    let size = size_of_val(&future).to_string();
    let (task, line) = (executor.spawn(future), line!());
    let Told { fields, is_root, .. } = told_of(line);
    assert!(is_root);
    let expected = [
        ("kind", "task"),
        ("size.bytes", &size),
        ("original_size.bytes", &size),
        ("loc.file", file!()),
        ("loc.line", &line.to_string()),
        ("loc.col", "34"),
    ];
    for (name, value) in expected {
        assert_eq!(fields[name], value, "{name}");
    }
    assert!(!fields.contains_key("task.name"));
    assert!(fields["task.id"].parse::<u64>().is_ok());
    drop(task);
}

#[test]
fn a_task_has_the_name_that_it_was_given() {
    let executor = pool();
    let local = LocalExecutor::new();
    let named = TaskOptions::new().name("heartbeat");
    let first = line!();
    executor.spawn_with(named, async {}).detach();
    executor.spawner().spawn_with(named.priority(Priority::High), async {}).detach();
    local.spawn_with(named, async {}).detach();
    executor.scope(|scope| drop(scope.spawn_with(named, async {})));
    for line in first + 1..=first + 4 {
        assert_eq!(told_of(line).fields["task.name"], "heartbeat");
    }
    executor.join();
    local.run();
}

#[test]
fn each_way_to_spawn_knows_its_caller() {
    let executor = pool();
    let spawner = executor.spawner();
    let local = LocalExecutor::new();
    let local_spawner = local.spawner();
    let first = line!();
    executor.spawn(async {}).detach();
    executor.spawn_with(Priority::High, async {}).detach();
    spawner.spawn(async {}).detach();
    spawner.spawn_with(Priority::Low, async {}).detach();
    local.spawn(async {}).detach();
    local.spawn_with(Priority::High, async {}).detach();
    local_spawner.spawn(async {}).detach();
    local_spawner.spawn_with(Priority::Low, async {}).detach();
    executor.spawn_blocking(|| ()).detach();
    spawner.spawn_blocking(|| ()).detach();
    executor.join();
    local.run();
    let told: Vec<_> = (first + 1..=first + 10).map(told_of).collect();
    for (number, told) in told.iter().enumerate() {
        assert_eq!(told.fields["kind"], if (4..8).contains(&number) { "local" } else { "task" });
        assert_eq!(told.log, ["enter", "exit", "close"]);
    }
    let ids: std::collections::BTreeSet<_> = told.iter().map(|it| &it.fields["task.id"]).collect();
    assert_eq!(ids.len(), 10);
}

#[test]
fn a_poll_enters_the_span_and_a_wake_comes_before_it() {
    let (executor, gate) = (pool(), Gate::new());
    let wait = gate.clone();
    let (task, line) = (executor.spawn(async move { wait.wait().await }), line!());
    while !gate.has_waiter() {
        std::thread::yield_now();
    }
    // By value, from another thread.
    gate.open();
    block_on(task).unwrap();
    executor.join();
    let log = told_of(line).log;
    let polls = ["enter", "waker.clone", "exit", "enter", "exit", "close"];
    let without_the_wake: Vec<_> = log.iter().filter(|it| *it != "waker.wake").collect();
    assert_eq!(without_the_wake, polls);
    // It may come while the first poll goes on.
    let wake = log.iter().position(|it| it == "waker.wake").unwrap();
    assert!((2..=3).contains(&wake), "{log:?}");
}

#[test]
fn each_use_of_a_waker_is_told_once() {
    let executor = pool();
    let mut polls = 0;
    let future = poll_fn(move |cx| {
        polls += 1;
        match polls {
            1 => cx.waker().wake_by_ref(),
            2 => cx.waker().clone().wake(),
            3 => {
                let waker = cx.waker().clone();
                waker.wake_by_ref();
                drop(waker);
            }
            _ => return Poll::Ready(()),
        }
        Poll::Pending
    });
    let (task, line) = (executor.spawn(future), line!());
    block_on(task).unwrap();
    executor.join();
    let expected = "enter waker.wake_by_ref exit \
        enter waker.clone waker.wake exit \
        enter waker.clone waker.wake_by_ref waker.drop exit \
        enter exit close";
    assert_eq!(told_of(line).log.join(" "), expected);
}

#[test]
fn the_span_ends_with_the_future_and_not_with_the_last_waker() {
    let executor = LocalExecutor::new();
    LazyLock::force(&LISTENER);
    let future = poll_fn(|cx| Poll::Ready(cx.waker().clone()));
    let (task, line) = (executor.spawn(future), line!());
    let waker: Waker = executor.block_on(task).unwrap();
    assert_eq!(told_of(line).log, ["enter", "waker.clone", "exit", "close"]);
    waker.wake_by_ref();
    drop(waker);
    assert_eq!(told_of(line).log[4..], ["waker.wake_by_ref", "waker.drop"]);
}

#[test]
fn a_task_that_is_cancelled_or_panics_ends_its_span() {
    let executor = LocalExecutor::new();
    LazyLock::force(&LISTENER);
    let (task, cancelled) = (executor.spawn(pending::<()>()), line!());
    drop(task);
    let (task, panicked) = (executor.spawn(async { panic!("as it should") }), line!());
    assert!(matches!(executor.block_on(task), Err(TaskError::Panicked(_))));
    executor.run();
    assert_eq!(told_of(cancelled).log, ["close"]);
    assert_eq!(told_of(panicked).log, ["enter", "exit", "close"]);
    let (task, left) = (executor.spawn(pending::<()>()), line!());
    drop(executor);
    assert_eq!(told_of(left).log, ["close"]);
    drop(task);
}
