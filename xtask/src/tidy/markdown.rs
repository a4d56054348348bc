//! Rules for pages: one first heading in the book's pages, no blanks at line ends.

use super::Violation;
use super::source::trailing_whitespace;

/// Checks one Markdown file.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let mut found = trailing_whitespace(path, text);
    if path.starts_with("docs/") && !path.ends_with("/SUMMARY.md") {
        found.extend(one_title(path, text));
    }
    found
}

fn one_title(path: &str, text: &str) -> Option<Violation> {
    let titles: Vec<usize> = prose(text).filter(|(_, line)| line.starts_with("# ")).map(|(n, _)| n).collect();
    match titles.as_slice() {
        [_] => None,
        [] => Some(Violation::new(path, 1, "title", "a page begins with one `# ` heading")),
        [_, second, ..] => {
            Some(Violation::new(path, *second, "title", "a page has one `# ` heading, use `## `"))
        }
    }
}

/// The lines outside fenced blocks, counted from 1.
pub(super) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => return Some((index + 1, line)),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        check(path, text).iter().map(|violation| (violation.line, violation.rule)).collect()
    }

    #[test]
    fn a_page_of_the_book_has_one_title() {
        assert_eq!(found("docs/a.md", "# A\n\n## B\n"), []);
        assert_eq!(found("docs/a.md", "## B\n"), [(1, "title")]);
        assert_eq!(found("docs/a.md", "# A\n\n# B\n"), [(3, "title")]);
        assert_eq!(found("README.md", "text\n"), []);
    }

    #[test]
    fn a_comment_in_a_code_block_is_no_title() {
        assert_eq!(found("docs/a.md", "# A\n\n```yaml\n# a comment\n```\n"), []);
        assert_eq!(found("docs/a.md", "# A\n\n~~~\n```\n# a\n~~~\n"), []);
    }
}
