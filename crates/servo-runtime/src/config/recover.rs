//! Past a syntax error: each document is read alone, so that the mistakes of the others are told too.

use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::Error as YamlError;

use super::diagnostic::ConfigDiagnostic;
use super::document::{Document, read_part};
use super::source::SourceMap;
use super::syntax;

/// The most syntax errors that are told; more only hide the first.
const MAX_ERRORS: usize = 20;

/// Reads the documents one by one after `whole`, the error of reading them together.
pub(super) fn read(map: &Arc<SourceMap>, whole: &YamlError) -> (Vec<Document>, Vec<ConfigDiagnostic>) {
    let mut documents = Vec::new();
    let mut found = Vec::new();
    let mut broken = 0;
    for part in parts(map) {
        let base = part.start;
        match read_part(map, part) {
            Ok((read, wrong)) => {
                documents.extend(read);
                found.extend(wrong);
            }
            Err(error) => {
                broken += 1;
                if broken <= MAX_ERRORS {
                    found.push(syntax::describe(map, base, &error));
                }
            }
        }
    }
    if broken == 0 {
        // The error lies between the documents, in a directive for instance.
        found.push(syntax::describe(map, 0, whole));
    }
    (documents, found)
}

/// The parts of a text that hold one document each.
///
/// A line that starts with `---`, or one behind a line that starts with `...`, begins a document wherever it
/// stands: not even a quoted or a block scalar may hold one (YAML 1.2, section 9.1.2). What is only blank,
/// comment or directive belongs to the document behind it.
fn parts(map: &SourceMap) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut has_content = false;
    let mut ended = false;
    let starts = map.line_starts();
    for (at, &line_start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(map.text.len());
        let line = map.slice(&(line_start..end));
        let begins = is_marker(line, "---");
        if has_content && (begins || ended) {
            parts.push(start..line_start);
            start = line_start;
            has_content = false;
        }
        ended = is_marker(line, "...");
        let line = line.trim();
        has_content |= begins || !(line.is_empty() || line.starts_with(['#', '%']) || ended);
    }
    if has_content || parts.is_empty() {
        parts.push(start..map.text.len());
    }
    parts
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source::Source;

    fn split(text: &str) -> Vec<String> {
        let map = SourceMap::new(&Source::new("servo.yaml", text));
        parts(&map).into_iter().map(|part| map.slice(&part).to_owned()).collect()
    }

    #[test]
    fn parts_begin_at_document_markers_and_keep_comments_and_directives() {
        assert_eq!(
            split("a: 1\n---\nb: 2\n--- # c\nd: |\n  ---\n"),
            ["a: 1\n", "---\nb: 2\n", "--- # c\nd: |\n  ---\n"]
        );
        assert_eq!(split("%YAML 1.2\n# x\n---\na: 1\n...\n%YAML 1.2\n---\nb: 1\n").len(), 2);
        assert_eq!(split("a: ---\nb: 1\n"), ["a: ---\nb: 1\n"]);
        assert_eq!(split("\u{feff}---\na: 1\r\n---\r\nb: 1").len(), 2);
        assert_eq!(split(""), [""]);
    }
}
