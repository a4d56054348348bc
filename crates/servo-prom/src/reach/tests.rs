//! What an operator may write about the way to the server.

use super::*;

const CANARY: &str = "canary-5f2c9e71";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn plain() -> Reach {
    Reach { base_url: "https://prometheus:9090".to_owned(), ..Reach::default() }
}

fn header(name: &str, value: &str) -> Reach {
    Reach { headers: BTreeMap::from([(name.to_owned(), SecretString::from(value))]), ..plain() }
}

fn basic(username: &str, password: Option<SecretString>, file: Option<&str>) -> Reach {
    let basic = BasicAuth { username: username.to_owned(), password, password_file: file.map(Into::into) };
    Reach { basic_auth: Some(basic), ..plain() }
}

fn tls(tls: Tls) -> Reach {
    Reach { tls: Some(tls), ..plain() }
}

/// The keys at fault. No message shows a secret.
fn keys(reach: &Reach) -> Vec<String> {
    let Err(error) = reach.check() else { return Vec::new() };
    assert!(!format!("{error:?} {reach:?}").contains(CANARY), "{error:?}");
    std::iter::once(&error).chain(error.additional()).map(|error| error.key().unwrap().to_owned()).collect()
}

#[test]
fn whatever_can_work_is_accepted() {
    let file = || Some(PathBuf::from("file"));
    for reach in [
        plain(),
        Reach { bearer_token: Some(secret("Bearer abc")), ..plain() },
        Reach { bearer_token_file: file(), tenant: Some("a".to_owned()), ..plain() },
        basic("user", Some(secret("")), None),
        basic("user", None, Some("file")),
        header("Authorization", "Custom abc"),
        header("x-scope-orgid", "a"),
        tls(Tls::default()),
        tls(Tls { ca_file: file(), certificate: file(), key: file(), insecure_skip_verify: false }),
        tls(Tls { certificate: file(), key: file(), insecure_skip_verify: true, ..Tls::default() }),
        Reach { timeout: Some(Duration::from_millis(1)), ..plain() },
    ] {
        assert_eq!(keys(&reach), Vec::<String>::new(), "{reach:?}");
    }
}

#[test]
fn what_cannot_work_is_told_with_its_key() {
    let file = || Some(PathBuf::from("file"));
    for (reach, key) in [
        (Reach { base_url: "prometheus".to_owned(), ..plain() }, "base_url"),
        (Reach { bearer_token: Some(secret(" ")), ..plain() }, "bearer_token"),
        (Reach { bearer_token: Some(secret("canary-5f2c9e71\nx")), ..plain() }, "bearer_token"),
        (Reach { bearer_token: Some(secret("canary-5f2c9e71é")), ..plain() }, "bearer_token"),
        (Reach { bearer_token_file: Some(PathBuf::new()), ..plain() }, "bearer_token_file"),
        (basic("", Some(secret(CANARY)), None), "basic_auth.username"),
        (basic("a:b", Some(secret(CANARY)), None), "basic_auth.username"),
        (basic("a", None, None), "basic_auth"),
        (basic("a", Some(secret(CANARY)), Some("file")), "basic_auth.password_file"),
        (basic("a", None, Some("")), "basic_auth.password_file"),
        (header("not a name", CANARY), "headers.not a name"),
        (header("X-Key", ""), "headers.X-Key"),
        (header("X-Key", "canary-5f2c9e71\r\nX-Other: x"), "headers.X-Key"),
        (header("Host", "other"), "headers.Host"),
        (Reach { tenant: Some(" ".to_owned()), ..plain() }, "tenant"),
        (Reach { tenant: Some("b".to_owned()), ..header("X-Scope-OrgID", "a") }, "tenant"),
        (tls(Tls { certificate: file(), ..Tls::default() }), "tls.certificate"),
        (tls(Tls { key: file(), ..Tls::default() }), "tls.key"),
        (tls(Tls { ca_file: Some(PathBuf::new()), ..Tls::default() }), "tls.ca_file"),
        (
            tls(Tls { ca_file: file(), insecure_skip_verify: true, ..Tls::default() }),
            "tls.insecure_skip_verify",
        ),
        (Reach { timeout: Some(Duration::ZERO), ..plain() }, "timeout"),
    ] {
        assert_eq!(keys(&reach), [key], "{reach:?}");
    }
}

#[test]
fn who_asks_is_said_once() {
    let both =
        Reach { bearer_token: Some(secret(CANARY)), bearer_token_file: Some("file".into()), ..plain() };
    assert_eq!(keys(&both), ["bearer_token_file"]);
    let both = Reach { bearer_token_file: Some("file".into()), ..basic("a", Some(secret(CANARY)), None) };
    assert_eq!(keys(&both), ["basic_auth"]);
    let both = Reach { bearer_token: Some(secret(CANARY)), ..header("authorization", CANARY) };
    assert_eq!(keys(&both), ["headers.authorization"]);
}

#[test]
fn several_mistakes_are_told_at_once() {
    let wrong = Reach { base_url: String::new(), timeout: Some(Duration::ZERO), ..header("Host", "x") };
    let mut keys = keys(&wrong);
    keys.sort();
    assert_eq!(keys, ["base_url", "headers.Host", "timeout"]);
}

#[test]
fn what_says_who_asks_is_known_by_its_name() {
    for (name, expected) in [
        ("Authorization", true),
        ("Cookie", true),
        ("X-Api-Key", true),
        ("X-Amz-Security-Token", true),
        ("X-Scope-OrgID", false),
        ("X-Environment", false),
    ] {
        assert_eq!(is_credential(name), expected, "{name}");
        assert_eq!(header(name, "x").has_credentials(), expected, "{name}");
    }
    assert!(!plain().has_credentials());
    assert!(Reach { bearer_token_file: Some("file".into()), ..plain() }.has_credentials());
}
