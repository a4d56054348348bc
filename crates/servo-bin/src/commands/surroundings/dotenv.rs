//! The file `.env` beside a configuration: variables for the environment.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use servo_core::Error;

use crate::failure::Failure;

/// The name of the file.
const NAME: &str = ".env";

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// The variables of a file, in its order.
type Variables = Vec<(String, String)>;

/// Reads the file of a folder, and returns how it is called; `None` where there is none. A folder of that name is
/// something else: environments of Python are often called so.
pub(super) fn read(folder: &Path) -> Result<Option<(String, Variables)>, Failure> {
    let path = if folder == Path::new(".") { NAME.into() } else { folder.join(NAME) };
    let shown = path.display().to_string();
    let text = match text(&path) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(None),
        Err(error) => {
            let help = "let the servo read it, or remove it";
            let error = Error::configuration(format!("cannot read {shown}")).with_source(error);
            return Err(error.with_help(help).into());
        }
    };
    match parse(&text) {
        Ok(variables) => Ok(Some((shown, variables))),
        Err((line, wrong)) => {
            let help = "write one `NAME=value` a line, values with blanks or `#` in quotes";
            Err(Error::configuration(format!("{shown}:{line}: {wrong}")).with_help(help).into())
        }
    }
}

fn text(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if file.metadata()?.is_dir() {
        return Ok(None);
    }
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(Some(text))
}

/// Reads the lines; what is wrong has its line, from one, and does not hold the text.
fn parse(text: &str) -> Result<Variables, (usize, &'static str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut variables = Vec::new();
    for (at, line) in text.lines().enumerate() {
        variables.extend(parse_line(line).map_err(|wrong| (at + 1, wrong))?);
    }
    Ok(variables)
}

fn parse_line(line: &str) -> Result<Option<(String, String)>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let behind = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    let (name, value) = behind.unwrap_or(line).split_once('=').ok_or("expected `NAME=value`")?;
    let name = name.trim();
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name || name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("a name has letters, digits and `_`, and begins with no digit");
    }
    let value = value.trim();
    let value = match value.chars().next() {
        Some('\'') => quoted(value, '\'')?,
        Some('"') => quoted(value, '"')?,
        Some('#') | None => String::new(),
        _ => value.find([' ', '\t']).map_or(value, |_| without_comment(value)).to_owned(),
    };
    Ok(Some((name.to_owned(), value)))
}

/// The text before a `#` with a blank before it.
fn without_comment(value: &str) -> &str {
    let comment = value
        .match_indices('#')
        .find(|(at, _)| value.get(..*at).is_some_and(|text| text.ends_with([' ', '\t'])));
    comment.map_or(value, |(at, _)| value.get(..at).unwrap_or_default().trim_end())
}

/// The text between quotation marks, behind which only a comment may be. In double ones a backslash escapes.
fn quoted(value: &str, mark: char) -> Result<String, &'static str> {
    let mut text = String::new();
    let mut characters = value.chars();
    characters.next();
    loop {
        match characters.next() {
            None => return Err("the quotation mark is not closed on its line"),
            Some(c) if c == mark => break,
            Some('\\') if mark == '"' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some(c @ ('"' | '\\' | '$' | '\'' | '`')) => text.push(c),
                _ => return Err("an unknown escape; `\\\\` is a backslash"),
            },
            Some(c) => text.push(c),
        }
    }
    let rest = characters.as_str().trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        Ok(text)
    } else {
        Err("there is text behind the quotation mark")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_names_and_values() {
        let text = "\u{feff}# a comment\n\nA=1\nexport B = two words # three\r\n C='a # \"b\" \\n' # c\nD=\"a\\n\\\"b\\\" \\$x\"\nE=\nF=a#b\nG=# none\nA=${B}\n";
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "a # \"b\" \\n"),
            ("D", "a\n\"b\" $x"),
            ("E", ""),
            ("F", "a#b"),
            ("G", ""),
            ("A", "${B}"),
        ];
        let variables = parse(text).unwrap();
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(variables, expected);
    }

    #[test]
    fn what_is_wrong_has_its_line_and_shows_no_value() {
        for (text, line) in [
            ("A=1\ncanary", 2),
            ("1A=canary", 1),
            ("A B=canary", 1),
            ("=canary", 1),
            ("\n\nA='canary", 3),
            ("A=\"canary\\", 1),
            ("A=\"\\canary\"", 1),
            ("A='a' canary", 1),
        ] {
            let (at, wrong) = parse(text).unwrap_err();
            assert_eq!(at, line, "{text}");
            assert!(!wrong.contains("canary"), "{wrong}");
        }
    }
}
