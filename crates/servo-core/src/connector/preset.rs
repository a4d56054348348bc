//! Sections that are ready for a purpose, to begin with or to paste.

/// A section of a connector, or the part of one, for one purpose.
///
/// `servo generate CONNECTOR --preset NAME` writes it, several of them as one: their lists are joined, and what they do
/// not mention is that of the connector's example. Comments come along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name: lower-case words joined by `-`.
    pub name: &'static str,
    /// One line that says what it is for, without a full stop.
    pub description: &'static str,
    /// The section, as YAML in block style whose lists are not indented below their keys. It builds by itself.
    pub section: &'static str,
}
