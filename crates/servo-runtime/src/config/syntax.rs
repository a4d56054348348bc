//! What the YAML reader refuses, in words that say where and how to fix it.

use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{DefaultMessageFormatter, Error as YamlError, Location, MessageFormatter};

use super::diagnostic::{Code, ConfigDiagnostic};
use super::document::{MAX_ALIASED, MAX_DEPTH, MAX_DOCUMENTS, MAX_NODES};
use super::lower::location_span;
use super::path::Path;
use super::source::SourceMap;

/// Parts of the reader's messages, with what helps.
const HELP: [(&str, &str); 11] = [
    ("found a tab", "indent with spaces: YAML allows no tabs there"),
    ("tabs ", "indent with spaces: YAML allows no tabs there"),
    ("illegal placement of ':'", "close the `[` or `{` opened before it, or quote a value that holds `: `"),
    (
        "mapping values are not allowed",
        "put each key on a line of its own, and quote a value that holds `: `",
    ),
    ("bracket", "close each `[` with `]` and each `{` with `}`"),
    ("unexpected character", "quote the value if it begins with that character"),
    ("escape", "write `\\\\` for a backslash, or use single quotes"),
    ("quoted scalar", "close the quotation mark opened before it, or indent the lines that follow that"),
    ("did not find expected key", "give all keys of a mapping the same indentation"),
    ("did not find expected '-'", "give all items of a list the same indentation, each with `- `"),
    ("", "look for a missing `:`, quote or bracket, or wrong indentation, here or on the line before"),
];

/// Whether the error is a limit on the whole text, which reading its documents one by one would not respect.
pub(super) fn is_limit(error: &YamlError) -> bool {
    words(error.without_snippet()).0 == Code::TooLarge
}

/// Describes an error of reading the part of the text that starts at `base`.
pub(super) fn describe(map: &SourceMap, base: usize, error: &YamlError) -> ConfigDiagnostic {
    let error = error.without_snippet();
    let (code, message, help) = words(error);
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let span = map.first_line(&location_span(map, base, location));
    map.diagnostic(code, &Path::root(), span, message).with_help(help)
}

fn words(error: &YamlError) -> (Code, String, String) {
    match error {
        YamlError::AliasError { error, .. } => words(error),
        YamlError::Budget { breach, .. } => (Code::TooLarge, limit(breach), "split the file".to_owned()),
        YamlError::AliasReplayCounterOverflow { .. }
        | YamlError::AliasReplayLimitExceeded { .. }
        | YamlError::AliasReplayStackDepthExceeded { .. }
        | YamlError::AliasExpansionLimitExceeded { .. } => {
            let message = format!("the aliases of the file stand for more than {MAX_ALIASED} values");
            (Code::TooLarge, message, "repeat less by aliases".to_owned())
        }
        YamlError::DuplicateMappingKey { key, .. } => {
            let key = key.as_ref().map_or_else(|| "a key".to_owned(), |key| format!("key `{key}`"));
            (Code::DuplicateKey, format!("{key} is given twice"), "keep one of them".to_owned())
        }
        YamlError::NonFiniteFloat { value, .. } => {
            let message = format!("`{value}` is not a finite number");
            (Code::InvalidValue, message, "write a finite number, or quote it to make it text".to_owned())
        }
        YamlError::UnknownAnchor { .. } => {
            let help = "define it first with `&name`, or quote the value if it begins with `*`";
            (Code::Syntax, "the alias names no anchor defined before it".to_owned(), help.to_owned())
        }
        YamlError::RecursiveReferencesRequireWeakTypes { .. } => {
            let help = "an alias cannot stand within the value of its own anchor";
            (Code::Syntax, "the alias stands for a value that holds it".to_owned(), help.to_owned())
        }
        other => {
            let message = DefaultMessageFormatter.format_message(other).into_owned();
            if message == "recursion limit exceeded" {
                return (Code::TooLarge, too_deep(), "nest less deeply".to_owned());
            }
            let help = HELP.iter().find(|(part, _)| message.contains(part)).map_or("", |(_, help)| help);
            (Code::Syntax, message, help.to_owned())
        }
    }
}

fn limit(breach: &BudgetBreach) -> String {
    match breach {
        BudgetBreach::Depth { .. } => too_deep(),
        BudgetBreach::Documents { .. } => format!("the file holds more than {MAX_DOCUMENTS} documents"),
        BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => {
            format!("the file holds more than {MAX_NODES} values, aliases included")
        }
        _ => "the file is larger than what is accepted".to_owned(),
    }
}

fn too_deep() -> String {
    format!("mappings and lists are nested more than {MAX_DEPTH} deep")
}
