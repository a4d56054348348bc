//! What is wrong with a configuration: each mistake with its code, place and fix, all of them together.

mod code;
mod mask;
mod places;
mod render;

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource};

pub use code::{Code, Explanation};
pub(super) use mask::{is_secret, is_secret_place};

use mask::Mask;

use super::origin::Origin;
use super::path::Path;
use super::secrets::Secrets;
use super::source::{Position, Source};

/// A second place that belongs to a mistake.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
    pub(crate) position: Position,
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct ConfigDiagnostic {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) file: Arc<str>,
    pub(crate) path: String,
    pub(crate) span: Range<usize>,
    pub(crate) position: Position,
    pub(crate) notes: Vec<Note>,
    pub(crate) help: Option<String>,
    /// The variable or option that is wrong, where it is not the file.
    origin: Option<Arc<Origin>>,
    secrets: Secrets,
}

impl ConfigDiagnostic {
    pub(crate) fn new(
        code: Code,
        message: &str,
        file: Arc<str>,
        path: &Path,
        position: Position,
        span: Range<usize>,
    ) -> Self {
        let message = render::printable(message);
        let path = path.to_string();
        let (notes, secrets) = (Vec::new(), Secrets::default());
        Self { code, message, file, path, span, position, notes, help: None, origin: None, secrets }
    }

    /// A mistake in what a variable or an option says, which the file has no place for.
    pub(crate) fn in_layer(mut self, origin: &Arc<Origin>) -> Self {
        self.origin = Some(Arc::clone(origin));
        let message = std::mem::take(&mut self.message);
        self.with_message(&message)
    }

    /// Returns where what is wrong comes from.
    pub fn origin(&self) -> &Origin {
        self.origin.as_deref().unwrap_or(&Origin::Document)
    }

    /// Returns which kind of mistake this is.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns what is wrong, as a lower-case fragment.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the path of the key or value, as far as the document has it; empty for the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the bytes of the file that are marked; nothing is, where what is wrong does not come from the file.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Returns the line and column where the mark starts; `None` where what is wrong does not come from the file.
    pub const fn position(&self) -> Option<Position> {
        match self.origin {
            None => Some(self.position),
            Some(_) => None,
        }
    }

    /// Returns how to fix it.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    pub(crate) fn with_message(mut self, message: &str) -> Self {
        self.message = match &self.origin {
            None => render::printable(message),
            Some(origin) => render::printable(&format!("{origin}: {message}")),
        };
        self
    }

    pub(crate) fn with_secrets(mut self, secrets: &Secrets) -> Self {
        self.secrets = secrets.clone();
        self
    }

    pub(crate) fn with_help(mut self, help: impl AsRef<str>) -> Self {
        self.help = Some(render::printable(help.as_ref()));
        self
    }

    pub(crate) fn with_note(
        mut self,
        text: impl Into<String>,
        span: Range<usize>,
        position: Position,
    ) -> Self {
        self.notes.push(Note { text: text.into(), span, position });
        self
    }
}

/// Shows the message. Where no line of the file can be marked, it is the path that says which key is meant.
impl fmt::Display for ConfigDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.origin {
            Some(origin) if !self.path.is_empty() && !origin.to_string().contains(&self.path) => {
                write!(f, " (at {})", render::printable(&self.path))
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for ConfigDiagnostic {}

impl Diagnostic for ConfigDiagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.origin.is_some() {
            return None;
        }
        let label = (!self.path.is_empty()).then(|| self.path.clone());
        let primary = LabeledSpan::new_primary_with_span(label, self.span.clone());
        let notes = self.notes.iter();
        let notes = notes.map(|note| LabeledSpan::new_with_span(Some(note.text.clone()), note.span.clone()));
        Some(Box::new(std::iter::once(primary).chain(notes)))
    }
}

/// Everything that is wrong with one file.
#[derive(Debug, Diagnostic)]
pub struct ConfigDiagnostics {
    #[source_code]
    text: NamedSource<Arc<str>>,
    #[related]
    found: Vec<ConfigDiagnostic>,
}

impl ConfigDiagnostics {
    /// Collects what was found in a source, in the order of the text; `None` where nothing was found.
    ///
    /// Neither the text that is shown with them nor what they say holds a secret of the source: tokens, passwords and
    /// their like are stars there.
    pub fn of(source: &Source, mut found: Vec<ConfigDiagnostic>) -> Option<Self> {
        if found.is_empty() {
            return None;
        }
        found.sort_by_key(|diagnostic| diagnostic.span.start);
        // What a variable says wrong is as wrong for every servo, and a value wherever an alias stands for it.
        let mut told = HashSet::new();
        found.retain(|diagnostic| {
            let place = match diagnostic.origin {
                None => (Some((diagnostic.span.start, diagnostic.span.end)), String::new()),
                Some(_) => (None, diagnostic.path.clone()),
            };
            told.insert((place, diagnostic.message.clone()))
        });
        let mask = Mask::of(source);
        for diagnostic in &mut found {
            mask.clean(diagnostic);
        }
        let text = NamedSource::new(&source.name, mask.text()).with_language("yaml");
        Some(Self { text, found })
    }

    /// Returns the mistakes in the order of the text; there is at least one.
    pub fn diagnostics(&self) -> &[ConfigDiagnostic] {
        &self.found
    }

    /// Returns the name of the file.
    pub fn file(&self) -> &str {
        self.text.name()
    }
}

impl fmt::Display for ConfigDiagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = if self.found.len() == 1 { "problem" } else { "problems" };
        // A file is not blamed for what variables and options say.
        let is_of_file = self.found.iter().any(|found| found.origin.is_none());
        let what = if is_of_file { render::printable(self.file()) } else { "the configuration".to_owned() };
        write!(f, "{what} has {} {problems}", self.found.len())
    }
}

impl std::error::Error for ConfigDiagnostics {}
