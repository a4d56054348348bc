//! Another document at the end of a file whose bytes stay as they are.

use std::collections::BTreeSet;

use super::block::is_void;

/// Puts a document behind those of a text.
pub(super) fn appended(there: &str, document: &str) -> String {
    let newline = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
    let last = there.lines().rev().find(|line| !line.trim().is_empty());
    // A text of comments alone is no document, and after a separator one begins already.
    let begins = there.lines().all(is_void) || last.is_some_and(|line| line.trim_end() == "---");
    let separator = if begins { "" } else { "---\n" };
    format!("{there}{newline}{separator}{document}")
}

/// Makes a name that none of the servos has: `servo`, else `servo-2` and so on.
pub(super) fn fresh(taken: &BTreeSet<&str>) -> String {
    let numbered = (2_u32..).map(|number| format!("servo-{number}"));
    let mut names = std::iter::once("servo".to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_after_those_that_are_there() {
        assert_eq!(appended("# One.\na: 1\n", "b: 2\n"), "# One.\na: 1\n---\nb: 2\n");
        assert_eq!(appended("a: 1", "b: 2\n"), "a: 1\n---\nb: 2\n");
        assert_eq!(appended("a: 1\n---\n", "b: 2\n"), "a: 1\n---\nb: 2\n");
        assert_eq!(appended("# Nothing.\n", "b: 2\n"), "# Nothing.\nb: 2\n");
        assert_eq!(appended("", "b: 2\n"), "b: 2\n");
    }

    #[test]
    fn a_name_is_made_that_is_not_taken() {
        assert_eq!(fresh(&BTreeSet::new()), "servo");
        assert_eq!(fresh(&BTreeSet::from(["servo", "servo-3"])), "servo-2");
        assert_eq!(fresh(&BTreeSet::from(["servo", "servo-2"])), "servo-3");
    }
}
