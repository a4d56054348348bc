//! What the cluster says of a failure beside the verdict: its events, and the last lines of logs where they are wanted.

use futures::future::join_all;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::Client;
use kube::api::{Api, ListParams, LogParams};
use servo_core::Error;

use crate::outcome::Verdict;
use crate::plan::Target;

/// The most bytes of a message: it travels to the optimizer, and is read by people.
const MOST_BYTES: usize = 4096;
/// The bytes of a note that something was left out, at most.
const LEFT_OUT: usize = 40;
/// The most bytes of one log that are told: its last ones.
const LOG_BYTES: usize = 1200;
/// The most bytes of one log that are asked for. The API server cuts what follows, and the last words matter most.
const ASKED_BYTES: i64 = 256 * 1024;
/// The most lines of one log.
const LOG_LINES: i64 = 20;
/// The most pods that are asked for: what ails one ails the others.
const MOST_PODS: usize = 2;
/// The most events that are told.
const MOST_EVENTS: usize = 4;
/// How long the cluster may take to say all of it.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// The reasons of the events by which the Cluster Autoscaler and Karpenter say that they make room for a pod.
const ROOM_IS_MADE: [&str; 2] = ["TriggeredScaleUp", "Nominated"];

/// What the cluster says, a paragraph each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence(Vec<String>);

/// Asks for events and logs of the pods of a verdict. What may not be asked for is said so.
pub(crate) async fn gather(client: &Client, target: &Target, verdict: &Verdict) -> Evidence {
    let mut names: Vec<&str> = verdict.culprits.iter().map(|(pod, _)| pod.as_str()).collect();
    names.dedup();
    names.truncate(MOST_PODS);
    // Where no pod is to blame, there may be none: the workload's own events say why.
    let whom = if names.is_empty() { vec![target.workload.name.as_str()] } else { names.clone() };
    let events = whom.iter().map(|name| events(client, &target.workload.namespace, name));
    let logs = verdict
        .culprits
        .iter()
        .filter(|_| target.tells_logs)
        .filter_map(|(pod, container)| Some((pod, container.as_deref()?)))
        .take(MOST_PODS)
        .map(|(pod, container)| logs(client, &target.workload.namespace, pod, container));
    let asked = async {
        let (logs, events) = futures::future::join(join_all(logs), join_all(events)).await;
        logs.into_iter().chain(events).flatten().collect()
    };
    tokio::time::timeout(PATIENCE, asked).await.map(Evidence).unwrap_or_default()
}

/// Says whether an autoscaler of nodes makes room for one of the pods of a verdict. Where the cluster does not say, none
/// does.
pub(crate) async fn is_room_made(client: &Client, target: &Target, verdict: &Verdict) -> bool {
    let names = verdict.culprits.iter().map(|(pod, _)| pod.as_str()).take(MOST_PODS);
    let asked = names.map(async |name| {
        let selector = format!("involvedObject.name={name},type=Normal");
        let list = ListParams::default().fields(&selector).limit(50);
        let events = Api::<Event>::namespaced(client.clone(), &target.workload.namespace).list(&list).await;
        let is_it = |event: &Event| event.reason.as_deref().is_some_and(|it| ROOM_IS_MADE.contains(&it));
        events.is_ok_and(|events| events.items.iter().any(is_it))
    });
    let answers = tokio::time::timeout(PATIENCE, join_all(asked)).await;
    answers.is_ok_and(|answers| answers.contains(&true))
}

/// Makes the error that is told of a verdict.
pub(crate) fn told(verdict: &Verdict, evidence: &Evidence) -> Error {
    let error = Error::new(verdict.class, fitting(&verdict.message, &evidence.0));
    match verdict.reason {
        Some(reason) => error.with_reason(reason),
        None => error,
    }
}

/// Puts paragraphs below a message as far as they fit, and says how many do not.
fn fitting(message: &str, paragraphs: &[String]) -> String {
    let mut text = cut(message, MOST_BYTES);
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let room = MOST_BYTES.saturating_sub(text.len() + 1);
        if paragraph.len() + LEFT_OUT > room && (paragraph.len() > room || index + 1 < paragraphs.len()) {
            let left = paragraphs.len() - index - 1;
            let note = if left > 0 { format!("\n({left} more left out)") } else { String::new() };
            if let Some(room) = room.checked_sub(LEFT_OUT).filter(|room| *room > LEFT_OUT) {
                text = format!("{text}\n{}", cut(paragraph, room));
            }
            if text.len() + note.len() <= MOST_BYTES {
                text.push_str(&note);
            }
            break;
        }
        text = format!("{text}\n{paragraph}");
    }
    text
}

/// Cuts a text to some bytes.
fn cut(text: &str, most: usize) -> String {
    const MORE: &str = " … (cut)";
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most.saturating_sub(MORE.len()));
    format!("{}{MORE}", &text[..end])
}

/// Says in a few words why something is not known.
fn brief(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if status.code == 403 => "the servo may not see them".to_owned(),
        kube::Error::Api(status) => servo_kube::fault::one_line(&status.message),
        other => servo_kube::fault::one_line(&other.to_string()),
    }
}

async fn events(client: &Client, namespace: &str, name: &str) -> Vec<String> {
    let selector = format!("involvedObject.name={name},type=Warning");
    let list = ListParams::default().fields(&selector).limit(50);
    let events = Api::<Event>::namespaced(client.clone(), namespace).list(&list).await;
    match events {
        Ok(events) => told_events(name, events.items),
        Err(error) => vec![format!("events of `{name}` are not known: {}", brief(&error))],
    }
}

/// Tells the newest events, each kind once.
fn told_events(name: &str, mut events: Vec<Event>) -> Vec<String> {
    let time = |event: &Event| {
        let last = event.last_timestamp.as_ref().map(|time| time.0.as_nanosecond());
        last.or_else(|| event.event_time.as_ref().map(|time| time.0.as_nanosecond()))
    };
    events.sort_by_key(|event| std::cmp::Reverse(time(event)));
    let mut told: Vec<String> = Vec::new();
    for event in events {
        let reason = event.reason.unwrap_or_default();
        let text = format!("event of {name}: {reason}: {}", event.message.unwrap_or_default().trim());
        if !told.contains(&text) && told.len() < MOST_EVENTS {
            told.push(text);
        }
    }
    told
}

async fn logs(client: &Client, namespace: &str, pod: &str, container: &str) -> Vec<String> {
    let api = Api::<Pod>::namespaced(client.clone(), namespace);
    let ask = |previous| LogParams {
        container: Some(container.to_owned()),
        previous,
        tail_lines: Some(LOG_LINES),
        limit_bytes: Some(ASKED_BYTES),
        ..LogParams::default()
    };
    let mut told = Vec::new();
    for (previous, what) in [(true, "before it restarted"), (false, "now")] {
        let text = match api.logs(pod, &ask(previous)).await {
            Ok(text) => text,
            // There is none of before, or none yet.
            Err(kube::Error::Api(status)) if [400, 404].contains(&status.code) => continue,
            Err(error) => {
                told.push(format!("the log of {pod}/{container} is not known: {}", brief(&error)));
                break;
            }
        };
        if let Some(tail) = tail(&text) {
            told.push(format!("log of {pod}/{container} {what}:\n{tail}"));
        }
    }
    told
}

/// Gives the end of a log, where there is one.
fn tail(log: &str) -> Option<&str> {
    let log = log.trim();
    // The API server answers so, as if it were the log, where the runtime has thrown it away.
    if log.is_empty() || log.starts_with("unable to retrieve container logs for ") {
        return None;
    }
    let begin = log.len() - log.len().min(LOG_BYTES);
    log.get(log.ceil_char_boundary(begin)..)
}

#[cfg(test)]
mod tests;
