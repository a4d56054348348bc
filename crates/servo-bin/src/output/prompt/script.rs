//! Answers that are known before the questions.

use std::collections::VecDeque;
use std::io;

use super::Answers;

/// Answers from a list, and what was asked and said meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Script {
    answers: VecDeque<String>,
    pub(crate) heard: Vec<String>,
}

impl Script {
    /// Creates a script of these answers.
    pub(crate) fn of(answers: &[&str]) -> Self {
        Self { answers: answers.iter().map(|&answer| answer.to_owned()).collect(), heard: Vec::new() }
    }

    /// Returns true where every answer was asked for.
    pub(crate) fn is_over(&self) -> bool {
        self.answers.is_empty()
    }

    fn next(&mut self, question: &str) -> io::Result<String> {
        self.heard.push(question.to_owned());
        self.answers.pop_front().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

impl Answers for Script {
    fn line(&mut self, question: &str) -> io::Result<String> {
        self.next(question)
    }

    fn secret(&mut self, question: &str) -> io::Result<String> {
        self.next(&format!("{question} (hidden)"))
    }

    fn say(&mut self, text: &str) {
        self.heard.push(text.to_owned());
    }
}
