//! What is read of kubeconfigs, and what is told of those that cannot be used.

use std::fs;

use super::*;

const EAST: &str = "
apiVersion: v1
kind: Config
current-context: east
clusters:
- name: east
  cluster: {server: 'https://10.0.0.1:6443', insecure-skip-tls-verify: true}
- name: far
  cluster: {server: 'https://10.0.0.3:6443', proxy-url: 'http://proxy:3128'}
users:
- name: servo
  user: {token: canary-77}
contexts:
- name: east
  context: {cluster: east, user: servo, namespace: shop}
- name: far
  context: {cluster: far, user: servo}
- name: lost
  context: {cluster: nowhere, user: servo}
";

const WEST: &str = "
current-context: west
clusters:
- name: west
  cluster: {server: 'https://10.0.0.2:6443'}
- name: east
  cluster: {server: 'https://wrong:6443'}
contexts:
- name: west
  context: {cluster: west}
";

async fn read_of(texts: &[&str], context: Option<&str>) -> Result<Login> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let file = folder.path().join(format!("config-{index}"));
        fs::write(&file, text).expect("a file");
        files.push(file);
    }
    let context = context.map(str::to_owned);
    login(&Origin::Kubeconfig { files, context, is_configured: true }).await
}

async fn server(texts: &[&str], context: Option<&str>) -> String {
    read_of(texts, context).await.expect("a login").config.cluster_url.to_string()
}

async fn refusal(texts: &[&str], context: Option<&str>) -> Error {
    let error = read_of(texts, context).await.err().expect("a refusal");
    let told = format!("{} {} {error:?}", error.chain(), error.help().unwrap_or_default());
    assert!(!told.contains("canary-77"), "{told}");
    error
}

#[tokio::test]
async fn the_current_context_is_used_unless_another_is_configured() {
    assert_eq!(server(&[EAST], None).await, "https://10.0.0.1:6443/");
    assert_eq!(server(&[EAST], Some("far")).await, "https://10.0.0.3:6443/");
}

#[tokio::test]
async fn files_count_as_one_and_the_first_is_right() {
    assert_eq!(server(&[EAST, WEST], None).await, "https://10.0.0.1:6443/");
    assert_eq!(server(&[EAST, WEST], Some("west")).await, "https://10.0.0.2:6443/");
    assert_eq!(server(&[WEST, EAST], Some("east")).await, "https://wrong:6443/");
}

#[tokio::test]
async fn a_proxy_of_the_kubeconfig_stays() {
    assert!(!read_of(&[EAST], None).await.expect("a login").is_proxied);
    assert!(read_of(&[EAST], Some("far")).await.expect("a login").is_proxied);
}

#[tokio::test]
async fn a_context_that_is_not_there_is_told_with_those_that_are() {
    let error = refusal(&[EAST], Some("south")).await;
    assert_eq!(error.key(), Some("context"));
    assert!(error.message().starts_with("there is no context `south` in "), "{error}");
    assert_eq!(error.help(), Some("the contexts there are: east, far, lost"));
    let error = refusal(&[EAST], Some("lost")).await;
    assert!(error.message().contains("no cluster `nowhere`"), "{error}");
    let error = refusal(&["apiVersion: v1"], None).await;
    assert!(error.message().starts_with("there is no current context"), "{error}");
}

#[tokio::test]
async fn what_is_no_kubeconfig_is_not_repeated() {
    let error = refusal(&["users:\n- name: x\n  user: {token: [canary-77]}\n"], None).await;
    assert!(error.message().contains("is not a kubeconfig (line "), "{error}");
    assert_eq!(error.key(), Some("kubeconfig"));
    refusal(&["token: 'canary-77\n"], None).await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_with_its_path() {
    let origin =
        Origin::Kubeconfig { files: vec!["/nowhere/config".into()], context: None, is_configured: true };
    let error = login(&origin).await.err().expect("a refusal");
    assert!(error.chain().starts_with("cannot read the kubeconfig /nowhere/config: No such file"), "{error}");
    assert_eq!(error.key(), Some("kubeconfig"));
}
