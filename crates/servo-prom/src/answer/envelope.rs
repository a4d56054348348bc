//! What is around every answer: whether it went well, and what the server has to say of it.

use std::borrow::Cow;

use serde::Deserialize;

use super::Fault;

/// An answer. Its keys may come in any order.
#[derive(Deserialize)]
pub(super) struct Envelope<'a, D> {
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    data: Option<D>,
    #[serde(borrow, rename = "errorType")]
    error_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error: Option<Cow<'a, str>>,
    warnings: Option<Vec<String>>,
    infos: Option<Vec<String>>,
    /// `VictoriaMetrics` says with it that some of its storage did not answer.
    #[serde(rename = "isPartial")]
    is_partial: Option<bool>,
}

/// What an answer that went well holds.
pub(super) struct Verdict<D> {
    pub(super) data: D,
    pub(super) warnings: Vec<String>,
    pub(super) infos: Vec<String>,
}

impl<D> Envelope<'_, D> {
    /// Decides whether it went well.
    pub(super) fn verdict(self) -> Result<Verdict<D>, Fault> {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        match self.status.as_deref() {
            Some("success") => {}
            Some(status) => return Err(Fault::Foreign(format!("its status is `{status}`"))),
            None => return Err(Fault::Foreign("it has no `status`".to_owned())),
        }
        let Some(data) = self.data else {
            return Err(Fault::Foreign("it has no `data`".to_owned()));
        };
        let mut warnings = self.warnings.unwrap_or_default();
        if self.is_partial == Some(true) {
            warnings.push("the answer is partial: some of the storage did not answer".to_owned());
        }
        Ok(Verdict { data, warnings, infos: self.infos.unwrap_or_default() })
    }

    /// Gives the error, if it is one.
    pub(super) fn refusal(&self) -> Option<Fault> {
        if self.status.as_deref() != Some("error") {
            return None;
        }
        let kind = self.error_type.as_deref().unwrap_or("unknown").to_owned();
        let message = self.error.as_deref().filter(|text| !text.trim().is_empty());
        Some(Fault::Refused { kind, message: message.unwrap_or("no reason given").to_owned() })
    }
}
