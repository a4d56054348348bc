//! Where requests go and what they carry, without any request.

use std::fs;
use std::path::Path;
use std::time::Duration;

use servo_http::Options;
use tempfile::TempDir;

use super::*;

const OPTIMIZER: &str = "https://optimizer.example.com/accounts/a/applications/b/";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn client() -> Client {
    Client::new(Options::default()).unwrap()
}

/// A file that only its owner can read, renamed into place.
fn write(path: &Path, text: &str) {
    let part = path.with_extension("part");
    fs::write(&part, text).unwrap();
    permit(&part, 0o600);
    fs::rename(&part, path).unwrap();
}

#[cfg(unix)]
fn permit(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn of_token(token: Token) -> Auth {
    Auth::new(Access::Token { url: url(OPTIMIZER), token }, &Network::default(), Redactor::default())
}

fn of_connection(path: &Path, url: Option<Url>) -> Auth {
    let access = Access::File { path: path.to_owned(), optimizer_id: "b3B0".to_owned(), url };
    Auth::new(access, &Network::default(), Redactor::default())
}

/// URL, header and generation.
async fn authorized(auth: &Auth) -> Result<(String, String, u64), String> {
    let authorized = auth.authorize(&client()).await.map_err(|fault| fault.chain())?;
    let (name, value) = authorized.header;
    assert!(value.is_sensitive());
    let header = format!("{name}: {}", value.to_str().unwrap());
    Ok((authorized.url.to_string(), header, authorized.generation))
}

fn bearer(token: &str, generation: u64) -> (String, String, u64) {
    (OPTIMIZER.to_owned(), format!("authorization: Bearer {token}"), generation)
}

#[tokio::test]
async fn a_token_is_sent_as_it_is_written() {
    let auth = of_token(Token::Value("X-SF-Token canary".into()));
    let (_, header, generation) = authorized(&auth).await.unwrap();
    assert_eq!((header.as_str(), generation), ("x-sf-token: canary", 1));
    assert!(!auth.refused(1).await);
    let said = authorized(&of_token(Token::Value("cana\nry".into()))).await.unwrap_err();
    assert_eq!(said, "the token has a character that no header can carry, such as a line break");
}

#[tokio::test]
async fn a_token_file_is_read_for_every_request() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    let auth = of_token(Token::File(path.clone()));
    let said = authorized(&auth).await.unwrap_err();
    let absent = "cannot be read: No such file or directory (os error 2)";
    assert_eq!(said, format!("the token file {} {absent}", path.display()));

    write(&path, "one\n");
    assert_eq!(authorized(&auth).await, Ok(bearer("one", 1)));
    assert_eq!(authorized(&auth).await, Ok(bearer("one", 1)));
    assert!(!auth.refused(1).await);
    write(&path, "  two");
    assert!(auth.refused(1).await);
    assert_eq!(authorized(&auth).await, Ok(bearer("two", 2)));
    assert!(auth.refused(1).await, "who had the first can have the second");
    assert!(!auth.refused(2).await);
    // Written anew with the same content: the same credentials.
    write(&path, "two");
    assert_eq!(authorized(&auth).await, Ok(bearer("two", 2)));
    assert!(!auth.refused(2).await);
}

#[tokio::test]
async fn what_a_token_file_held_last_is_used_when_it_is_bad_or_gone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    let auth = of_token(Token::File(path.clone()));
    write(&path, "");
    let said = authorized(&auth).await.unwrap_err();
    assert_eq!(said, format!("the token file {} cannot be used: it is empty", path.display()));
    write(&path, "one");
    assert_eq!(authorized(&auth).await, Ok(bearer("one", 1)));
    for bad in ["", "cana\nry", &"a".repeat(64 * 1024 + 1)] {
        write(&path, bad);
        assert_eq!(authorized(&auth).await, Ok(bearer("one", 1)));
        assert!(!auth.refused(1).await);
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(authorized(&auth).await, Ok(bearer("one", 1)));
    write(&path, "two");
    assert_eq!(authorized(&auth).await, Ok(bearer("two", 2)));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_everybody_can_write_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    write(&path, "canary");
    permit(&path, 0o666);
    let auth = of_token(Token::File(path.clone()));
    let path = path.display();
    let expected = format!("the token file {path} can be written by every user: chmod 600 {path}");
    assert_eq!(authorized(&auth).await, Err(expected));
    permit(&folder.path().join("token"), 0o644);
    assert_eq!(authorized(&auth).await, Ok(bearer("canary", 1)));
}

#[tokio::test]
async fn a_connection_file_says_where_and_with_what() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("connection.yaml");
    let auth = of_connection(&path, None);
    write(&path, "TenantId: t\nEndpoint: https://one.example.com/\nAuthorization: Bearer canary-one\n");
    let at = |host: &str| format!("https://{host}.example.com/rest/optimize/co/v1/optimizers/b3B0/");
    let one = (at("one"), "authorization: Bearer canary-one".to_owned(), 1);
    assert_eq!(authorized(&auth).await, Ok(one.clone()));
    for bad in
        ["Authorization: [canary]", "canary", "Authorization: canary\nEndpoint: canary", "Authorization: c"]
    {
        write(&path, bad);
        assert_eq!(authorized(&auth).await, Ok(one.clone()), "{bad}");
    }
    write(&path, "TenantId: t\nEndpoint: https://two.example.com\nAuthorization: X-SF-Token canary-two\n");
    let two = (at("two"), "x-sf-token: canary-two".to_owned(), 2);
    assert!(auth.refused(1).await);
    assert_eq!(authorized(&auth).await, Ok(two));
    // Another endpoint with the same token is another place to try.
    write(&path, "Endpoint: https://three.example.com\nAuthorization: X-SF-Token canary-two\n");
    assert_eq!(authorized(&auth).await.unwrap().2, 3);
}

#[tokio::test]
async fn a_configured_url_counts_instead_of_the_endpoint() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("connection.yaml");
    write(&path, "Authorization: Bearer canary\n");
    assert_eq!(authorized(&of_connection(&path, Some(url(OPTIMIZER)))).await, Ok(bearer("canary", 1)));
    let said = authorized(&of_connection(&path, None)).await.unwrap_err();
    assert_eq!(said, format!("the connection file {} has no key `Endpoint`", path.display()));
    write(&path, "TenantId: t\nAuthorization: \"\"\n");
    let said = authorized(&of_connection(&path, None)).await.unwrap_err();
    let wrong = "is malformed: `Authorization` in line 2 is empty";
    assert_eq!(said, format!("the connection file {} {wrong}", path.display()));
}

#[tokio::test]
async fn no_credential_goes_over_plain_http_unless_that_is_allowed_or_it_stays_on_the_machine() {
    let plain = "http://optimizer.example.com/a/";
    let token = |url_text: &str| Access::Token { url: url(url_text), token: Token::Value("canary".into()) };
    let oauth = |optimizer: &str, endpoint: &str| Access::Client {
        url: url(optimizer),
        token_url: url(endpoint),
        client_id: "id".to_owned(),
        client_secret: "canary".into(),
    };
    let refusal = |what: &str| {
        format!(
            "{what} is not sent over plain http to http://optimizer.example.com: use https, or set \
             `settings.allow_plain_http: true`"
        )
    };
    for (access, said) in [
        (token(plain), refusal("the token")),
        (oauth(plain, OPTIMIZER), refusal("the access token")),
        (oauth(OPTIMIZER, plain), refusal("the client secret")),
    ] {
        let auth = Auth::new(access, &Network::default(), Redactor::default());
        assert_eq!(authorized(&auth).await, Err(said));
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("connection.yaml");
    write(&path, "Authorization: canary\nEndpoint: http://optimizer.example.com\n");
    assert_eq!(authorized(&of_connection(&path, None)).await, Err(refusal("the token")));

    for local in ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/"] {
        let auth = Auth::new(token(local), &Network::default(), Redactor::default());
        assert!(authorized(&auth).await.is_ok(), "{local}");
    }
    let allowed = Network { allow_plain_http: true, ..Network::default() };
    assert!(authorized(&Auth::new(token(plain), &allowed, Redactor::default())).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_change_hears_of_it_within_seconds() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    let auth = of_token(Token::File(path.clone()));
    let waits =
        async |seconds| tokio::time::timeout(Duration::from_secs(seconds), auth.changed()).await.is_err();
    assert!(waits(60).await, "a file that is absent all the time");
    write(&path, "one");
    authorized(&auth).await.unwrap();
    assert!(waits(60).await);
    write(&path, "two");
    assert!(!waits(6).await);
    assert!(!waits(6).await, "until it is read");
    authorized(&auth).await.unwrap();
    assert!(waits(60).await);
    fs::remove_file(&path).unwrap();
    assert!(!waits(6).await);
    authorized(&auth).await.unwrap();
    assert!(waits(60).await);
    let (heard, ()) = tokio::join!(waits(30), async {
        tokio::time::sleep(Duration::from_secs(12)).await;
        write(&path, "three");
        // Another request reads it before who waits looks again.
        authorized(&auth).await.unwrap();
    });
    assert!(!heard);
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_file_nothing_changes() {
    let auth = of_token(Token::Value("abc".into()));
    assert!(tokio::time::timeout(Duration::from_hours(24), auth.changed()).await.is_err());
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    let redactor = Redactor::default();
    let network = Network::default();
    write(&path, "X-SF-Token canary-one");
    let file = Access::Token { url: url(OPTIMIZER), token: Token::File(path.clone()) };
    let value = Access::Token { url: url(OPTIMIZER), token: Token::Value("Bearer canary-two".into()) };
    for access in [file, value] {
        let auth = Auth::new(access, &network, redactor.clone());
        let authorized = auth.authorize(&client()).await.unwrap();
        let shown = format!("{auth:?} {authorized:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    for secret in ["canary-one", "X-SF-Token canary-one", "canary-two", "Bearer canary-two"] {
        assert_eq!(redactor.redact(secret), "[REDACTED]");
    }
}
