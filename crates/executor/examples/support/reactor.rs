//! A reactor for the workers of a pool: sockets, and who waits for them. Edge-triggered: a socket is registered once,
//! and after that a wait for it is no system call.

use executor::Reactor;
use mio::{Events, Interest, Poll, Registry, Token, event};
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll::Pending, Poll::Ready, Waker};
use std::time::Duration;

/// The sockets that are waited for.
#[derive(Debug)]
pub(crate) struct Sockets {
    registry: Registry,
    waker: mio::Waker,
    /// Of the one worker that waits, or looks in.
    poll: Mutex<(Poll, Events)>,
    sources: Mutex<Sources>,
}

/// The token of [`Sockets::waker`], and of no socket.
const INTERRUPT: Token = Token(usize::MAX);

#[derive(Debug, Default)]
struct Sources {
    by_key: HashMap<usize, Arc<Source>>,
    next_key: usize,
}

/// What is known of a socket.
#[derive(Debug, Default)]
struct Source {
    read: Mutex<Direction>,
    write: Mutex<Direction>,
}

/// One half of a socket.
#[derive(Debug, Default)]
struct Direction {
    /// How many events there were.
    events: u32,
    /// That count when an attempt was last in vain: before the next event, another one would be as well.
    blocked_at: Option<u32>,
    waiter: Option<Waker>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sockets {
    pub(crate) fn new() -> io::Result<Arc<Self>> {
        let poll = Poll::new()?;
        let registry = poll.registry().try_clone()?;
        let waker = mio::Waker::new(&registry, INTERRUPT)?;
        let poll = Mutex::new((poll, Events::with_capacity(1024)));
        Ok(Arc::new(Self { registry, waker, poll, sources: Mutex::default() }))
    }
}

impl Reactor for Sockets {
    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Waker>) {
        let mut guard = match self.poll.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Somebody else looks already.
            Err(TryLockError::WouldBlock) if timeout == Some(Duration::ZERO) => return,
            Err(TryLockError::WouldBlock) => lock(&self.poll),
        };
        let (poll, events) = &mut *guard;
        if let Err(error) = poll.poll(events, timeout) {
            if error.kind() != ErrorKind::Interrupted {
                eprintln!("waiting for sockets: {error}");
            }
            return;
        }
        if events.is_empty() {
            return;
        }
        let sources = lock(&self.sources);
        for event in &*events {
            // That of an interrupt has none, and a socket may be gone by now.
            let Some(source) = sources.by_key.get(&event.token().0) else { continue };
            if event.is_readable() || event.is_read_closed() || event.is_error() {
                ready.extend(lock(&source.read).event());
            }
            if event.is_writable() || event.is_write_closed() || event.is_error() {
                ready.extend(lock(&source.write).event());
            }
        }
    }

    fn interrupt(&self) {
        if let Err(error) = self.waker.wake() {
            eprintln!("interrupting a wait for sockets: {error}");
        }
    }
}

impl Direction {
    fn event(&mut self) -> Option<Waker> {
        self.events = self.events.wrapping_add(1);
        self.waiter.take()
    }
}

/// A socket that the reactor knows.
#[derive(Debug)]
pub(crate) struct Socket<S: event::Source> {
    inner: S,
    key: usize,
    source: Arc<Source>,
    sockets: Arc<Sockets>,
}

impl<S: event::Source> Socket<S> {
    pub(crate) fn new(mut inner: S, sockets: &Arc<Sockets>) -> io::Result<Self> {
        let mut sources = lock(&sockets.sources);
        let key = sources.next_key;
        sources.next_key = (key + 1) % INTERRUPT.0;
        sockets.registry.register(
            &mut inner,
            Token(key),
            Interest::READABLE | Interest::WRITABLE,
        )?;
        let source = sources.by_key.entry(key).or_default().clone();
        Ok(Self { inner, key, source, sockets: sockets.clone() })
    }

    pub(crate) fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Attempt to read, or to accept, or wait until that can be done. `took_all`: whether there is nothing more for now.
    pub(crate) fn poll_read_with<T>(
        &self,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&S) -> io::Result<T>,
        took_all: impl Fn(&T) -> bool,
    ) -> std::task::Poll<io::Result<T>> {
        self.poll_with(&self.source.read, cx, attempt, took_all)
    }

    /// Attempt to write, or wait until that can be done.
    pub(crate) fn poll_write_with<T>(
        &self,
        cx: &mut Context<'_>,
        attempt: impl FnMut(&S) -> io::Result<T>,
    ) -> std::task::Poll<io::Result<T>> {
        self.poll_with(&self.source.write, cx, attempt, |_| false)
    }

    fn poll_with<T>(
        &self,
        direction: &Mutex<Direction>,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&S) -> io::Result<T>,
        took_all: impl Fn(&T) -> bool,
    ) -> std::task::Poll<io::Result<T>> {
        loop {
            let events = {
                let mut direction = lock(direction);
                if direction.blocked_at == Some(direction.events) {
                    let old = direction.waiter.replace(cx.waker().clone());
                    // Code of others: not under the lock.
                    drop(direction);
                    drop(old);
                    return Pending;
                }
                direction.events
            };
            let result = attempt(&self.inner);
            let blocked = match &result {
                Ok(done) => took_all(done),
                Err(error) => error.kind() == ErrorKind::WouldBlock,
            };
            if blocked {
                lock(direction).blocked_at = Some(events);
            }
            match result {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return Ready(result),
            }
        }
    }
}

impl<S: event::Source> Drop for Socket<S> {
    fn drop(&mut self) {
        if let Err(error) = self.sockets.registry.deregister(&mut self.inner) {
            eprintln!("forgetting a socket: {error}");
        }
        let source = lock(&self.sockets.sources).by_key.remove(&self.key);
        drop(source);
    }
}
