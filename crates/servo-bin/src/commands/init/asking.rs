//! One answer: from an option, from a person, or by default.

use crate::failure::Failure;
use crate::output::prompt::{self, Answers};

/// Whoever answers what no option says.
pub(super) struct Asking<'a> {
    /// The person, where there is one.
    pub(super) answers: Option<&'a mut dyn Answers>,
    /// Whether defaults are taken without asking.
    pub(super) yes: bool,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// The option that answers it, such as `--kind`.
    pub(super) option: &'a str,
    /// What that option says.
    pub(super) given: Option<&'a str>,
    /// What a person is asked.
    pub(super) text: &'a str,
    /// What counts where nothing is answered.
    pub(super) default: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// Asks for what an option can say, too.
    pub(super) fn new(option: &'a str, given: Option<&'a str>, text: &'a str) -> Self {
        Self { option, given, text, default: None }
    }

    /// Sets what counts where nothing is answered.
    pub(super) fn or(self, default: Option<&'a str>) -> Self {
        Self { default, ..self }
    }
}

impl Asking<'_> {
    /// Finds a text.
    pub(super) fn text<T>(
        &mut self,
        question: Question<'_>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        self.answer(question, prompt::text, read)
    }

    /// Finds a secret, which is not shown while it is typed.
    pub(super) fn secret<T>(
        &mut self,
        question: Question<'_>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        self.answer(question, prompt::secret, read)
    }

    /// Finds what an option says or counts without asking, or else asks.
    fn answer<T, R: Fn(&str) -> Result<T, String>>(
        &mut self,
        question: Question<'_>,
        ask: impl FnOnce(&mut dyn Answers, &str, Option<&str>, R) -> Result<T, Failure>,
        read: R,
    ) -> Result<T, Failure> {
        match self.known(question)? {
            Some(known) => taken(question, known, read),
            None => ask(self.person(question)?, question.text, question.default, read),
        }
    }

    /// Finds which of several are meant, where no option says so.
    pub(super) fn selection(
        &mut self,
        question: Question<'_>,
        options: &[(&str, &str)],
        defaults: &[usize],
    ) -> Result<Vec<usize>, Failure> {
        if self.yes && !defaults.is_empty() {
            return Ok(defaults.to_vec());
        }
        prompt::selection(self.person(question)?, question.text, options, defaults)
    }

    /// Gives what counts without asking.
    fn known<'q>(&self, question: Question<'q>) -> Result<Option<&'q str>, Failure> {
        match (question.given, question.default) {
            (Some(given), _) => Ok(Some(given)),
            (None, Some(default)) if self.yes => Ok(Some(default)),
            (None, None) if self.yes => Err(missing(question)),
            (None, _) => Ok(None),
        }
    }

    /// Gives the person that can be asked.
    fn person(&mut self, question: Question<'_>) -> Result<&mut dyn Answers, Failure> {
        match &mut self.answers {
            Some(answers) if !self.yes => Ok(&mut **answers),
            _ => Err(missing(question)),
        }
    }
}

fn taken<T>(
    question: Question<'_>,
    known: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    read(known).map_err(|why| Failure::usage(format!("{}: {why}", question.option)))
}

fn missing(question: Question<'_>) -> Failure {
    let failure =
        Failure::usage(format!("an answer is missing, and there is nobody to ask: {}", question.text));
    let or = if question.default.is_some() { ", or --yes for what is usual" } else { "" };
    failure.with_help(format!("add {}{or}", question.option))
}
