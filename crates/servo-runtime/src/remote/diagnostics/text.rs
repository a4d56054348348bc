//! Text without what looks like a secret. Where a rule is in doubt it takes out too much.

use super::names::is_secret;

/// What stands in place of a secret.
pub(super) const MASK: &str = "[REDACTED]";

/// Returns a text of a configuration without what looks like a secret.
pub(super) fn redacted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        let (line, is_open) = without_assigned(&without_announced(line));
        shown.push_str(&line);
        // `password:` at the end of a line: what it names is below.
        if is_open && !after.trim().is_empty() {
            shown.push_str(MASK);
            break;
        }
        rest = after;
    }
    without_userinfo(&shown)
}

/// Returns a text of the log without users and passwords of URLs and without what follows `Bearer`. What is written
/// there is prose: the rules for names and their values would take out what explains a failure.
pub(super) fn of_log(text: &str) -> String {
    without_userinfo(&masked_words(text, is_scheme))
}

/// Returns the address of a proxy without user and password, whether or not it is a whole URL.
pub(super) fn without_user(address: &str) -> String {
    match address.rfind('@') {
        None => redacted(address),
        Some(at) => {
            let scheme = address[..at].find("://").map_or(0, |at| at + "://".len());
            format!("{}{MASK}{}", &address[..scheme], &address[at..])
        }
    }
}

/// Returns true where an argument announces that the next one is a secret: `--token`.
pub(super) fn announces(argument: &str) -> bool {
    argument.starts_with('-') && !argument.contains(['=', ':']) && is_secret(argument)
}

/// Takes the user information out of every URL.
fn without_userinfo(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        shown.push_str(before);
        rest = after;
        if let Some(at) = userinfo(after) {
            shown.push_str(MASK);
            rest = &after[at..];
        }
    }
    shown + rest
}

/// Returns where the user information of what follows `://` ends. Passwords are written with a `/` or a blank in them
/// by mistake: every `@` of the word counts, and where what should be a port is none, every one of the line.
fn userinfo(after: &str) -> Option<usize> {
    let word = &after[..after.find(char::is_whitespace).unwrap_or(after.len())];
    let authority = &word[..word.find(['/', '?', '#']).unwrap_or(word.len())];
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    word.rfind('@').or_else(|| {
        authority.rsplit_once(':').filter(|(_, port)| !is_port(port))?;
        after[..after.find('\n').unwrap_or(after.len())].rfind('@')
    })
}

/// Takes out what follows `--token` or `Bearer`.
fn without_announced(line: &str) -> String {
    masked_words(line, |word| is_scheme(word) || announces(word.trim_matches(['"', '\'', ','])))
}

/// Returns true for the schemes of an `Authorization` header.
fn is_scheme(word: &str) -> bool {
    let word = word.rsplit(['"', '\'', '=', ':', '(']).next().unwrap_or(word);
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// Masks every word that follows one for which `announces` holds; white space is kept.
fn masked_words(text: &str, announces: impl Fn(&str) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut is_next = false;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if word.is_empty() {
            shown.push_str(piece);
        } else if is_next && !announces(word) {
            shown.push_str(MASK);
            shown.push_str(&piece[word.len()..]);
            is_next = false;
        } else {
            shown.push_str(piece);
            is_next = announces(word);
        }
    }
    shown
}

/// Takes the values out of `NAME=value` and `name: value` where the name is that of a secret. The second is true
/// where the line ends before the value.
fn without_assigned(line: &str) -> (String, bool) {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = rest.split_at(at + 1);
        shown.push_str(before);
        rest = after;
        if !is_secret(name_before(before)) {
            continue;
        }
        if before.ends_with(':') {
            let is_open = after.trim().is_empty();
            let end = if is_open { "" } else { MASK };
            let blank = &after[..after.len() - after.trim_start().len()];
            let newline = if after.ends_with('\n') && !is_open { "\n" } else { "" };
            return (format!("{shown}{blank}{end}{newline}"), is_open);
        }
        let value = after.trim_start();
        shown.push_str(&after[..after.len() - value.len()]);
        let end = value_end(value);
        if end > 0 {
            shown.push_str(MASK);
        }
        rest = &value[end..];
    }
    (shown + rest, false)
}

/// Returns the name before a `=` or `:`, quotes and blanks between them ignored.
fn name_before(text: &str) -> &str {
    let is_between =
        |letter: char| letter.is_whitespace() || ['=', ':', '"', '\'', '~', '!'].contains(&letter);
    let text = text.trim_end_matches(is_between);
    let is_name = |letter: char| letter.is_alphanumeric() || ['_', '-', '.'].contains(&letter);
    &text[text.trim_end_matches(is_name).len()..]
}

/// Returns where a value ends: after its quotes, and then at a blank or `&`.
fn value_end(text: &str) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match (quote, letter) {
            (_, '\\') => is_escaped = true,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            (None, '&') => return at,
            (None, _) if letter.is_whitespace() => return at,
            _ => {}
        }
    }
    text.trim_end().len()
}

#[cfg(test)]
mod tests;
