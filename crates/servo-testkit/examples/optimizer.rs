//! A scripted optimizer to try a servo with: `cargo run -p servo-testkit --example optimizer`.
//!
//! It listens on 127.0.0.1:8080, or on the address that it is given, accepts whatever token comes, and prints each
//! exchange in one line. With `--once` it ends after one session; otherwise it begins another, for ever.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use servo_testkit::backend::Backend;
use servo_testkit::session::{Pace, Session};
use tokio::net::TcpListener;

const USAGE: &str = "usage: optimizer [ADDRESS:PORT] [--once]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (mut address, mut is_once) = ("127.0.0.1:8080".to_owned(), false);
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--once" => is_once = true,
            option if option.starts_with('-') => return end(USAGE),
            _ => address = argument,
        }
    }
    match TcpListener::bind(&address).await {
        Ok(listener) => match serve(&listener, is_once).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => end(&format!("error: {error}")),
        },
        Err(error) => end(&format!("error: cannot listen on {address}: {error}\n{USAGE}")),
    }
}

/// Gives the answers and prints them, until the first session is over or for ever.
async fn serve(listener: &TcpListener, is_once: bool) -> io::Result<()> {
    let backend = Backend::new();
    let pace = Pace { measurement: Duration::from_mins(1), rest: Duration::from_secs(5) };
    let mut session = Session::new(backend.clone(), pace);
    say(&format!("listening on http://{}", listener.local_addr()?))?;
    let mut heard = 0;
    loop {
        tokio::select! {
            connection = listener.accept() => backend.serve_stream(connection?.0),
            request = backend.wait_until(|requests| requests.get(heard).cloned()) => {
                if is_once && session.sessions() > 0 {
                    // The servo has slept, so that it has the answer before.
                    return say("the session is over");
                }
                heard += 1;
                say(&session.hear(&request))?;
            }
        }
    }
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

fn end(message: &str) -> ExitCode {
    // Where there is nobody to tell, the exit code does.
    let _ = writeln!(io::stderr().lock(), "{message}");
    ExitCode::FAILURE
}
