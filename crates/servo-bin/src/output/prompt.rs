//! Questions on a terminal, and what counts where nobody answers them.

use std::io::{self, IsTerminal as _};

use console::Term;

use crate::failure::Failure;

/// How often a question is asked whose answers cannot be taken.
const ATTEMPTS: usize = 3;

/// Whoever answers questions, a line each.
pub(crate) trait Answers {
    /// Asks, and gives the line that was typed.
    fn line(&mut self, question: &str) -> io::Result<String>;

    /// Asks, and gives the line that was typed and not shown.
    fn secret(&mut self, question: &str) -> io::Result<String>;

    /// Says something about a question.
    fn say(&mut self, text: &str);
}

/// A person at a terminal.
pub(crate) struct Terminal(Term);

impl Terminal {
    /// Finds the terminal, where there is somebody to ask: both what is typed and what is said go through it.
    pub(crate) fn find() -> Option<Self> {
        let term = Term::stderr();
        (io::stdin().is_terminal() && term.is_term()).then_some(Self(term))
    }
}

impl Answers for Terminal {
    fn line(&mut self, question: &str) -> io::Result<String> {
        self.0.write_str(&format!("{question} "))?;
        self.0.read_line()
    }

    fn secret(&mut self, question: &str) -> io::Result<String> {
        self.0.write_str(&format!("{question} "))?;
        self.0.read_secure_line()
    }

    fn say(&mut self, text: &str) {
        // Where even this cannot be said, the next question fails.
        let _ = self.0.write_line(text);
    }
}

/// Asks for a text until the answer can be taken; an empty one stands for the default.
pub(crate) fn text<T>(
    answers: &mut dyn Answers,
    question: &str,
    default: Option<&str>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    let shown = default.map_or_else(|| question.to_owned(), |default| format!("{question} [{default}]"));
    repeated(answers, |answers| answers.line(&shown), default, read)
}

/// Asks for a secret until the answer can be taken. The default is not shown.
pub(crate) fn secret<T>(
    answers: &mut dyn Answers,
    question: &str,
    default: Option<&str>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    repeated(answers, |answers| answers.secret(question), default, read)
}

/// Asks whether something is to be done; no is the default.
pub(crate) fn confirm(answers: &mut dyn Answers, question: &str) -> Result<bool, Failure> {
    let read = |answer: &str| match answer.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("answer y or n".to_owned()),
    };
    repeated(answers, |answers| answers.line(&format!("{question} [y/N]")), Some("n"), read)
}

/// Asks which of several are meant, by their numbers, several at once; an empty answer stands for the defaults.
pub(crate) fn selection(
    answers: &mut dyn Answers,
    question: &str,
    options: &[(&str, &str)],
    defaults: &[usize],
) -> Result<Vec<usize>, Failure> {
    let width = options.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    answers.say(question);
    for (at, (name, about)) in options.iter().enumerate() {
        answers.say(&format!("  {}) {name:width$}  {about}", at + 1));
    }
    let read = |answer: &str| numbers(answer, options);
    let default: Vec<String> = defaults.iter().map(|at| (at + 1).to_string()).collect();
    let default = (!default.is_empty()).then(|| default.join(" "));
    text(answers, "Numbers, such as `1 2`:", default.as_deref(), read)
}

/// Reads numbers or names, apart by blanks or commas, each once.
fn numbers(answer: &str, options: &[(&str, &str)]) -> Result<Vec<usize>, String> {
    let mut chosen = Vec::new();
    for word in answer.split([' ', ',']).filter(|word| !word.is_empty()) {
        let by_name = || options.iter().position(|(name, _)| *name == word);
        let by_number = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match by_number.filter(|at| *at < options.len()).or_else(by_name) {
            Some(at) if chosen.contains(&at) => {}
            Some(at) => chosen.push(at),
            None => {
                return Err(format!("`{word}` is none of them: write numbers from 1 to {}", options.len()));
            }
        }
    }
    if chosen.is_empty() { Err("choose at least one".to_owned()) } else { Ok(chosen) }
}

fn repeated<T>(
    answers: &mut dyn Answers,
    ask: impl Fn(&mut dyn Answers) -> io::Result<String>,
    default: Option<&str>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    let mut wrong = String::new();
    for _ in 0..ATTEMPTS {
        let answer =
            ask(answers).map_err(|error| Failure::usage(format!("the terminal gives no answer: {error}")))?;
        let answer = answer.trim();
        match (answer.is_empty(), default) {
            (true, None) => "an answer is needed".clone_into(&mut wrong),
            (is_empty, default) => match read(if is_empty { default.unwrap_or_default() } else { answer }) {
                Ok(value) => return Ok(value),
                Err(why) => wrong = why,
            },
        }
        answers.say(&format!("  {wrong}"));
    }
    Err(Failure::usage(format!("no answer that can be taken: {wrong}")))
}

#[cfg(test)]
pub(crate) mod script;
#[cfg(test)]
mod tests;
