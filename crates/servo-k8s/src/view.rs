//! A workload as Servo sees it: what is in force, what was found, what somebody else has changed since.

use std::sync::Arc;

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use servo_core::model::{Adjustment, Component};
use servo_core::{Error, Result};

use crate::fields::{Field, Fields, described, propose, read};
use crate::owners;
use crate::plan::Target;
use crate::snapshot::Snapshot;
use crate::state::State;
use crate::workload::Workload;
use servo_kube::fault::conflict;

/// A workload as Servo sees it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// What is to be adjusted; replicas that an autoscaler sets are pinned in it.
    pub(crate) target: Target,
    /// The workload.
    pub(crate) workload: Arc<Workload>,
    /// The fields of its template, and its replicas, as they are.
    pub(crate) live: Fields,
    /// What Servo has written to it, where it has.
    pub(crate) state: Option<State>,
    /// The fields that are Servo's to set.
    pub(crate) fields: Vec<Field>,
    /// The autoscaler that sets its replicas.
    pub(crate) autoscaler: Option<String>,
}

impl View {
    /// Looks at what is known of a workload. What this servo has written to it counts also where its annotation is gone:
    /// whoever takes it away, or puts another object in its place, has changed what differs from it.
    ///
    /// # Errors
    ///
    /// Class failed: it is not there, has no container of a name, or has an annotation that cannot be read.
    pub(crate) fn of(target: &Target, snapshot: &Snapshot, remembered: Option<State>) -> Result<Self> {
        let workload = snapshot.workload.clone().ok_or_else(|| {
            Error::failed(format!("{} is not there", target.workload))
                .with_help("check `name` and `namespace`, and the cluster that is meant")
        })?;
        let live = read(target, &workload)?;
        let state = State::read(&workload)?.or(remembered);
        let autoscaler = snapshot.autoscalers.first().map(|it| name(it));
        let mut target = target.clone();
        if autoscaler.is_some() {
            target.replicas = target.replicas.pinned(true);
        }
        let fields = target.fields(autoscaler.is_none());
        Ok(Self { target, workload, live, state, fields, autoscaler })
    }

    /// Lists the fields that somebody else has changed since Servo wrote them.
    pub(crate) fn lost(&self) -> Vec<&Field> {
        let Some(state) = &self.state else { return Vec::new() };
        let differing = self.live.differing(&state.template, &self.fields);
        differing.into_iter().filter(|field| self.is_taken(field)).collect()
    }

    /// Says whether Servo has set a field.
    pub(crate) fn is_taken(&self, field: &Field) -> bool {
        self.state
            .as_ref()
            .is_some_and(|state| state.template.get(field).is_some() || state.found.get(field).is_some())
    }

    /// Gives the fields in force. What the pods were resized to counts unless the template was changed by somebody else:
    /// then its pods are replaced.
    pub(crate) fn in_force(&self) -> Fields {
        let mut fields = self.live.clone();
        if let Some(state) = self.state.as_ref().filter(|_| self.lost().is_empty()) {
            fields.lay(state.in_place.as_ref());
        }
        fields
    }

    /// Gives the fields as they were found; what somebody else has changed since is found as it is.
    pub(crate) fn found(&self) -> Fields {
        let mut fields = self.live.clone();
        let lost = self.lost();
        if let Some(state) = &self.state {
            for field in self.fields.iter().filter(|field| self.is_taken(field) && !lost.contains(field)) {
                fields.take(field, &state.found);
            }
        }
        fields
    }

    /// Describes what is in force.
    ///
    /// # Errors
    ///
    /// Those of [`described`].
    pub(crate) fn described(&self) -> Result<Vec<Component>> {
        described(&self.target, &self.in_force())
    }

    /// Gives the fields that adjustments lead to.
    ///
    /// # Errors
    ///
    /// Class failed: settings that cannot be set so, that an autoscaler sets, or that somebody else has changed.
    pub(crate) fn proposed(&self, adjustments: &[&Adjustment]) -> Result<Fields> {
        let (force, found) = (self.in_force(), self.found());
        if let Some(autoscaler) = &self.autoscaler {
            let of_replicas = |it: &&&Adjustment| {
                it.setting == self.target.replicas.name() && Some(&it.component) == self.first_component()
            };
            let is_other = |it: &&Adjustment| it.value.as_number() != force.replicas.map(Into::into);
            if adjustments.iter().filter(of_replicas).any(is_other) {
                let message = format!(
                    "cannot set replicas of {}: the HorizontalPodAutoscaler `{autoscaler}` sets them",
                    self.workload.reference
                );
                return Err(Error::failed(message).with_help(
                    "pin `replicas` of the workload in the configuration, or take the autoscaler away",
                ));
            }
        }
        let asked = propose(&self.target, &force, &found, adjustments)?;
        let lost = self.lost();
        let contested = asked.differing(&force, &self.fields).into_iter().find(|field| lost.contains(field));
        match contested {
            Some(field) => Err(self.conflict(field)),
            None => Ok(asked),
        }
    }

    fn first_component(&self) -> Option<&String> {
        self.target.containers.first().map(|container| &container.component)
    }

    /// Tells of a field that somebody else has changed.
    pub(crate) fn conflict(&self, field: &Field) -> Error {
        let servo = self.state.as_ref().and_then(|state| state.template.get(field));
        let shown =
            |text: Option<String>| text.map_or_else(|| "nothing".to_owned(), |text| format!("`{text}`"));
        let owners = owners::of(field, self.workload.managers(), "");
        let message = format!(
            "{field} of {} was changed to {} by {}, where Servo had set {}",
            self.workload.reference,
            shown(self.live.get(field)),
            owners::named(&owners),
            shown(servo),
        );
        conflict(message)
    }
}

fn name(autoscaler: &HorizontalPodAutoscaler) -> String {
    autoscaler.metadata.name.clone().unwrap_or_default()
}

#[cfg(test)]
mod tests;
