//! Work on the text of a YAML mapping, line by line, so that comments stay where they are.

/// Indents every line that is not empty.
pub(super) fn indented(text: &str, by: usize) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{:by$}{line}\n", "") };
    text.lines().map(line).collect()
}

/// One key of a mapping in block style, or what stands between keys.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::commands) struct Entry {
    /// The key; `None` for comments and blank lines before the first one.
    pub(in crate::commands) key: Option<String>,
    /// Its lines, the comments above it included.
    pub(in crate::commands) lines: Vec<String>,
    /// Which of the lines has the key.
    at: usize,
}

impl Entry {
    /// Gives what stands behind the key in its own line.
    pub(in crate::commands) fn inline(&self) -> &str {
        let line = self.lines.get(self.at).map_or("", String::as_str);
        line.split_once(':').map_or("", |(_, value)| value.trim())
    }

    /// Gives the lines below the key without their indentation, and how deep that was; `None` where there are none.
    pub(in crate::commands) fn nested(&self) -> Option<(usize, String)> {
        let below = self.lines.get(self.at + 1..)?;
        let depth =
            below.iter().find(|line| !is_void(line)).map(|line| line.len() - line.trim_start().len())?;
        let strip = |line: &String| line.get(depth..).unwrap_or_else(|| line.trim_start()).to_owned() + "\n";
        (depth > 0).then(|| (depth, below.iter().map(strip).collect()))
    }

    /// Puts what another entry of the same key has below it at the end, with the comments above that one.
    pub(super) fn extend(&mut self, other: Self) {
        let (at, lines) = (other.at, other.lines.into_iter().enumerate());
        self.lines.extend(lines.filter(|(line, _)| *line != at).map(|(_, line)| line));
    }

    /// Puts another text below the key.
    pub(in crate::commands) fn with_nested(&mut self, depth: usize, text: &str) {
        self.lines.truncate(self.at + 1);
        self.lines.extend(indented(text, depth).lines().map(str::to_owned));
    }

    /// Puts another value behind the key, in its own line, in place of everything that it had.
    pub(in crate::commands) fn with_inline(&mut self, value: &str) {
        if let Some(line) = self.lines.get_mut(self.at)
            && let Some((key, _)) = line.split_once(':')
        {
            *line = format!("{key}: {value}");
        }
        self.lines.truncate(self.at + 1);
    }
}

/// Takes a mapping in block style apart. A text in another form is one entry without a key.
pub(in crate::commands) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut void = Vec::new();
    for line in text.lines() {
        if let Some(key) = key(line) {
            let at = void.len();
            let mut lines = std::mem::take(&mut void);
            lines.push(line.to_owned());
            entries.push(Entry { key: Some(key.to_owned()), lines, at });
        } else if is_void(line) && !line.starts_with(' ') {
            void.push(line.to_owned());
        } else {
            let lines = void.drain(..).chain(std::iter::once(line.to_owned()));
            match entries.last_mut() {
                Some(entry) => entry.lines.extend(lines),
                None => entries.push(Entry { key: None, lines: lines.collect(), at: 0 }),
            }
        }
    }
    if !void.is_empty() {
        entries.push(Entry { key: None, lines: void, at: 0 });
    }
    entries
}

/// Puts entries together again.
pub(in crate::commands) fn joined(entries: &[Entry]) -> String {
    let lines = entries.iter().flat_map(|entry| &entry.lines);
    lines.flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Turns the entry of a key into a comment, with a reason above it.
pub(super) fn commented_out(text: &str, key: &str, reason: &str) -> String {
    let mut entries = entries(text);
    for entry in entries.iter_mut().filter(|entry| entry.key.as_deref() == Some(key)) {
        let comment = |line: &String| format!("# {line}").trim_end().to_owned();
        entry.lines = std::iter::once(format!("# {reason}")).chain(entry.lines.iter().map(comment)).collect();
        entry.key = None;
    }
    joined(&entries)
}

/// Returns true for lines that say nothing: blank ones and comments.
pub(super) fn is_void(line: &str) -> bool {
    line.trim_start().is_empty() || line.trim_start().starts_with('#')
}

/// Finds the key of a line that begins an entry.
fn key(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(':')?;
    let is_key = line.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '\''));
    let ends = value.is_empty() || value.starts_with([' ', '\t']);
    (is_key && ends).then(|| key.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# Of all.

speed: 600
# The load.
load: {rate: 120}
web:
  # Deep.
  demand: 25ms

  list:
  - a: 1
list:
- one
- two: 2
# The end.
";

    #[test]
    fn a_text_is_taken_apart_by_its_keys_and_put_together_unchanged() {
        let entries = entries(TEXT);
        let keys: Vec<Option<&str>> = entries.iter().map(|entry| entry.key.as_deref()).collect();
        assert_eq!(keys, [Some("speed"), Some("load"), Some("web"), Some("list"), None]);
        assert_eq!(joined(&entries), TEXT);
        assert_eq!((entries[1].inline(), entries[2].inline()), ("{rate: 120}", ""));
        assert_eq!(entries[1].lines, ["# The load.", "load: {rate: 120}"]);
        assert_eq!(entries[2].nested(), Some((2, "# Deep.\ndemand: 25ms\n\nlist:\n- a: 1\n".to_owned())));
        assert_eq!(entries[3].nested(), None);
    }

    #[test]
    fn what_is_below_a_key_can_be_replaced() {
        let mut entries = entries(TEXT);
        entries[2].with_nested(4, "a: 1\nb:\n  c: 2\n");
        assert_eq!(entries[2].lines, ["web:", "    a: 1", "    b:", "      c: 2"]);
        entries[1].with_inline("{rate: 5}");
        assert_eq!(entries[1].lines, ["# The load.", "load: {rate: 5}"]);
    }

    #[test]
    fn an_entry_becomes_a_comment_with_its_reason() {
        let text = commented_out(TEXT, "web", "Because.");
        assert!(
            text.contains(
                "# Because.\n# web:\n#   # Deep.\n#   demand: 25ms\n#\n#   list:\n#   - a: 1\nlist:\n"
            ),
            "{text}"
        );
        assert_eq!(commented_out(TEXT, "none", "Because."), TEXT);
    }

    #[test]
    fn a_text_in_flow_style_has_no_keys() {
        assert_eq!(entries("{a: 1,\n b: 2}\n").iter().filter(|entry| entry.key.is_some()).count(), 0);
    }

    #[test]
    fn blank_lines_stay_blank_when_they_are_indented() {
        assert_eq!(indented("a: 1\n\nb: 2", 2), "  a: 1\n\n  b: 2\n");
    }
}
