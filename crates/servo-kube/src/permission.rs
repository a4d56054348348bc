//! Whether something is permitted: the API server is asked, and nothing is tried.

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::Api;
use kube::api::PostParams;
use servo_core::{Error, Result};

use crate::Cluster;
use crate::roles::Role;

/// The most permissions that are named as missing.
pub const MOST: usize = 6;

/// Something that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The namespace.
    pub namespace: String,
    /// The verb.
    pub verb: String,
    /// The API group; empty for the core group.
    pub group: String,
    /// The resource, with its subresource: `pods/resize`.
    pub resource: String,
    /// The one object of that name; all where there is none.
    pub name: Option<String>,
}

/// Gives what is to be asked about so that roles are known to be there: each permission once.
pub fn questions(roles: &[Role]) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for (role, rule) in roles.iter().flat_map(|role| role.rules.iter().map(move |rule| (role, rule))) {
        let names: Vec<Option<&String>> =
            if rule.names.is_empty() { vec![None] } else { rule.names.iter().map(Some).collect() };
        for (verb, name) in rule.verbs.iter().flat_map(|verb| names.iter().map(move |name| (verb, name))) {
            let question = Question {
                namespace: role.namespace.clone(),
                verb: (*verb).to_owned(),
                group: rule.group.to_owned(),
                resource: rule.resource.clone(),
                name: name.cloned(),
            };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions
}

/// Asks whether the account of a cluster may do something.
///
/// # Errors
///
/// The API server does not say.
pub async fn is_permitted(cluster: &Cluster, question: &Question) -> Result<bool> {
    let (resource, subresource) = match question.resource.split_once('/') {
        Some((resource, part)) => (resource, Some(part.to_owned())),
        None => (question.resource.as_str(), None),
    };
    let attributes = ResourceAttributes {
        namespace: Some(question.namespace.clone()),
        verb: Some(question.verb.clone()),
        group: Some(question.group.clone()),
        resource: Some(resource.to_owned()),
        subresource,
        name: question.name.clone(),
        ..ResourceAttributes::default()
    };
    let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..Default::default() };
    let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
    let api = Api::<SelfSubjectAccessReview>::all(cluster.client().clone());
    let parameters = PostParams::default();
    let answer = cluster.ask("ask what is permitted", || api.create(&parameters, &review)).await?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

/// Tells what is not permitted, as ServoX told it, with the help for it.
pub fn told(missing: &[Question], help: &str) -> Error {
    let named = missing.iter().take(MOST).map(|question| {
        let Question { namespace, verb, group, resource, name } = question;
        let group = if group.is_empty() { String::new() } else { format!(".{group}") };
        let name = name.as_ref().map(|name| format!(" named \"{name}\"")).unwrap_or_default();
        format!(
            "Not allowed to \"{verb}\" resource \"{resource}{group}\"{name} in the namespace \"{namespace}\""
        )
    });
    let mut message = named.collect::<Vec<_>>().join("; ");
    if missing.len() > MOST {
        message = format!("{message}; and {} more", missing.len() - MOST);
    }
    Error::failed(message).with_help(help)
}
