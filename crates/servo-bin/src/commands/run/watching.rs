//! `--watch`: whether the configuration file has changed.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use servo_runtime::config::Source;

/// How often the file is read.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// What tells one content of the file from another; `None` where it cannot be read.
type Content = Option<u64>;

/// Looks at the content of a file now and then.
///
/// Nothing but the content counts: where a file is mounted from a `ConfigMap`, what changes is a link on the way to it,
/// of which neither the file's times nor a watch on it need tell.
#[derive(Debug)]
pub(super) struct Watching {
    path: PathBuf,
    seen: Seen,
}

/// What was seen of a file.
#[derive(Debug)]
struct Seen {
    /// What was applied, or was refused.
    known: Content,
    /// What the last look has found that is something else.
    pending: Option<Content>,
}

impl Watching {
    /// Begins to look at the file that this source was read from.
    pub(super) fn new(path: &Path, source: &Source) -> Self {
        Self { path: path.to_owned(), seen: Seen { known: Some(content(source)), pending: None } }
    }

    /// Waits until the file has other content, which has stayed the same for two looks: whoever writes a file needs not
    /// do it at once. Nothing is lost where this is dropped before.
    pub(super) async fn changed(&mut self) {
        loop {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            let content = look(self.path.clone()).await;
            if self.seen.take(content) {
                return;
            }
        }
    }

    /// Takes note that the file is about to be applied as it is now.
    pub(super) async fn settle(&mut self) {
        let known = look(self.path.clone()).await;
        self.seen = Seen { known, pending: None };
    }
}

impl Seen {
    /// Says whether the content is another one, and was so at the look before.
    fn take(&mut self, content: Content) -> bool {
        if self.known == content {
            self.pending = None;
            return false;
        }
        if self.pending == Some(content) {
            *self = Self { known: content, pending: None };
            return true;
        }
        self.pending = Some(content);
        false
    }
}

/// Reads the file, on a thread that may block.
async fn look(path: PathBuf) -> Content {
    let read = move || Source::read(&path).ok().map(|source| content(&source));
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

fn content(source: &Source) -> u64 {
    let mut hasher = DefaultHasher::new();
    source.text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen { known: Some(1), pending: None }
    }

    #[test]
    fn a_change_counts_when_two_looks_agree() {
        let mut seen = seen();
        let looks = [Some(1), Some(2), Some(2), Some(2), Some(1), Some(1)];
        assert_eq!(looks.map(|content| seen.take(content)), [false, false, true, false, false, true]);
    }

    #[test]
    fn a_file_that_is_being_written_is_waited_for() {
        let mut seen = seen();
        let looks = [Some(2), Some(3), None, Some(4), Some(4)];
        assert_eq!(looks.map(|content| seen.take(content)), [false, false, false, false, true]);
    }

    #[test]
    fn a_change_that_is_taken_back_at_once_is_none() {
        let mut seen = seen();
        let looks = [Some(2), Some(1), Some(2), Some(1), Some(1)];
        assert_eq!(looks.map(|content| seen.take(content)), [false; 5]);
    }

    #[test]
    fn a_file_that_stays_away_has_changed() {
        let mut seen = seen();
        assert_eq!([None, None, None].map(|content| seen.take(content)), [false, true, false]);
        assert_eq!([Some(1), Some(1)].map(|content| seen.take(content)), [false, true]);
    }
}
