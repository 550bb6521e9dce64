//! Running another program: what is shown is what is run, and its output is read as it comes.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A command line that can be shown, then run.
#[derive(Clone, Debug)]
pub(crate) struct Cmd {
    program: String,
    /// Run this file instead of what `program` finds in `PATH`; it is shown by its short name.
    file: Option<PathBuf>,
    args: Vec<String>,
    env: Vec<(String, String)>,
    /// Set as well, and not shown: the command does the same without, only not as well.
    silent_env: Option<(&'static str, PathBuf)>,
    /// A toolchain of its own is asked for, so the one that runs xtask must not leak in.
    other_toolchain: bool,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Whether it ended well, and in time.
    pub(crate) success: bool,
    /// Its exit code, if it had one.
    pub(crate) code: Option<i32>,
    /// How it ended, in words.
    pub(crate) how: String,
    /// Standard output and standard error, in the order in which they were written.
    pub(crate) output: String,
    /// How long it took.
    pub(crate) time: Duration,
}

impl Cmd {
    /// `program`, looked up in `PATH`.
    pub(crate) fn new(program: &str) -> Self {
        Self {
            program: program.to_owned(),
            file: None,
            args: Vec::new(),
            env: Vec::new(),
            silent_env: None,
            other_toolchain: false,
        }
    }

    /// The cargo that runs this tool.
    pub(crate) fn cargo() -> Self {
        let mut cmd = Self::new("cargo");
        cmd.file = std::env::var_os("CARGO").map(Into::into);
        cmd
    }

    /// `program` of another toolchain, by rustup's `+name`.
    pub(crate) fn of_toolchain(program: &str, toolchain: &str) -> Self {
        let mut cmd = Self::new(program).arg(format!("+{toolchain}"));
        cmd.other_toolchain = true;
        cmd
    }

    pub(crate) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(crate) fn args<A: Into<String>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn silent_env(mut self, name: &'static str, value: PathBuf) -> Self {
        self.silent_env = Some((name, value));
        self
    }

    /// The command as one would type it.
    pub(crate) fn show(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.env.iter().map(|(name, value)| format!("{name}={}", quote(value))));
        words.push(self.program.clone());
        words.extend(self.args.iter().map(|arg| quote(arg)));
        words.join(" ")
    }

    fn command(&self) -> Command {
        let mut command = match &self.file {
            Some(file) => Command::new(file),
            None => Command::new(&self.program),
        };
        command.args(&self.args);
        // `cargo run` describes this package in the environment. It is not theirs.
        for (name, _) in std::env::vars_os() {
            if is_about_this_package(&name) {
                command.env_remove(name);
            }
        }
        if self.other_toolchain {
            for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC"] {
                command.env_remove(name);
            }
            // A toolchain that is missing is installed by the command that we show, or not at all.
            command.env("RUSTUP_AUTO_INSTALL", "0");
        }
        command.envs(self.silent_env.iter().map(|(name, value)| (name, value)));
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Run with our own standard streams, for the user to watch.
    pub(crate) fn watch(&self) -> Result<ExitStatus> {
        self.command().status().with_context(|| format!("cannot run `{}`", self.program))
    }

    /// The same for output that is read, not watched: no colours, nothing left out.
    fn captured(&self) -> Command {
        let mut command = self.command();
        command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_QUIET", "false");
        command.stdin(Stdio::null());
        command
    }

    /// Run quietly and give what it wrote to standard output.
    pub(crate) fn read(&self) -> Result<String> {
        let out =
            self.captured().output().with_context(|| format!("cannot run `{}`", self.program))?;
        if !out.status.success() {
            let stderr = String::from_utf8_lossy(&out.stderr);
            bail!("`{}` failed ({}):\n{}", self.show(), out.status, stderr.trim());
        }
        Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
    }

    /// Run, giving each line of output to `on_line`; kill it when it takes longer than `limit`.
    pub(crate) fn follow(
        &self,
        limit: Option<Duration>,
        mut on_line: impl FnMut(&str),
    ) -> Result<Finished> {
        let start = Instant::now();
        let (reader, writer) = std::io::pipe()?;
        // The command, and our writing ends with it, are dropped as soon as the child has its own.
        let mut child = self
            .captured()
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .with_context(|| format!("cannot run `{}`", self.program))?;
        let id = child.id();
        let mut output = String::new();
        let (done, ended) = mpsc::channel::<()>();
        let timed_out = thread::scope(|scope| -> Result<bool> {
            let watchdog = scope.spawn(move || match limit {
                Some(limit) => match ended.recv_timeout(limit) {
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        kill_tree(id);
                        true
                    }
                    _ => false,
                },
                None => false,
            });
            let read = read_lines(reader, |line| {
                on_line(line);
                output.push_str(line);
                output.push('\n');
            });
            drop(done);
            let timed_out = watchdog.join().unwrap_or(false);
            read.map(|()| timed_out)
        })?;
        let status = child.wait()?;
        let how = match limit {
            Some(limit) if timed_out => format!("killed after {} min", limit.as_secs() / 60),
            _ => status.to_string(),
        };
        Ok(Finished {
            success: status.success() && !timed_out,
            code: status.code(),
            how,
            output,
            time: start.elapsed(),
        })
    }

    /// Run to the end without a limit, reading nothing until then.
    pub(crate) fn run(&self) -> Result<Finished> {
        self.follow(None, |_| {})
    }
}

fn read_lines(reader: impl std::io::Read, mut on_line: impl FnMut(&str)) -> Result<()> {
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&bytes);
        on_line(line.trim_end_matches(['\n', '\r']));
    }
}

fn is_about_this_package(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|it| name.starts_with(it))
            || ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "RUST_RECURSION_COUNT"].contains(&name)
    })
}

/// Quote for a POSIX shell, only where that is needed.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+./:,@%^".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        format!("\"{word}\"")
    }
}

/// End a process and all that it started, which would otherwise go on without it.
fn kill_tree(id: u32) {
    let mut ids = vec![id];
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let table = listed.map(|out| String::from_utf8_lossy(&out.stdout).into_owned());
    let pairs: Vec<(u32, u32)> = table
        .unwrap_or_default()
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().map(str::parse);
            Some((words.next()?.ok()?, words.next()?.ok()?))
        })
        .collect();
    let mut next = 0;
    while let Some(&parent) = ids.get(next) {
        ids.extend(pairs.iter().filter(|pair| pair.1 == parent).map(|pair| pair.0));
        next += 1;
    }
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    if cfg!(windows) {
        let _ = Command::new("taskkill").args(["/F", "/T", "/PID", &ids[0]]).output();
    } else {
        let _ = Command::new("kill").arg("-9").args(&ids).output();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Cmd, quote};

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let cmd = Cmd::of_toolchain("cargo", "nightly")
            .args(["miri", "test"])
            .arg("a b")
            .env("MIRIFLAGS", "-Zone -Ztwo=0..4");
        assert_eq!(cmd.show(), r#"MIRIFLAGS="-Zone -Ztwo=0..4" cargo +nightly miri test "a b""#);
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quote(""), "\"\"");
    }

    #[test]
    #[cfg(unix)]
    fn both_streams_are_read_in_order() {
        let cmd = Cmd::new("sh").args(["-c", "echo one; echo two >&2; echo three; exit 3"]);
        let mut lines = Vec::new();
        let finished = cmd.follow(None, |line| lines.push(line.to_owned())).unwrap();
        assert!(!finished.success);
        assert_eq!(lines, ["one", "two", "three"]);
        assert_eq!(finished.output, "one\ntwo\nthree\n");
    }

    #[test]
    #[cfg(unix)]
    fn a_command_that_hangs_is_killed_with_its_children() {
        let cmd = Cmd::new("sh").args(["-c", "echo begun; sh -c 'sleep 600; true'; true"]);
        let start = Instant::now();
        let finished = cmd.follow(Some(Duration::from_millis(300)), |_| {}).unwrap();
        assert!(!finished.success);
        assert!(finished.how.contains("killed"), "{}", finished.how);
        assert_eq!(finished.output, "begun\n");
        // The pipe only closes when the grandchild is gone, too.
        assert!(start.elapsed() < Duration::from_secs(300));
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Cmd::new("no-such-program-here").run().unwrap_err();
        assert!(format!("{error:#}").contains("no-such-program-here"));
    }
}
