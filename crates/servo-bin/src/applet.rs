//! The other programs that this executable is, by the names it is called by.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use servo_core::applet::{Applet, Executable};

/// Where the system keeps the executable of a process, also one that was replaced or removed since.
const OWN: &str = "/proc/self/exe";

/// Whether this process looks for applets first of all. One that does not must not be called as one: it would do
/// something else, such as running its tests, which call it again.
static LOOKS: AtomicBool = AtomicBool::new(false);

/// Runs the applet by whose name this process was called, and returns its exit code; `None` where it is the program
/// itself.
pub(crate) fn run() -> Option<u8> {
    LOOKS.store(true, Ordering::Relaxed);
    let called = std::env::args_os().next()?;
    let name = Path::new(&called).file_name()?.to_str()?;
    Applet::named(name).map(|applet| (applet.main)())
}

/// Returns the executable that runs applets, where this process is one.
pub(crate) fn executable() -> Option<Arc<Executable>> {
    LOOKS.load(Ordering::Relaxed).then(|| Arc::new(Executable(PathBuf::from(OWN))))
}
