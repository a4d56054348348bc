//! What is told of each kind of failure, from answers as API servers give them.

use std::io;

use super::*;

const SERVER: &str = "https://10.0.0.1:6443";
const DOING: &str = "read Deployment `default/web`";

fn api(code: u16, reason: &str, message: &str) -> kube::Error {
    kube::Error::Api(Box::new(Status::failure(message, reason).with_code(code)))
}

fn said(error: &kube::Error) -> (Class, String) {
    let told = told(SERVER, DOING, error);
    (told.class(), told.chain())
}

#[test]
fn a_missing_permission_is_named_with_what_helps() {
    let message = r#"deployments.apps "web" is forbidden: User "system:serviceaccount:default:servo" cannot patch resource "deployments" in API group "apps" in the namespace "default""#;
    let told = told(SERVER, DOING, &api(403, "Forbidden", message));
    assert_eq!(
        told.message(),
        "cannot read Deployment `default/web`: not permitted to patch deployments.apps in the namespace default"
    );
    assert!(told.help().expect("a help").contains("servo kubernetes rbac"));
    assert_eq!((told.class(), told.reason()), (Class::Failed, None));
}

#[test]
fn permissions_are_named_whatever_they_are_for() {
    for (message, expected) in [
        (
            r#"pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "shop""#,
            "list pods in the namespace shop",
        ),
        (
            r#"pods "web-1" is forbidden: User "u" cannot get resource "pods/log" in API group "" in the namespace "shop""#,
            "get pods/log in the namespace shop",
        ),
        (
            r#"nodes is forbidden: User "u" cannot list resource "nodes" in API group "" at the cluster scope"#,
            "list nodes in the whole cluster",
        ),
        (
            r#"x is forbidden: User "u" cannot patch resource "deployments/scale" in API group "apps" in the namespace "a": more"#,
            "patch deployments.apps/scale in the namespace a",
        ),
    ] {
        assert_eq!(Denied::parse(message).expect(message).to_string(), expected);
    }
    assert_eq!(Denied::parse("pods \"a\" is forbidden: exceeded quota: small, requested: cpu=1"), None);
}

#[test]
fn a_quota_refuses_in_its_own_words() {
    let message = "pods \"web-1\" is forbidden: exceeded quota: small, requested: limits.cpu=4, used: limits.cpu=0, limited: limits.cpu=2";
    let (class, text) = said(&api(403, "Forbidden", message));
    assert_eq!(class, Class::Failed);
    assert!(text.contains("refused: pods \"web-1\" is forbidden: exceeded quota: small"), "{text}");
}

#[test]
fn each_answer_has_the_class_that_says_whether_asking_again_helps() {
    for (code, reason, message, class, expected) in [
        (401, "Unauthorized", "Unauthorized", Class::Failed, "does not accept the credentials"),
        (
            404,
            "NotFound",
            "deployments.apps \"web\" not found",
            Class::Failed,
            ": deployments.apps \"web\" not found",
        ),
        (409, "Conflict", "Apply failed with 1 conflict", Class::Failed, ": Apply failed with 1 conflict"),
        (410, "Expired", "too old", Class::Connection, "has forgotten where it was"),
        (422, "Invalid", "Deployment.apps \"web\" is invalid", Class::Rejected, "is invalid"),
        (429, "TooManyRequests", "", Class::Connection, "has too many requests"),
        (500, "InternalError", "etcd is gone", Class::Connection, "is not able to (etcd is gone)"),
        (503, "ServiceUnavailable", "", Class::Connection, "is not able to (ServiceUnavailable)"),
        (504, "Timeout", "slow", Class::Connection, "is not able to (slow)"),
        (418, "", "", Class::Failed, "answered with 418"),
        (400, "BadRequest", "no", Class::Failed, "cannot read Deployment `default/web`: no"),
    ] {
        let (found, text) = said(&api(code, reason, message));
        assert_eq!(found, class, "{code}");
        assert!(text.contains(expected), "{code}: {text}");
        assert!(!text.contains('\n') && !text.contains("Status {"), "{text}");
    }
    let conflict = told(SERVER, DOING, &api(409, "Conflict", "x"));
    assert_eq!(conflict.reason(), Some(CONFLICT));
}

#[test]
fn a_server_that_cannot_be_reached_is_a_matter_of_the_connection() {
    let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused (os error 111)");
    let (class, text) = said(&kube::Error::Service(Box::new(refused)));
    assert_eq!(class, Class::Connection);
    assert_eq!(
        text,
        "cannot read Deployment `default/web`: https://10.0.0.1:6443 cannot be reached: Connection refused (os error 111)"
    );
}

#[test]
fn what_a_command_for_credentials_printed_is_never_repeated() {
    let error = kube::client::AuthError::AuthExec("canary-77".to_owned());
    let (_, text) = said(&kube::Error::Auth(error));
    assert!(!text.contains("canary-77") && text.contains("there are no credentials"), "{text}");
}

#[test]
fn long_messages_are_cut_and_put_on_one_line() {
    let long = "étage\n\t".repeat(200);
    let line = one_line(&long);
    assert!(!line.contains('\n') && line.ends_with('…'));
    assert_eq!(line.chars().count(), LONGEST + 1);
    assert_eq!(one_line(" a\n b "), "a b");
}

#[test]
fn only_too_much_to_do_is_worth_asking_again() {
    assert!(is_busy(&api(429, "TooManyRequests", "")) && is_busy(&api(503, "", "")));
    assert!(!is_busy(&api(409, "Conflict", "")) && !is_busy(&api(500, "", "")));
    assert!(is_not_found(&api(404, "NotFound", "")) && !is_not_found(&api(403, "Forbidden", "")));
}
