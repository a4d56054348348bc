//! Log lines in a file.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use servo_http::Redactor;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{DefaultFields, FormatFields, Writer};

use crate::failure::Failure;

/// A file that log lines are appended to, without the secrets that are known.
#[derive(Clone, Debug)]
pub(super) struct LogFile {
    file: Arc<File>,
    redactor: Redactor,
}

impl LogFile {
    /// Opens a file; one that is not there is made for its owner alone.
    pub(super) fn open(path: &Path, redactor: Redactor) -> Result<Self, Failure> {
        let opened = File::options().append(true).create(true).mode(0o600).open(path);
        let file = opened.map_err(|error| {
            let message = format!("cannot open the log file '{}': {error}", path.display());
            Failure::usage(message).with_help("name a file in a folder that exists and may be written")
        })?;
        Ok(Self { file: Arc::new(file), redactor })
    }
}

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { file: self.clone(), text: Vec::new() }
    }
}

/// One log line, which is appended in one piece when it is dropped.
pub(super) struct Line {
    file: LogFile,
    text: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let line = self.file.redactor.redact(&String::from_utf8_lossy(&self.text));
        // Standard error has the line, too.
        let _ = (&*self.file.file).write_all(line.as_bytes());
    }
}

/// Fields as they always are, under a type of their own: the fields of a span are rendered once for each type, and
/// those of the terminal may have colour in them.
#[derive(Debug, Default)]
pub(super) struct Fields(DefaultFields);

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> std::fmt::Result {
        self.0.format_fields(writer, fields)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn lines_are_appended_without_known_secrets_to_a_file_of_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("servo.log");
        let redactor = Redactor::default();
        for text in ["first canary-5f2c\n", "second\n"] {
            let file = LogFile::open(&path, redactor.clone()).unwrap();
            redactor.add("canary-5f2c");
            file.make_writer().write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first [REDACTED]\nsecond\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_folder_that_is_not_there_is_wrong_usage() {
        let folder = tempfile::tempdir().unwrap();
        let failure = LogFile::open(&folder.path().join("x/servo.log"), Redactor::default()).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
    }
}
