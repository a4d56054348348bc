//! What the original should have sent: its requests without its known defects.

use std::collections::HashMap;

use serde_json::Value;

use super::{Recorded, Request, Transcript};
use crate::backend::Kind;

impl Transcript {
    /// Gives the requests, with progress at the optimizer that gave the command: the original posted that of several
    /// servos through whichever came first (spec 3.10).
    pub(super) fn readdressed(&self) -> Vec<Request> {
        let mut givers: HashMap<&str, &Request> = HashMap::new();
        let mut requests = Vec::new();
        for exchange in &self.exchanges {
            let mut request = exchange.request.clone();
            if let Recorded::Json(_, answer) = &exchange.answer
                && request.kind == Kind::WhatsNext
                && let Some(uid) = answer.get("cmd_uid").and_then(Value::as_str)
            {
                givers.insert(uid, &exchange.request);
            }
            if request.kind.is_progress()
                && let Some(giver) = uid(&request).and_then(|uid| givers.get(uid))
            {
                request.path.clone_from(&giver.path);
                request.headers.clone_from(&giver.headers);
                if let (Some(mine), Some(its)) =
                    (request.body.get_mut("servo_uid"), giver.body.get("servo_uid"))
                {
                    mine.clone_from(its);
                }
            }
            requests.push(request);
        }
        requests
    }

    /// Gives the requests of a servo without the defects that [`expected`](Self::expected) names.
    pub(super) fn corrected(&self) -> Vec<Request> {
        let mut reported: Vec<(String, String)> = Vec::new();
        let mut requests = Vec::new();
        for mut request in self.readdressed() {
            let command = uid(&request).map(|uid| (request.path.clone(), uid.to_owned()));
            if request.kind.is_progress() && command.as_ref().is_some_and(|it| reported.contains(it)) {
                continue;
            }
            if request.kind.is_report() {
                reported.extend(command);
            }
            drop_missing_values(&mut request.body);
            requests.push(request);
        }
        requests
    }
}

fn uid(request: &Request) -> Option<&str> {
    request.body.pointer("/param/cmd_uid")?.as_str()
}

/// Leaves out metrics without a value: a reading of which no number is left is absent.
fn drop_missing_values(body: &mut Value) {
    if let Some(metrics) = body.pointer_mut("/param/metrics").and_then(Value::as_object_mut) {
        metrics.retain(|_, metric| metric.get("value") != Some(&Value::Null));
    }
}
