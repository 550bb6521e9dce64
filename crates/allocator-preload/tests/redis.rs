//! A redis server on the library, under redis-benchmark: afterwards it holds what it should.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{check_ended_well, check_log, folder, library, preload, source, text};

/// A server that listens on a socket in its folder. It is killed if it does not end by itself.
struct Server {
    process: Child,
    socket: PathBuf,
}

impl Server {
    fn start(folder: &Path, log: Option<&Path>) -> Self {
        // A path of a socket has at most 107 bytes, so the server is told a short one.
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--unixsocket", "socket", "--save", "", "--dir", "."]);
        command.args(["--daemonize", "no", "--enable-debug-command", "yes"]);
        if let Some(log) = log {
            preload(&mut command, log);
        }
        let output = fs::File::create(folder.join("output")).unwrap();
        command.current_dir(folder).stdin(Stdio::null()).stdout(output);
        let server = Self { process: command.spawn().unwrap(), socket: folder.join("socket") };
        let start = Instant::now();
        while !server.socket.exists() || server.try_ask("PING").trim() != "PONG" {
            assert!(start.elapsed() < Duration::from_secs(30), "the server does not answer");
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// A client of the server, in its folder.
    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.socket.parent().unwrap()).args(["-s", "socket"]);
        command
    }

    fn try_ask(&self, question: &str) -> String {
        let output = self.client("redis-cli").args(question.split(' ')).output().unwrap();
        text(&output.stdout)
    }

    /// Give a command, get the answer.
    fn ask(&self, question: &str) -> String {
        let answer = self.try_ask(question);
        assert!(!answer.is_empty() && !answer.starts_with("ERR"), "{question}: {answer}");
        answer.trim_end().to_owned()
    }

    /// What a line of `INFO` says.
    fn info(&self, name: &str) -> String {
        let info = self.ask("INFO everything");
        let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.expect(name).trim().to_owned()
    }

    /// End it in its own way. How it ended.
    fn stop(mut self) -> bool {
        let _ = self.try_ask("SHUTDOWN NOSAVE");
        self.process.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Give a server much to do. What it holds in the end.
fn work(server: &Server) -> Vec<String> {
    for load in ["-t set,get -r 20000 -d 300", "-t lpush,rpop,sadd,hset,zadd,mset -r 5000"] {
        let mut benchmark = server.client("redis-benchmark");
        benchmark.args(["-q", "-c", "20", "-P", "16", "-n", "40000"]).args(load.split(' '));
        check_ended_well(&benchmark.output().unwrap());
    }
    // What the benchmark leaves is at random; what follows is not.
    server.ask("FLUSHALL");
    let mut benchmark = server.client("redis-benchmark");
    benchmark.args(["-q", "-c", "20", "-P", "16", "-n", "40000", "-t", "incr,lpush"]);
    check_ended_well(&benchmark.output().unwrap());
    let commands = fs::File::open(source("programs/commands.redis")).unwrap();
    let output = server.client("redis-cli").stdin(commands).output().unwrap();
    check_ended_well(&output);
    let mut held = vec![text(&output.stdout)];
    // A child of `fork` writes everything to a file, while the server goes on.
    server.ask("BGSAVE");
    let start = Instant::now();
    while server.info("rdb_bgsave_in_progress") != "0" {
        server.ask("APPEND grows something");
        assert!(start.elapsed() < Duration::from_secs(30), "the child does not end");
        thread::sleep(Duration::from_millis(20));
    }
    held.push(server.info("rdb_last_bgsave_status"));
    server.ask("DEL grows");
    server.ask("DEBUG RELOAD");
    for question in ["DBSIZE", "GET counter:__rand_int__", "LLEN mylist", "DEBUG DIGEST"] {
        held.push(server.ask(question));
    }
    held
}

#[test]
#[cfg_attr(no_redis, ignore = "redis is not here: apt-get install redis-server redis-tools")]
fn redis() {
    let folders = ["without", "with"].map(|it| folder(&format!("redis/{it}")));
    let log = folder("redis/log");
    let without = Server::start(&folders[0], None);
    let expected = work(&without);
    assert!(without.stop());

    let with = Server::start(&folders[1], Some(&log));
    let maps = fs::read_to_string(format!("/proc/{}/maps", with.process.id())).unwrap();
    assert!(maps.contains(library().to_str().unwrap()), "{maps}");
    let held = work(&with);
    assert_eq!(held, expected);
    assert_eq!(held[1..4], ["ok", "2704", "40000"]);
    let commands: u64 = with.info("total_commands_processed").parse().unwrap();
    assert!(commands > 400_000, "{commands}");
    assert!(with.stop());
    check_log(&log, &["redis-server"]);
}
