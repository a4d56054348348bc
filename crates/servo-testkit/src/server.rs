//! Real servers: started by the test that needs them, on a free loopback port, with data of their own, and ended with it.
//!
//! `cargo xtask servers` installs them; where one is missing, a test fails and says so.

mod ask;
mod prometheus;
mod thanos;

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant;

pub use prometheus::{Edition, NodeExporter, Prometheus};
pub use thanos::Thanos;

/// How long a server may take until it is ready, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that runs. It is ended when this is dropped, and when the thread that started it ends.
#[derive(Debug)]
struct Server {
    program: PathBuf,
    arguments: Vec<String>,
    /// Where it is asked whether it is ready.
    ready: String,
    address: String,
    folder: TempDir,
    child: Option<Child>,
}

impl Server {
    /// Starts a program and waits until it is ready.
    ///
    /// # Panics
    ///
    /// It is not installed, it ends at once, or it is not ready in time.
    async fn start(
        program: &str,
        ready: &str,
        folder: TempDir,
        address: &str,
        arguments: Vec<String>,
    ) -> Self {
        let program = installed(program);
        let (ready, address) = (ready.to_owned(), address.to_owned());
        let mut server = Self { program, arguments, ready, address, folder, child: None };
        server.run().await;
        server
    }

    async fn run(&mut self) {
        let log = File::create(self.log()).expect("a log in a folder of the test's own");
        // What a test leaves behind when it is ended by force ends with it.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL"])
            .arg(&self.program)
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle of a file"))
            .stderr(log)
            .spawn();
        let child = child.unwrap_or_else(|error| panic!("cannot start {}: {error}", self.program.display()));
        self.child = Some(child);
        let begin = Instant::now();
        while ask::status(&self.address, &self.ready).await != Some(200) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(
                ended.is_none() && begin.elapsed() < PATIENCE,
                "{} does not become ready ({ended:?}):\n{}",
                self.program.display(),
                std::fs::read_to_string(self.log()).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it at once, as a crash does.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the path of a program that `cargo xtask servers` installs.
fn installed(program: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/servers").join(program);
    assert!(path.is_file(), "{} is missing; `cargo xtask servers` installs it", path.display());
    path
}

/// Returns a loopback address whose port nobody listens at. Somebody may take it until it is used.
fn free_address() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound address").to_string()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder of the test's own")
}
