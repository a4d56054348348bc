//! Schemas as a person reads them: every key with what it takes, as text or as a page.

pub(crate) mod html;
mod lookup;
mod reference;
pub(crate) mod text;

#[cfg(test)]
mod tests;

pub(crate) use reference::Reference;
