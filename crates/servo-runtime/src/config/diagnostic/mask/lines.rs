//! Secrets by the look of the text alone: for what is no YAML, and for comments.

use std::ops::Range;

use super::{is_like_secret, is_secret};

/// Finds what stands behind the names of secrets, to the end of the line, and on the lines further in that go on with
/// it. Where `comments_only`, the rest of the text is known better.
pub(super) fn secrets(text: &str, comments_only: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The column of the key whose value may go on.
    let mut open: Option<usize> = None;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let range = start..start + line.len();
        start = range.end;
        let indent = line.len() - line.trim_start().len();
        if open.is_some_and(|column| line.trim().is_empty() || indent > column) {
            found.push(range);
            continue;
        }
        open = None;
        let comment = if line.trim_start().starts_with('#') { Some(indent) } else { line.find(" #") };
        let from = if comments_only { comment.unwrap_or(line.len()) } else { 0 };
        let Some((key, behind)) = first_secret(line, from, !comments_only) else { continue };
        found.push(range.start + behind..range.end);
        if !comments_only && comment.is_none_or(|comment| comment > key) {
            let before = line.get(..key).unwrap_or_default();
            let begins = before.chars().all(|c| matches!(c, ' ' | '-' | '?' | '"' | '\''));
            open = Some(if begins { before.trim_end_matches(['"', '\'']).len() } else { indent });
        }
    }
    found
}

/// Where the first name of a secret begins behind `from`, and where what it names does; of a misspelt one as well
/// where `is_lenient`.
fn first_secret(line: &str, from: usize, is_lenient: bool) -> Option<(usize, usize)> {
    let marks = line.match_indices([':', '=']).filter(|(at, _)| *at >= from);
    marks.into_iter().find_map(|(at, mark)| {
        let before = line.get(..at)?.trim_end();
        let before = before.strip_suffix(['"', '\'']).unwrap_or(before);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let key = before.trim_end_matches(is_part).len();
        let name = before.get(key..)?;
        (is_secret(name) || (is_lenient && is_like_secret(name))).then_some((key, at + mark.len()))
    })
}

/// Finds the user and password in `https://user:password@host`, and in `user:password@host`.
pub(super) fn users(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for run in text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')) {
        let base = start;
        start += run.len();
        let Some(end) = run.rfind('@') else { continue };
        let before = run.get(..end).unwrap_or_default();
        let scheme = before.find("://").map(|at| at + 3);
        let open = before.len() - before.trim_start_matches(['[', '{', '(', ',']).len();
        let begin = scheme.unwrap_or(open);
        if (scheme.is_some() || before.contains(':')) && begin < end {
            found.push(base + begin..base + end);
        }
    }
    found
}
