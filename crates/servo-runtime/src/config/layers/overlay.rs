//! One value above a document, and how it is laid over it: figment merges the two, and knows which counts where.

use std::sync::Arc;

use figment::value::{Dict, Map, Tag, Value as Merged};
use figment::{Figment, Metadata, Profile, Provider};
use serde_json::Value;

use super::super::index::Entry;
use super::super::origin::Origin;
use super::super::path::{Path, Segment};
use super::value::Laid;

/// The one key of what is merged: figment merges mappings alone.
const ROOT: &str = "value";

/// The name of what is below.
const BELOW: &str = "the layers below";

/// A value of a layer.
pub(in super::super) struct Overlay {
    pub(in super::super) origin: Arc<Origin>,
    pub(in super::super) path: Path,
    pub(super) laid: Laid,
    /// What does not count beside it, below.
    pub(super) displaces: Vec<Path>,
}

/// The overlay leads into an item of a list that is not there.
pub(in super::super) struct NoItem;

impl Overlay {
    /// The value that it gives.
    pub(in super::super) const fn value(&self) -> &Value {
        &self.laid.value
    }

    /// Lays it over the values of a document.
    pub(in super::super) fn lay(&self, value: &mut Value, entry: &mut Entry) -> Result<(), NoItem> {
        for path in &self.displaces {
            remove(value, entry, path.segments());
        }
        let at = entry.value.start;
        self.lay_at(value, entry, self.path.segments(), at)
    }

    /// Goes down as far as there is something, and merges there.
    fn lay_at(
        &self,
        value: &mut Value,
        entry: &mut Entry,
        path: &[Segment],
        at: usize,
    ) -> Result<(), NoItem> {
        if let Some((first, behind)) = path.split_first()
            && let (Some(value), Some(entry)) = (child_mut(value, first), entry.child_mut(first))
        {
            return self.lay_at(value, entry, behind, at);
        }
        if path.iter().any(|segment| matches!(segment, Segment::Item(_))) {
            return Err(NoItem);
        }
        let above = self.laid.clone().of(&self.origin, at).below(path, &self.origin, at);
        let name = self.origin.to_string();
        let below = Layer { name: BELOW.to_owned(), value };
        let figment = Figment::from(below).merge(Layer { name: name.clone(), value: &above.value });
        let merging = Merging { figment: &figment, above: &name };
        let merged = figment.data().ok().and_then(|mut data| data.remove(&Profile::Default)?.remove(ROOT));
        let merged = merged.and_then(|merged| {
            merging.lower(&merged, Some((value, entry)), Some((&above.value, &above.entry)))
        });
        if let Some((merged, places)) = merged {
            (*value, *entry) = (merged, places);
        }
        Ok(())
    }
}

fn child_mut<'a>(value: &'a mut Value, segment: &Segment) -> Option<&'a mut Value> {
    match segment {
        Segment::Key(key) => value.get_mut(key.as_str()),
        Segment::Item(index) => value.get_mut(*index),
    }
}

/// Takes a key out of what is there.
pub(in super::super) fn remove(value: &mut Value, entry: &mut Entry, path: &[Segment]) {
    match path {
        [Segment::Key(key)] => {
            if let Some(mapping) = value.as_object_mut() {
                mapping.remove(key);
                entry.remove(key);
            }
        }
        [first, behind @ ..] => {
            if let (Some(value), Some(entry)) = (child_mut(value, first), entry.child_mut(first)) {
                remove(value, entry, behind);
            }
        }
        [] => {}
    }
}

/// A value as a source of figment.
struct Layer<'a> {
    name: String,
    value: &'a Value,
}

impl Provider for Layer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let value = Merged::serialize(self.value)?;
        Ok(Profile::Default.collect([(ROOT.to_owned(), value)].into_iter().collect()))
    }
}

/// What figment says of two layers.
struct Merging<'a> {
    figment: &'a Figment,
    above: &'a str,
}

type Placed<'a> = (&'a Value, &'a Entry);

impl Merging<'_> {
    /// Takes every value from the layer that counts, as it is there: nothing is lost on the way through figment, and
    /// keys keep their order.
    fn lower(
        &self,
        merged: &Merged,
        below: Option<Placed<'_>>,
        above: Option<Placed<'_>>,
    ) -> Option<(Value, Entry)> {
        match (merged, below, above) {
            (Merged::Dict(_, keys), Some((Value::Object(old), below)), Some((Value::Object(new), above))) => {
                let added = above.children().iter().filter(|(segment, _)| below.child(segment).is_none());
                let segments = below.children().iter().chain(added).map(|(segment, _)| segment);
                let mut values = serde_json::Map::new();
                let mut children = Vec::with_capacity(keys.len());
                for segment in segments {
                    let Segment::Key(key) = segment else { continue };
                    let below = old.get(key).zip(below.child(segment));
                    let above = new.get(key).zip(above.child(segment));
                    let (value, entry) = self.lower(keys.get(key)?, below, above)?;
                    values.insert(key.clone(), value);
                    children.push((segment.clone(), entry));
                }
                Some((Value::Object(values), below.with_children(children)))
            }
            (merged, below, above) => {
                let (value, entry) = if self.is_above(merged.tag()) { above? } else { below? };
                Some((value.clone(), entry.clone()))
            }
        }
    }

    fn is_above(&self, tag: Tag) -> bool {
        self.figment.get_metadata(tag).is_some_and(|metadata| metadata.name == self.above)
    }
}
