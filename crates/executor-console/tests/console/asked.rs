//! The server of console-subscriber, asked over gRPC as tokio-console asks it, tells of the executor's tasks.

use console_api::field::{Name, Value};
use console_api::instrument::instrument_client::InstrumentClient;
use console_api::instrument::{InstrumentRequest, Update};
use console_api::tasks::{Stats, Task};
use console_subscriber::{ConsoleLayer, ServerParts};
use executor::{Executor, LocalExecutor, TaskOptions, block_on};
use std::collections::HashMap;
use std::future::{pending, poll_fn};
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tracing_subscriber::layer::SubscriberExt;

/// What the console knows, from its first question on.
#[derive(Default)]
struct Screen {
    tasks: Vec<Task>,
    stats: HashMap<u64, Stats>,
}

impl Screen {
    fn add(&mut self, update: Update) {
        let tasks = update.task_update.unwrap_or_default();
        assert_eq!(tasks.dropped_events, 0);
        self.tasks.extend(tasks.new_tasks);
        self.stats.extend(tasks.stats_update);
    }

    /// The task that was spawned at that line of this file, and how it is.
    fn at(&self, line: u32) -> Option<(&Task, &Stats)> {
        let here = |task: &&Task| {
            task.location.as_ref().is_some_and(|it| it.line == Some(line) && it.file() == file!())
        };
        let task = self.tasks.iter().find(here)?;
        Some((task, self.stats.get(&task.id?.id)?))
    }
}

fn field(task: &Task, name: &str) -> Option<String> {
    let named =
        |it: &&console_api::Field| matches!(&it.name, Some(Name::StrName(it)) if it == name);
    Some(match task.fields.iter().find(named)?.value.as_ref()? {
        Value::StrVal(text) | Value::DebugVal(text) => text.clone(),
        Value::U64Val(number) => number.to_string(),
        other => format!("{other:?}"),
    })
}

async fn next<S>(updates: &mut S, screen: &mut Screen)
where
    S: Stream<Item = Result<Update, tonic::Status>> + Unpin,
{
    screen.add(updates.next().await.expect("the server goes on").unwrap());
}

#[test]
fn the_console_sees_the_tasks() {
    let (layer, server) =
        ConsoleLayer::builder().publish_interval(Duration::from_millis(50)).build();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();

    // The console's side, which has a runtime of its own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let ServerParts { instrument_server, aggregator, .. } = server.into_parts();
    runtime.spawn(aggregator.run());
    runtime.spawn(
        tonic::transport::Server::builder()
            .add_service(instrument_server)
            .serve_with_incoming(TcpListenerStream::new(listener)),
    );

    // Ours.
    let executor = Executor::builder().workers(2).build().unwrap();
    let (send_waker, waker) = mpsc::channel();
    let mut polls = 0;
    let future = poll_fn(move |cx| {
        polls += 1;
        if polls == 1 {
            cx.waker().wake_by_ref();
        } else if polls == 2 {
            send_waker.send(cx.waker().clone()).unwrap();
        }
        Poll::<()>::Pending
    });
    let size = size_of_val(&future);
    let named = TaskOptions::new().name("waits");
    let (waits, waits_line) = (executor.spawn_with(named, future), line!());
    let (ends, ends_line) = (executor.spawn(async { 7 }), line!());
    assert_eq!(block_on(ends).unwrap(), 7);
    // Twice by reference, then by value.
    let waker: std::task::Waker = waker.recv().unwrap();
    waker.wake_by_ref();
    waker.wake();
    let local = LocalExecutor::new();
    let (idle, local_line) = (local.spawn(pending::<()>()), line!());
    local.block_on(async {});

    runtime.block_on(async {
        let mut client = InstrumentClient::connect(format!("http://{address}")).await.unwrap();
        let updates = client.watch_updates(InstrumentRequest {}).await.unwrap();
        let mut updates = updates.into_inner();
        let mut screen = Screen::default();
        let still = |polls: u64, at: Option<(&Task, &Stats)>| {
            at.is_none_or(|(_, stats)| {
                stats.poll_stats.as_ref().unwrap().polls < polls || stats.waker_drops < 1
            })
        };
        // The wakes may be one poll or two: at least three in all.
        while still(3, screen.at(waits_line)) {
            next(&mut updates, &mut screen).await;
        }
        let (task, stats) = screen.at(waits_line).unwrap();
        assert_eq!(field(task, "kind").unwrap(), "task");
        assert_eq!(field(task, "task.name").unwrap(), "waits");
        assert_eq!(field(task, "size.bytes").unwrap(), size.to_string());
        assert_eq!((stats.self_wakes, stats.wakes), (1, 3));
        // A wake by value is a drop.
        assert_eq!((stats.waker_clones, stats.waker_drops), (1, 1));
        assert!(stats.dropped_at.is_none());
        assert!((3..=4).contains(&stats.poll_stats.as_ref().unwrap().polls));

        let (_, stats) = screen.at(ends_line).unwrap();
        assert!(stats.dropped_at.is_some(), "it has ended");
        assert_eq!(stats.poll_stats.as_ref().unwrap().polls, 1);

        let (task, stats) = screen.at(local_line).unwrap();
        assert_eq!(field(task, "kind").unwrap(), "local");
        assert!(stats.dropped_at.is_none());
        assert_eq!(stats.poll_stats.as_ref().unwrap().polls, 0);

        // The end of a task that goes on while somebody looks.
        drop(waits);
        while screen.at(waits_line).unwrap().1.dropped_at.is_none() {
            next(&mut updates, &mut screen).await;
        }
    });
    drop(idle);
}
