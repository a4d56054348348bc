//! The configuration of one servo, as it may be shown.

use serde_json::Value;
use servo_runtime::assembly::Assembled;
use servo_runtime::config::{Document, redaction};

use crate::output::configmap::Deployed;
use crate::output::tree::Tree;

/// The configuration of one servo.
pub(super) struct Shown {
    pub(super) servo: Assembled,
    pub(super) document: Document,
    /// The file that the document is in.
    pub(super) file: String,
    /// What may be shown of it.
    pub(super) tree: Tree,
    /// The same with stars for secrets, whether they may be shown or not.
    masked: Value,
}

impl Shown {
    pub(super) fn new(servo: Assembled, document: Document, file: &str, show_secrets: bool) -> Self {
        let masked = redaction::masked(document.value());
        let tree = Tree::of(&document, if show_secrets { document.value() } else { &masked });
        Self { servo, document, file: file.to_owned(), tree, masked }
    }

    /// Takes the secrets out, for a file that others may read.
    pub(super) fn deployed(&self) -> Deployed<'_> {
        Deployed {
            name: self.servo.name(),
            whole: Tree::of(&self.document, self.document.value()),
            masked: Tree::of(&self.document, &self.masked),
        }
    }
}
