//! `--interactive`: whoever sits at the terminal is asked.

use std::io::{BufRead as _, IsTerminal as _};

use async_trait::async_trait;
use servo_core::Error;
use servo_runtime::assembly::Assembly;
use servo_runtime::runner::Ask;
use tokio::sync::{Mutex, mpsc};

use crate::failure::Failure;
use crate::output;
use crate::output::progress::Screen;

/// How many lines are kept that nobody has asked for.
const WAITING: usize = 16;

/// Whoever sits at the terminal.
#[derive(Debug)]
pub(super) struct Terminal {
    screen: Screen,
    /// What is typed, a line each. One question is asked at a time.
    lines: Mutex<mpsc::Receiver<String>>,
}

impl Terminal {
    /// Begins to listen to the terminal.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn open(screen: &Screen) -> Result<Self, Failure> {
        if !std::io::stdin().is_terminal() {
            let help = "run it at a terminal, or leave `--interactive` out";
            return Err(Failure::usage("`--interactive` asks at a terminal, and standard input is none")
                .with_help(help));
        }
        let (sender, lines) = mpsc::channel(WAITING);
        // A thread of its own, which the end of the program does not wait for: reading a terminal cannot be cancelled.
        let listening = move || {
            let typed = std::io::stdin().lock().lines().map_while(Result::ok);
            typed.take_while(|line| sender.blocking_send(line.clone()).is_ok()).for_each(drop);
        };
        let begun = std::thread::Builder::new().name("terminal".to_owned()).spawn(listening);
        begun.map_err(|error| Error::internal("cannot listen to the terminal").with_source(error))?;
        Ok(Self { screen: screen.clone(), lines: Mutex::new(lines) })
    }
}

#[async_trait]
impl Ask for Terminal {
    async fn agrees(&self, question: &str) -> bool {
        let mut lines = self.lines.lock().await;
        // What was typed before the question is no answer to it.
        while lines.try_recv().is_ok() {}
        self.screen.above(|| output::prompt_on_stderr(&format!("{question} [y/N]")));
        let Some(answer) = lines.recv().await else {
            self.say("Nobody is there to answer: idle until stopped");
            return std::future::pending().await;
        };
        is_yes(&answer)
    }

    fn say(&self, text: &str) {
        self.screen.above(|| output::line_on_stderr(text));
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

/// Refuses to ask for several servos: nobody could tell which one a question is about.
///
/// # Errors
///
/// There are several.
pub(super) fn only_one(assembly: &Assembly) -> Result<(), Failure> {
    let names: Vec<_> = assembly.servos().iter().map(|servo| format!("`{}`", servo.name())).collect();
    if names.len() < 2 {
        return Ok(());
    }
    let shown = names.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if names.len() > 5 { " and more" } else { "" };
    let help = format!("select one with `--name`: {shown}{more}");
    let message = format!("`--interactive` asks for one servo, and the configuration has {}", names.len());
    Err(Failure::usage(message).with_help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        for yes in ["y", "Y", "yes", " YES \r"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "n", "no", "yep", "yy", "1"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
