//! What is logged about a file while it changes.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use super::*;

/// A log in memory.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Returns what was logged since it was asked last, a line for each event.
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(|line| line.trim().to_owned()).collect()
    }
}

#[cfg(unix)]
fn permit(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn each_change_of_state_is_told_once() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).without_time();
    let _default = tracing::subscriber::set_default(subscriber.with_target(false).finish());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let url = Url::parse("https://optimizer.example.com/").unwrap();
    let file = CredentialFile::new(path.clone(), Format::Token { url }, Redactor::default());
    let name = format!("the token file {}", path.display());
    let told = async |lines: &[String]| {
        for _ in 0..3 {
            file.read().await.unwrap();
        }
        assert_eq!(log.take(), lines);
    };

    fs::write(&path, "canary").unwrap();
    permit(&path, 0o600);
    told(&[]).await;
    permit(&path, 0o644);
    told(&[format!("WARN {name} can be read by every user: chmod 600 {}", path.display())]).await;
    fs::write(&path, "").unwrap();
    told(&[format!("WARN {name} cannot be used: it is empty; what it held before is used")]).await;
    fs::remove_file(&path).unwrap();
    let reason = "cannot be read: No such file or directory (os error 2)";
    told(&[format!("WARN {name} {reason}; what it held before is used")]).await;
    fs::write(&path, "canary").unwrap();
    permit(&path, 0o600);
    told(&[format!("INFO {name} can be used again")]).await;
}
