//! Documents: the values of a compound YAML file with the place of each key and value.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Error as YamlError, Options, Spanned};

use super::diagnostic::{Code, ConfigDiagnostic, ConfigDiagnostics};
use super::index::{Entry, Index};
use super::layers::{self, Overlay};
use super::lower::{BadKey, Lowering};
use super::node::Node;
use super::origin::Origin;
use super::path::{Path, Segment};
use super::recover;
use super::secrets::Secrets;
use super::servo::Known;
use super::source::{Foreign, MAX_BYTES, Position, Source, SourceMap};
use super::{plain, syntax, written};

/// The deepest nesting of mappings and lists that is read.
pub const MAX_DEPTH: usize = 64;
/// The most documents in one file.
pub const MAX_DOCUMENTS: usize = 10_000;
/// The most mappings, lists and scalars in one file, what aliases stand for included.
pub const MAX_NODES: usize = 250_000;
/// The most of a file that may come from repeating what aliases stand for, in parser events.
pub(super) const MAX_ALIASED: usize = 100_000;
/// The stack on which a file is read, in bytes; what is not used costs nothing.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// One YAML document, which describes one servo.
#[derive(Clone)]
pub struct Document {
    value: Value,
    index: Index,
    map: Arc<SourceMap>,
    /// What the environment and the command line say and nobody may see.
    secrets: Secrets,
    /// The names of connectors that the document gives and another layer has replaced.
    aliases: Vec<String>,
}

/// Shows the title only: the values may be secrets.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("title", &self.title()).finish_non_exhaustive()
    }
}

impl Document {
    fn new(value: Value, root: Entry, map: &Arc<SourceMap>) -> Self {
        let (index, map) = (Index::new(root), Arc::clone(map));
        Self { value, index, map, secrets: Secrets::default(), aliases: Vec::new() }
    }

    /// Returns the values; the order of a mapping's keys is in the [`Index`].
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Returns the places of the keys and values.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// Returns the value at a path.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        path.segments().iter().try_fold(&self.value, |value, segment| match segment {
            Segment::Key(key) => value.get(key.as_str()),
            Segment::Item(index) => value.get(*index),
        })
    }

    /// Returns where the value at a path comes from; of a mapping of which several layers have keys, the lowest of
    /// them. Where there is no value, it is the default that counts.
    pub fn origin(&self, path: &Path) -> Origin {
        match self.index.get(path) {
            None => Origin::Default,
            Some(entry) => entry.origin.as_deref().cloned().unwrap_or(Origin::Document),
        }
    }

    /// Returns the secrets that the environment and the command line give.
    pub(crate) const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Returns the names of connectors that the document gives where another layer says which there are.
    pub(super) fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// Lays a value over those that are there, and says what is wrong where it cannot be.
    pub(super) fn lay(&mut self, overlay: &Overlay, known: &Known<'_>) -> Option<ConfigDiagnostic> {
        let connectors = Path::root().key("connectors");
        if overlay.path == connectors
            && let Some(Value::Object(aliases)) = self.get(&connectors)
        {
            let aliases: Vec<_> = aliases.keys().cloned().collect();
            self.aliases.extend(aliases);
        }
        for path in layers::displaced(&self.value, overlay, known) {
            layers::remove(&mut self.value, self.index.root_mut(), path.segments());
        }
        if overlay.lay(&mut self.value, self.index.root_mut()).is_err() {
            let message = format!("there is no item `{}`", overlay.path);
            let wrong = self.in_layer(&overlay.origin, &overlay.path, Code::InvalidValue, &message);
            return Some(wrong.with_help("an item that is there can be set, or the list as a whole"));
        }
        self.secrets = Secrets::of(self);
        None
    }

    /// A mistake in what another layer says.
    pub(super) fn in_layer(
        &self,
        origin: &Arc<Origin>,
        path: &Path,
        code: Code,
        message: &str,
    ) -> ConfigDiagnostic {
        let start = self.index.root().value.start;
        let found = self.map.diagnostic(code, path, start..start, message);
        found.in_layer(origin).with_secrets(&self.secrets)
    }

    /// Returns line and column of a byte offset into the file.
    pub fn line_col(&self, offset: usize) -> Position {
        self.map.position(offset)
    }

    /// Returns the text at a range of bytes; empty where the range is not in the text.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        self.map.slice(range)
    }

    /// Returns the first line of the document in its file, from one.
    pub fn line(&self) -> usize {
        self.line_col(self.index.root().value.start).line
    }

    /// Returns what a person calls the document: its `name`, or its first line.
    pub fn title(&self) -> String {
        match self.value.get("name").and_then(Value::as_str) {
            Some(name) if !name.is_empty() => format!("`{name}`"),
            _ => format!("the document at line {}", self.line()),
        }
    }

    /// Describes a mistake at a written path, such as `optimizer.embedded.slo.conditions[0].metric`.
    ///
    /// The mark is at the value, or at the key of the last part of the path that the document has.
    pub fn diagnostic_at(
        &self,
        path: &str,
        code: Code,
        message: impl AsRef<str>,
        help: Option<&str>,
    ) -> ConfigDiagnostic {
        let found = self.at_written(&Path::root(), path, code, message);
        match help {
            Some(help) => found.with_help(help),
            None => found,
        }
    }

    /// A mistake at a path written from `base` on: in the value, or at the key of the last part that exists.
    pub(crate) fn at_written(
        &self,
        base: &Path,
        written: &str,
        code: Code,
        message: impl AsRef<str>,
    ) -> ConfigDiagnostic {
        match self.resolve(base, written) {
            (path, true) => self.at_value(&path, code, message),
            (path, false) => self.at_key(&path, code, message),
        }
    }

    /// Reads a path that is written from `base` on as far as the document has it, and says whether that is all of it.
    ///
    /// Keys that hold dots are found with and without quotes; of several that fit, the longest.
    pub fn resolve(&self, base: &Path, written: &str) -> (Path, bool) {
        let (base, _) = self.index.nearest(base);
        let (inner, is_all) = written::resolve(self.get(&base).unwrap_or(&Value::Null), written);
        (base.join(&inner), is_all)
    }

    /// A mistake in the value at a path, or in the nearest that exists.
    pub(crate) fn at_value(&self, path: &Path, code: Code, message: impl AsRef<str>) -> ConfigDiagnostic {
        let (known, entry) = self.index.nearest(path);
        if let Some(origin) = &entry.origin {
            return self.in_layer(origin, &known, code, message.as_ref());
        }
        let found = self.map.diagnostic(code, &known, self.value_mark(entry), message);
        let found = found.with_secrets(&self.secrets);
        match &entry.defined {
            Some(defined) => {
                let defined = self.map.first_line(defined);
                let position = self.map.position(defined.start);
                found.with_note("the alias stands for the value", defined, position)
            }
            None => found,
        }
    }

    /// A mistake that concerns the key at a path as a whole.
    pub(crate) fn at_key(&self, path: &Path, code: Code, message: impl AsRef<str>) -> ConfigDiagnostic {
        let (known, entry) = self.index.nearest(path);
        if let Some(origin) = &entry.origin {
            return self.in_layer(origin, &known, code, message.as_ref());
        }
        self.map.diagnostic(code, &known, self.key_mark(entry), message).with_secrets(&self.secrets)
    }

    /// A note for another diagnostic of this file that points at the value at a path.
    pub(crate) fn note_at(&self, found: ConfigDiagnostic, text: &str, path: &Path) -> ConfigDiagnostic {
        let (_, entry) = self.index.nearest(path);
        if entry.origin.is_some() {
            return found;
        }
        let span = self.value_mark(entry);
        let position = self.map.position(span.start);
        found.with_note(text, span, position)
    }

    fn value_mark(&self, entry: &Entry) -> Range<usize> {
        let line = self.map.first_line(&entry.value);
        let is_block = entry.is_collection() && line != entry.value;
        if line.is_empty() || is_block { self.key_mark(entry) } else { line }
    }

    fn key_mark(&self, entry: &Entry) -> Range<usize> {
        entry.key.clone().unwrap_or_else(|| self.map.first_line(&entry.value))
    }
}

impl SourceMap {
    pub(crate) fn diagnostic(
        &self,
        code: Code,
        path: &Path,
        span: Range<usize>,
        message: impl AsRef<str>,
    ) -> ConfigDiagnostic {
        let span = self.clamp(&span);
        ConfigDiagnostic::new(
            code,
            message.as_ref(),
            Arc::clone(&self.name),
            path,
            self.position(span.start),
            span,
        )
    }
}

/// Reads the documents of a source, in the order of the text; empty ones vanish.
///
/// # Errors
///
/// Returns what is wrong where the text is too large, is not YAML, or holds a document that is not a mapping
/// of text keys, or no document at all. Mistakes of several documents are told together.
pub fn parse(source: &Source) -> Result<Vec<Document>, ConfigDiagnostics> {
    let (documents, found) = read(source);
    match ConfigDiagnostics::of(source, found) {
        Some(wrong) => Err(wrong),
        None => Ok(documents),
    }
}

/// The documents that can be read, and what is wrong with the others.
pub(crate) fn read(source: &Source) -> (Vec<Document>, Vec<ConfigDiagnostic>) {
    let map = Arc::new(SourceMap::new(source));
    if source.text.len() > MAX_BYTES {
        let message = format!("the file is larger than {} MiB", MAX_BYTES / (1024 * 1024));
        let found = map.diagnostic(Code::TooLarge, &Path::root(), 0..0, message);
        return (Vec::new(), vec![found.with_help("split it into several files")]);
    }
    if let Some(Foreign { offset, byte }) = source.foreign() {
        let message = format!("the byte 0x{byte:02x} is not UTF-8");
        let found = map.diagnostic(Code::Syntax, &Path::root(), map.character(offset), message);
        return (Vec::new(), vec![found.with_help("save the file as UTF-8")]);
    }
    match read_plainly(&map, 0..source.text.len()) {
        Some(documents) if !documents.is_empty() => (documents, Vec::new()),
        _ => on_large_stack(|| read_whole(&map)),
    }
}

/// Reads one value that is no document, such as that of a variable.
///
/// # Errors
///
/// Says where it cannot be read; no message holds the text.
pub(super) fn read_value(text: &str) -> Result<(Value, Entry), String> {
    // Nothing nests without a bracket: most values are read where they are.
    if text.contains(['[', '{']) { on_large_stack(|| read_one(text)) } else { read_one(text) }
}

fn read_one(text: &str) -> Result<(Value, Entry), String> {
    let map = SourceMap::new(&Source::new("", text));
    let nodes =
        serde_saphyr::from_multiple_with_options::<Spanned<Node>>(text, options()).map_err(|error| {
            let location = error.without_snippet().location();
            let place = location.map(|at| format!(" at line {}, column {}", at.line(), at.column()));
            format!("it is neither JSON nor a YAML value{}", place.unwrap_or_default())
        })?;
    let [node] = &nodes[..] else {
        return Err("it is neither JSON nor a YAML value".to_owned());
    };
    let mut lowering = Lowering::new(&map, 0);
    let read = lowering.document(node);
    if lowering.bad_keys.is_empty() {
        Ok(read)
    } else {
        Err("a mapping in it has a key twice, or one that is not text".to_owned())
    }
}

/// Reads one scalar that is not quoted.
pub(super) fn read_plain(word: &str) -> Option<Value> {
    read_one(word).ok().map(|(value, _)| value)
}

/// Does something that nests deeply: the reader takes up to 60 KiB of stack for each level of nesting in a debug
/// build, and the caller may be on a thread of 2 MiB.
pub(super) fn on_large_stack<T: Send>(read: impl Fn() -> T + Send + Sync) -> T {
    let done = thread::scope(|scope| {
        let thread = thread::Builder::new().name("configuration".to_owned()).stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, &read).map(thread::ScopedJoinHandle::join)
    });
    match done {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(_) => read(),
    }
}

fn read_whole(map: &Arc<SourceMap>) -> (Vec<Document>, Vec<ConfigDiagnostic>) {
    let (documents, found) = match read_fully(map, 0..map.text.len()) {
        Ok(read) => read,
        Err(error) if syntax::is_limit(&error) => (Vec::new(), vec![syntax::describe(map, 0, &error)]),
        Err(error) => recover::read(map, &error),
    };
    if documents.is_empty() && found.is_empty() {
        let empty = map.diagnostic(Code::Empty, &Path::root(), 0..0, "the file holds no document");
        let help = "describe a servo: `optimizer:`, and the section of at least one connector";
        return (documents, vec![empty.with_help(help)]);
    }
    (documents, found)
}

/// Reads the documents of a part of the text that starts with a line.
pub(super) fn read_part(
    map: &Arc<SourceMap>,
    part: Range<usize>,
) -> Result<(Vec<Document>, Vec<ConfigDiagnostic>), YamlError> {
    match read_plainly(map, part.clone()) {
        Some(documents) => Ok((documents, Vec::new())),
        None => read_fully(map, part),
    }
}

/// Reads them where they are plain; that needs no large stack.
fn read_plainly(map: &Arc<SourceMap>, part: Range<usize>) -> Option<Vec<Document>> {
    let plain = plain::read(map, part)?;
    Some(plain.into_iter().map(|(value, root)| Document::new(value, root, map)).collect())
}

/// Reads them with all that YAML has.
pub(super) fn read_fully(
    map: &Arc<SourceMap>,
    part: Range<usize>,
) -> Result<(Vec<Document>, Vec<ConfigDiagnostic>), YamlError> {
    let base = part.start;
    let nodes = serde_saphyr::from_multiple_with_options::<Spanned<Node>>(map.slice(&part), options())?;
    let mut documents = Vec::with_capacity(nodes.len());
    let mut found = Vec::new();
    for node in nodes {
        let mut lowering = Lowering::new(map, base);
        let (value, root) = lowering.document(&node);
        found.extend(lowering.bad_keys.into_iter().map(|bad| describe_key(map, bad)));
        if value.is_object() {
            documents.push(Document::new(value, root, map));
        } else {
            let message = format!("a document is a mapping of keys, found {}", node.value.kind());
            let span = map.first_line(&root.value);
            let wrong = map.diagnostic(Code::NotAMapping, &Path::root(), span, message);
            found.push(wrong.with_help("write `key: value` lines, such as `name: shop`"));
        }
    }
    Ok((documents, found))
}

fn describe_key(map: &SourceMap, bad: BadKey) -> ConfigDiagnostic {
    match bad {
        BadKey::NotText { span, kind } => {
            let message = format!("a key is text, found {kind}");
            let found = map.diagnostic(Code::InvalidValue, &Path::root(), map.first_line(&span), message);
            found.with_help("quote the key to make it text")
        }
        BadKey::Twice { span, first, key } => {
            let message = format!("key `{key}` is given twice");
            let position = map.position(first.start);
            let found = map.diagnostic(Code::DuplicateKey, &Path::root(), span, message);
            found.with_note("it is given first", first, position).with_help("keep one of them")
        }
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::Error,
        with_snippet: false,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_ALIASED },
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_documents: MAX_DOCUMENTS,
            max_nodes: MAX_NODES,
            max_events: 4 * MAX_NODES,
            // One anchor may serve a whole fleet; how much aliases repeat is limited above.
            enforce_alias_anchor_ratio: false,
        },
    }
}
