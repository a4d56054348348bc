//! Patterns as of a shell, made into regular expressions.

use std::iter::Peekable;
use std::str::Chars;

use regex_lite::Regex;

use super::SelectorError;
use crate::pubsub::name;

/// Makes the expression that matches every name.
pub(super) fn everything() -> Regex {
    Regex::new(r"\A.*\z").expect("an expression that never changes")
}

/// Reads a pattern: `*`, `?`, `[seq]` and `[!seq]`; everything else stands for itself.
pub(super) fn parse(text: &str) -> Result<Regex, SelectorError> {
    let mut expression = String::from(r"\A");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // Several are no more than one, and would only take time.
            '*' => {
                while characters.next_if_eq(&'*').is_some() {}
                expression.push_str(".*");
            }
            '?' => expression.push('.'),
            '[' => set(text, &mut characters, &mut expression)?,
            character if name::may_have(character) => escaped(character, &mut expression),
            character => return Err(SelectorError::Character { character, text: text.to_owned() }),
        }
    }
    expression.push_str(r"\z");
    Regex::new(&expression)
        .map_err(|error| SelectorError::Regex { text: text.to_owned(), error: Box::new(error) })
}

/// Reads a set of characters, whose `[` is already taken.
fn set(
    text: &str,
    characters: &mut Peekable<Chars<'_>>,
    expression: &mut String,
) -> Result<(), SelectorError> {
    expression.push_str(if characters.next_if_eq(&'!').is_some() { "[^" } else { "[" });
    let mut is_empty = true;
    loop {
        match characters.next() {
            None => return Err(SelectorError::Open { text: text.to_owned() }),
            Some(']') if is_empty => return Err(SelectorError::NoCharacters { text: text.to_owned() }),
            Some(']') => break,
            Some(from) => {
                escaped(from, expression);
                let mut ahead = characters.clone();
                if let (Some('-'), Some(to)) = (ahead.next(), ahead.next().filter(|to| *to != ']')) {
                    if from > to {
                        return Err(SelectorError::Backwards { from, to, text: text.to_owned() });
                    }
                    expression.push('-');
                    escaped(to, expression);
                    *characters = ahead;
                }
            }
        }
        is_empty = false;
    }
    expression.push(']');
    Ok(())
}

fn escaped(character: char, expression: &mut String) {
    expression.push_str(&regex_lite::escape(character.encode_utf8(&mut [0; 4])));
}
