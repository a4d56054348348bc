//! What is published: bytes, what they are, and notes about them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// What is published: bytes, what they are, and notes about them. Cloning one is cheap, whatever its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(Arc<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    content: Arc<[u8]>,
    content_type: Cow<'static, str>,
    created_at: Timestamp,
    metadata: BTreeMap<String, String>,
}

impl Message {
    /// The type of content that is text.
    pub const TEXT: &'static str = "text/plain";
    /// The type of content that is JSON.
    pub const JSON: &'static str = "application/json";
    /// The type of content that is YAML.
    pub const YAML: &'static str = "application/x-yaml";

    /// Creates a message of bytes, which are of the type `content_type`.
    pub fn from_bytes(content: impl Into<Arc<[u8]>>, content_type: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Parts {
            content: content.into(),
            content_type: content_type.into(),
            created_at: Timestamp::now(),
            metadata: BTreeMap::new(),
        }))
    }

    /// Creates a message of text.
    pub fn from_text(text: impl AsRef<str>) -> Self {
        Self::from_bytes(text.as_ref().as_bytes(), Self::TEXT)
    }

    /// Creates a message of a value, which is written as JSON.
    ///
    /// # Errors
    ///
    /// The value cannot be written, such as a map whose keys are no texts.
    pub fn from_json(value: &impl Serialize) -> Result<Self> {
        let content = serde_json::to_vec(value).map_err(|error| {
            Error::failed("expected a message that can be written as JSON").with_source(error)
        })?;
        Ok(Self::from_bytes(content, Self::JSON))
    }

    /// Creates a message of YAML that is already written.
    pub fn from_yaml(yaml: impl AsRef<str>) -> Self {
        Self::from_bytes(yaml.as_ref().as_bytes(), Self::YAML)
    }

    /// Says that the content is of another type.
    pub fn with_content_type(mut self, content_type: impl Into<Cow<'static, str>>) -> Self {
        Arc::make_mut(&mut self.0).content_type = content_type.into();
        self
    }

    /// Says when it was created, where that is not now.
    pub fn with_created_at(mut self, created_at: Timestamp) -> Self {
        Arc::make_mut(&mut self.0).created_at = created_at;
        self
    }

    /// Adds a note; another of the same name is replaced.
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).metadata.insert(name.into(), value.into());
        self
    }

    /// Returns the bytes.
    pub fn content(&self) -> &[u8] {
        &self.0.content
    }

    /// Returns what the bytes are, such as `application/json`.
    pub fn content_type(&self) -> &str {
        &self.0.content_type
    }

    /// Returns when it was created.
    pub fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// Returns the notes by their names.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.0.metadata
    }

    /// Returns the content as text, whatever its type.
    ///
    /// # Errors
    ///
    /// It is not UTF-8 all through.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.0.content)
            .map_err(|error| Error::failed("expected a message of UTF-8 text").with_source(error))
    }

    /// Reads the content as JSON, whatever its type.
    ///
    /// # Errors
    ///
    /// It is no JSON, or not of the form that is asked for.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.0.content)
            .map_err(|error| Error::failed("expected a message of JSON of another form").with_source(error))
    }
}
