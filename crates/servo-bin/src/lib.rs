//! The `servo` command line: arguments, commands, output and exit codes.
//!
//! A program with connectors of its own is ten lines: it names their crates with `use servo_x as _;`
//! and calls [`main`].

mod applet;
mod cli;
mod commands;
pub mod connectors;
mod failure;
pub mod limits;
mod notify;
mod output;

use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::cli::Cli;

/// How long the end of the program waits for calls of the system that block, such as reading a file or looking up a
/// host: without a limit, a file system that hangs would keep it from ever ending.
const LAST_CALLS: Duration = Duration::from_secs(1);

/// How long a thread for calls that block is kept that has none. Every servo makes some when it begins, and a thread for
/// each of a thousand servos would cost more than the servos.
const IDLE_THREAD: Duration = Duration::from_secs(1);

/// Returns the definitions of the command line, for whatever is generated of them.
pub fn command() -> clap::Command {
    Cli::commands()
}

/// Runs the command line of the process, and returns its exit code: 0 done, 1 an operation failed, 2
/// wrong usage, 70 a fault of Servo's own, 78 an invalid configuration.
pub fn main() -> ExitCode {
    // Before anything else: an applet needs none of it.
    if let Some(code) = applet::run() {
        return ExitCode::from(code);
    }
    let Some(cli) = Cli::read() else { return commands::tell_version() };
    let look = match output::Look::of(&cli.globals(), cli.command.form()) {
        Ok(look) => look,
        Err(failure) => {
            output::diagnostic::plain_failure(&failure);
            return ExitCode::from(failure.exit_code());
        }
    };
    limits::raise_open_files();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.enable_all().thread_keep_alive(IDLE_THREAD).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::line_on_stderr(&format!("error: cannot start the runtime: {error}"));
            return ExitCode::from(70);
        }
    };
    match drive(runtime, commands::run(cli, &look)) {
        Ok(code) => code,
        Err(failure) => {
            output::failure(&failure, &look);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Runs what the program does to its end, and ends the runtime, whatever still blocks.
fn drive<T>(runtime: Runtime, program: impl Future<Output = T>) -> T {
    let ended = runtime.block_on(program);
    runtime.shutdown_timeout(LAST_CALLS);
    ended
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::time::Instant;

    use super::*;

    #[test]
    fn a_call_that_hangs_does_not_keep_the_program_from_its_end() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let begin = Instant::now();
        let (_sender, hanging) = mpsc::channel::<()>();
        drive(runtime, async move {
            let (under_way, heard) = tokio::sync::oneshot::channel();
            let _hangs = tokio::task::spawn_blocking(move || {
                let _ = under_way.send(());
                hanging.recv_timeout(Duration::from_mins(1))
            });
            heard.await.unwrap();
        });
        assert!(begin.elapsed() < Duration::from_secs(30));
    }
}
