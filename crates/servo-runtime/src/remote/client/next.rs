//! HELLO and `WHATS_NEXT`: what is asked again until there is an answer to go by.

use std::sync::atomic::Ordering;

use servo_core::optimizer::{Command, Failure, Hello, Operation, Report};
use servo_core::{Class, Result};

use super::Remote;
use crate::remote::answer::{self, Next, Status};
use crate::remote::link::Link;
use crate::remote::message::{self, Event};
use crate::remote::retry;

/// How much of what an answer says is logged.
const EXCERPT: usize = 256;

impl Remote {
    /// Says hello until it is heard. What the answer says besides is of no interest (specification, section 3.6).
    pub(super) async fn greet(&self, hello: &Hello) -> Result<()> {
        self.persist(Event::Hello, Some(message::hello(hello).to_string())).await?;
        self.is_connected.store(true, Ordering::Release);
        let link = self.link().await?;
        self.begin_diagnostics(link);
        tracing::info!("connected to optimizer {}", self.configuration.account.id);
        Ok(())
    }

    /// Asks what is next until there is a command that can be carried out.
    pub(super) async fn ask(&self) -> Result<Command> {
        let link = self.link().await?;
        let mut haste = link.listen();
        let mut useless = 0_u32;
        loop {
            let response = self.persist(Event::WhatsNext, None).await?;
            match answer::next(&response.body) {
                Ok(Next::Command(command, event)) => {
                    let mut state = self.state();
                    (state.event, state.quiet_until) = (event, None);
                    drop(state);
                    return Ok(self.discreet(&response.body, command));
                }
                Ok(Next::Refused { uid, event, reason }) => {
                    let reason = self.explain(&response.body, reason);
                    self.refuse(link, uid, event, &reason).await;
                }
                Ok(Next::Status(status)) => self.heed(&status).await?,
                Err(error) => {
                    let excerpt = self.configuration.redactor.excerpt(&response.body, EXCERPT);
                    tracing::warn!("WHATS_NEXT: an answer that cannot be read: {error}: {excerpt}");
                }
            }
            useless = useless.saturating_add(1);
            if link.rest(retry::pause(useless, None, rand::random()), &mut haste).await {
                useless = 0;
            }
        }
    }

    /// Takes the secrets out of an answer: `None` where it repeats none. What is read of an answer quotes the beginnings of
    /// values, and the beginning of a secret is not known as one, so that it must be read again.
    fn without_secrets(&self, body: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(body);
        let shown = self.configuration.redactor.redact(&text);
        (shown != text).then_some(shown)
    }

    /// Takes secrets out of what a command says only to be logged.
    fn discreet(&self, body: &[u8], command: Command) -> Command {
        let Operation::Sleep { duration, .. } = command.operation else { return command };
        let Some(shown) = self.without_secrets(body) else { return command };
        let reason = match answer::next(shown.as_bytes()) {
            Ok(Next::Command(Command { operation: Operation::Sleep { reason, .. }, .. }, _)) => {
                self.configuration.redactor.redact(&reason)
            }
            _ => String::new(),
        };
        Command { operation: Operation::Sleep { duration, reason }, ..command }
    }

    /// Says what is wrong with a command, without secrets that it may repeat.
    fn explain(&self, body: &[u8], reason: String) -> String {
        let Some(shown) = self.without_secrets(body) else { return reason };
        match answer::next(shown.as_bytes()) {
            Ok(Next::Refused { reason, .. }) => self.configuration.redactor.redact(&reason),
            _ => "it holds a secret where none belongs".to_owned(),
        }
    }

    /// Tells the optimizer that its command cannot be carried out, where it can be told.
    async fn refuse(&self, link: &Link, uid: Option<String>, event: Option<Event>, reason: &str) {
        let (Some(uid), Some(event)) = (uid, event) else {
            tracing::warn!("WHATS_NEXT: a command that cannot be carried out: {reason}");
            return;
        };
        let shown = self.shown(&uid);
        tracing::warn!(uid = shown, "answering `failed` to a command that cannot be carried out: {reason}");
        let failure = Failure { class: Class::Failed, message: reason.to_owned(), reason: None };
        let report = Report { uid: Some(uid), result: Err(failure) };
        let param = Some(message::report(&report, jiff::Timestamp::now()));
        if let Err(fault) = self.post(link, event.exchange(), event, param).await {
            tracing::warn!("{} is lost: {}", event.name(), fault.chain());
        }
    }

    /// Puts what an optimizer says into the form in which it is logged: on one line, capped, without secrets.
    fn shown(&self, text: &str) -> String {
        self.configuration.redactor.excerpt(text.as_bytes(), EXCERPT)
    }

    /// Goes by a status in place of a command: an optimizer that lost track of the servo is greeted again.
    async fn heed(&self, status: &Status) -> Result<()> {
        let Status { status, reason, .. } = status;
        let reason = self.shown(reason.as_deref().unwrap_or("no reason given"));
        if status == "unexpected-event" {
            tracing::warn!("WHATS_NEXT: the optimizer lost track ({reason}): greeting it again");
            let hello = self.state().hello.clone();
            return self.greet(&hello).await;
        }
        let status = self.shown(status);
        tracing::warn!("WHATS_NEXT: answered with the status `{status}` instead of a command ({reason})");
        Ok(())
    }
}
