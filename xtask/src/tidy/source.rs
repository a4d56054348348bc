//! Rules for Rust files: module docs, size, and the calls that have one place in the house or none.

use super::Violation;
use super::code::{self, LITERAL};

/// Most lines of a source file, tests in it included.
const LINES: usize = 500;
/// Most lines of a file of tests.
const TEST_LINES: usize = 800;

/// Where a rule about code holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Everywhere, tests included.
    All,
    /// Outside tests.
    Product,
    /// Outside tests and outside the places that own the terminal.
    NotTheTerminal,
    /// In the vocabulary, outside tests.
    Core,
    /// Outside tests, outside what serves development, and outside the one place that runs programs.
    NotPrograms,
}

struct Ban {
    words: &'static [&'static str],
    scope: Scope,
    rule: &'static str,
    advice: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        words: &["println!", "eprintln!", "print!", "eprint!", "dbg!"],
        scope: Scope::NotTheTerminal,
        rule: "printing",
        advice: "results go through crates/servo-bin/src/output, everything else is a tracing event",
    },
    Ban {
        words: &["stdout()", "stderr()"],
        scope: Scope::NotTheTerminal,
        rule: "printing",
        advice: "the terminal belongs to crates/servo-bin/src/output",
    },
    Ban {
        words: &[
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "tokio::fs",
            "tokio::net",
            "tokio::process",
        ],
        scope: Scope::Core,
        rule: "reaching-out",
        advice: "servo-core has no files, network or environment: pass in what the host knows",
    },
    Ban {
        words: &["std::process::Command", "std::process::Child", "tokio::process"],
        scope: Scope::NotPrograms,
        rule: "running-programs",
        advice: "programs are run through servo-exec, which bounds what they print and ends all of them",
    },
    Ban {
        words: &["todo!", "unimplemented!"],
        scope: Scope::All,
        rule: "unfinished",
        advice: "finish it, or leave it out",
    },
    Ban {
        words: &["#[ignore"],
        scope: Scope::All,
        rule: "ignored-test",
        advice: "a test that nobody runs tells nothing: make it cheap, or remove it",
    },
    Ban {
        words: &[".unwrap()"],
        scope: Scope::Product,
        rule: "unwrap",
        advice: "return the error, or `expect` an invariant that no input can break and state it",
    },
];

/// Folders whose programs own the terminal.
const TERMINAL: &[&str] = &[
    "crates/servo-bench/src/",
    "crates/servo-bin/src/output",
    "crates/servo-cluster/src/",
    "crates/servo-crash/src/",
    "crates/servo-sweep/src/",
    "crates/servo-testkit/examples/",
    "crates/servo-testkit/src/cluster/",
    "deploy/envoy/",
    "examples/local-web/src/",
    "xtask/servers/",
    "xtask/src/",
];

/// Folders that may run programs: the crate for it, and what serves development.
const PROGRAMS: &[&str] = &[
    "crates/servo-bench/",
    "crates/servo-cluster/",
    "crates/servo-crash/",
    "crates/servo-exec/",
    "crates/servo-sweep/",
    "crates/servo-testkit/",
    "deploy/envoy/",
    "examples/",
    "xtask/",
];

/// Checks one Rust file.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let code = code::blank(text);
    let mut found: Vec<Violation> = module_docs(path, text).into_iter().collect();
    found.extend(size(path, text));
    found.extend(banned(path, &code));
    found.extend(whitespace(path, text, &code));
    found
}

/// Checks a file of any other kind for blanks at the ends of lines.
pub(super) fn trailing_whitespace(path: &str, text: &str) -> Vec<Violation> {
    whitespace(path, text, "")
}

fn module_docs(path: &str, text: &str) -> Option<Violation> {
    let documented = text.strip_prefix("//! ").is_some_and(|rest| !rest.trim_start().is_empty());
    let message = "begin with `//!` and one sentence that says what this module is for";
    (!documented).then(|| Violation::new(path, 1, "module-docs", message))
}

fn size(path: &str, text: &str) -> Option<Violation> {
    let (limit, kind) = if is_test_file(path) { (TEST_LINES, "test") } else { (LINES, "source") };
    let lines = text.lines().count();
    let message = || format!("{lines} lines, a {kind} file has at most {limit}: cut it along its ideas");
    (lines > limit).then(|| Violation::new(path, limit + 1, "size", message()))
}

fn banned(path: &str, code: &str) -> Vec<Violation> {
    let in_test_file = is_test_file(path);
    let owns_terminal = TERMINAL.iter().any(|owner| path.starts_with(owner)) || path.ends_with("/build.rs");
    let runs_programs = PROGRAMS.iter().any(|owner| path.starts_with(owner)) || path.ends_with("/build.rs");
    let test_lines = code::test_lines(code);
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let test = in_test_file || test_lines.get(index).copied().unwrap_or_default();
        for ban in BANS {
            let holds = match ban.scope {
                Scope::All => true,
                Scope::Product => !test,
                Scope::NotTheTerminal => !test && !owns_terminal,
                Scope::Core => !test && path.starts_with("crates/servo-core/"),
                Scope::NotPrograms => !test && !runs_programs,
            };
            for word in ban.words.iter().filter(|word| holds && contains_word(line, word)) {
                let message = format!("`{word}`: {}", ban.advice);
                found.push(Violation::new(path, index + 1, ban.rule, message));
            }
        }
    }
    found
}

/// Whether `word` occurs where no longer word ends with it; a method of that name is another thing.
fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let joined = |c: char| c.is_alphanumeric() || c == '_' || (c == '.' && !word.starts_with('.'));
        word.starts_with(['.', '#']) || !line[..at].ends_with(joined)
    })
}

fn whitespace(path: &str, text: &str, code: &str) -> Vec<Violation> {
    let mut code_lines = code.lines();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // What a literal holds is data: an expected rendering may well end with a blank.
        let in_literal =
            code_lines.next().is_some_and(|code| code.ends_with(LITERAL) && !line.ends_with('"'));
        if line.ends_with([' ', '\t', '\r']) && !in_literal {
            found.push(Violation::new(path, index + 1, "whitespace", "the line ends with a blank"));
        }
    }
    found
}

/// Whether the whole file is tests: it is called so, or lies in a folder of tests or benches.
pub(super) fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|folder| matches!(folder, "tests" | "benches"))
}

#[cfg(test)]
mod tests;
