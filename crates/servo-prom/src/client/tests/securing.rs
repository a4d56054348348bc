//! Certificates on both sides, and secrets that nobody sees.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use secrecy::SecretString;
use servo_http::outlet::Verify;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::reach::{BasicAuth, Tls};

const SECURE: &str = "https://prometheus:9090";

/// An authority, and a folder with its files.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "the tests' authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// Issues a certificate.
    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// Writes the certificate of a client.
    fn write_client(&self) {
        let (certificate, key) = self.issue("client");
        fs::write(self.folder.path().join("client.pem"), certificate.pem()).unwrap();
        fs::write(self.folder.path().join("client.key"), key.serialize_pem()).unwrap();
    }

    /// Makes the configuration of the server, which wants to know its clients or does not.
    fn server(&self, asks: bool) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = if asks {
            let mut roots = RootCertStore::empty();
            roots.add(self.issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let (certificate, key) = self.issue("prometheus");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        builder.with_single_cert(vec![certificate.der().clone()], key).unwrap()
    }

    /// Lends the network, with relative paths in the folder.
    fn outlet(&self, server: &Arc<Server>) -> Outlet {
        Outlet { base: self.folder.path().to_owned(), ..outlet(server) }
    }

    fn client(&self, tls: Tls, server: &Arc<Server>) -> Client {
        let reach = Reach { tls: Some(tls), ..reach(SECURE) };
        Client::new(&reach, Arc::new(self.outlet(server))).unwrap()
    }
}

fn ca() -> Tls {
    Tls { ca_file: Some("ca.pem".into()), ..Tls::default() }
}

fn known() -> Tls {
    Tls { certificate: Some("client.pem".into()), key: Some("client.key".into()), ..ca() }
}

fn secure(authority: &Authority, asks: bool) -> Arc<Server> {
    let server = Server::of([Reply::json(200, EMPTY)]);
    server.speak_tls(authority.server(asks));
    server
}

#[tokio::test(start_paused = true)]
async fn an_own_authority_is_trusted_above_that_of_settings() {
    let authority = Authority::new();
    let server = secure(&authority, false);
    ask(&authority.client(ca(), &server)).await.unwrap();
    // The file of `settings` is not there, and is not needed.
    let outlet = Outlet { verify: Verify::Bundle("absent".into()), ..authority.outlet(&server) };
    let reach = |tls| Reach { tls, ..reach(SECURE) };
    ask(&Client::new(&reach(Some(ca())), Arc::new(outlet.clone())).unwrap()).await.unwrap();
    let client = Client::new(&reach(None), Arc::new(outlet)).unwrap();
    assert_eq!(ask(&client).await.unwrap_err().key(), Some("settings.ssl_verify"));
    let outlet = Outlet { verify: Verify::Bundle("ca.pem".into()), ..authority.outlet(&server) };
    ask(&Client::new(&reach(None), Arc::new(outlet)).unwrap()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn whom_nobody_vouches_for_is_refused_unless_nothing_is_verified() {
    let authority = Authority::new();
    let server = secure(&authority, false);
    let error = ask(&authority.client(Tls::default(), &server)).await.unwrap_err();
    assert_eq!(error.class(), Class::Connection);
    assert!(error.help().is_some_and(|help| help.contains("tls.ca_file")), "{error:?}");
    assert_eq!((server.dialled(), server.seen().len()), (1, 0), "another try does not help");
    let anybody = Tls { insecure_skip_verify: true, ..Tls::default() };
    ask(&authority.client(anybody, &server)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_is_shown_a_certificate() {
    let authority = Authority::new();
    authority.write_client();
    let server = secure(&authority, true);
    assert!(ask(&authority.client(ca(), &server)).await.is_err());
    ask(&authority.client(known(), &server)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn files_that_were_renewed_are_read_again_once_the_old_ones_fail() {
    let (old, new) = (Authority::new(), Authority::new());
    let server = secure(&old, false);
    let client = old.client(ca(), &server);
    ask(&client).await.unwrap();
    server.speak_tls(new.server(false));
    fs::write(old.folder.path().join("ca.pem"), new.issuer.pem()).unwrap();
    // The connection that is there goes on.
    ask(&client).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    assert!(ask(&client).await.is_err());
    ask(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn files_that_cannot_be_used_are_named_with_their_keys() {
    let authority = Authority::new();
    authority.write_client();
    let folder = authority.folder.path();
    fs::write(folder.join("garbage.pem"), CANARY).unwrap();
    let server = secure(&authority, true);
    let path = |name: &str| Some(Path::new(name).to_owned());
    for (tls, key) in [
        (Tls { ca_file: path("absent"), ..Tls::default() }, "tls.ca_file"),
        (Tls { ca_file: path("garbage.pem"), ..Tls::default() }, "tls.ca_file"),
        (Tls { certificate: path("absent"), ..known() }, "tls.certificate"),
        (Tls { certificate: path("garbage.pem"), ..known() }, "tls.certificate"),
        (Tls { key: path("absent"), ..known() }, "tls.key"),
        (Tls { key: path("garbage.pem"), ..known() }, "tls.certificate"),
    ] {
        let error = ask(&authority.client(tls, &server)).await.unwrap_err();
        assert_eq!((error.class(), error.key()), (Class::Configuration, Some(key)));
        assert!(!format!("{error:?}").contains(CANARY));
    }
    assert_eq!(server.dialled(), 0);
}

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn secrets_are_in_no_error_no_trace_and_no_debug() {
    let log = Log::default();
    let subscriber = || {
        let fmt = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
        fmt.with_writer(log.clone()).finish()
    };
    let _guard = tracing::subscriber::set_default(subscriber());
    // With one alone, whichever test comes to a line first says for all of them whether it is logged.
    let _second = tracing::Dispatch::new(subscriber());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, CANARY).unwrap();
    let basic =
        |password, password_file| Some(BasicAuth { username: "user".to_owned(), password, password_file });
    let canary = || Some(SecretString::from(CANARY));
    let headers = [("X-Api-Key".to_owned(), SecretString::from(CANARY))].into();
    let other = [("X-Anything".to_owned(), SecretString::from("shown-nowhere"))].into();
    for reach in [
        Reach { bearer_token: canary(), ..reach(URL) },
        Reach { bearer_token_file: Some(path.clone()), ..reach(URL) },
        Reach { basic_auth: basic(canary(), None), ..reach(URL) },
        Reach { basic_auth: basic(None, Some(path.clone())), ..reach(URL) },
        Reach { headers, ..reach(URL) },
        Reach { headers: other, ..reach(URL) },
    ] {
        // The server says again what it was told.
        let server = Server::new(|seen| {
            let told = |name: &str| seen.headers.get(name).cloned().unwrap_or_default();
            let said = format!("{} {}", told("authorization"), told("x-api-key"));
            let body = format!(r#"{{"status":"error","errorType":"execution","error":"{said}"}}"#);
            match seen.form.get("query").map(String::as_str) {
                Some("page") => Reply::page(500, &said),
                _ => Reply::json(422, &body),
            }
        });
        let client = Client::new(&reach, Arc::new(outlet(&server))).unwrap();
        let mut shown = vec![format!("{client:?} {reach:?}")];
        for query in ["up", "page"] {
            let error = client.query(query, at(0)).await.unwrap_err();
            shown.push(format!("{error:?} {}", error.chain()));
        }
        let shown = shown.join("\n");
        assert!(server.seen().iter().all(|seen| !seen.headers.is_empty()));
        for secret in [CANARY, "Y2FuYXJ5", "shown-nowhere"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("curl") && log.contains("api/v1/query"), "{log}");
    for secret in [CANARY, "Y2FuYXJ5", "shown-nowhere"] {
        assert!(!log.contains(secret), "{log}");
    }
}
