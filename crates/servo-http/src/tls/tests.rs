//! What is refused before anything is connected. What servers are accepted is in `tests/tls`.

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};

use super::{Identity, Tls, TlsError, Trust, configuration};

fn own() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn bundle(pem: impl Into<Vec<u8>>) -> Tls {
    Tls { trust: Trust::Bundle(pem.into()), identity: None }
}

fn identity(chain: &str, key: &str) -> Tls {
    let identity = Identity { chain: chain.into(), key: key.into() };
    Tls { trust: Trust::Anyone, identity: Some(identity) }
}

fn refusal(tls: &Tls) -> String {
    configuration(tls).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn every_kind_of_trust_makes_a_configuration() {
    for tls in [Tls::default(), bundle(own().cert.pem()), Tls { trust: Trust::Anyone, identity: None }] {
        let configuration = configuration(&tls).unwrap();
        assert!(configuration.alpn_protocols.is_empty(), "the connector chooses what is negotiated");
    }
}

#[test]
fn a_bundle_needs_certificates() {
    let key = own().signing_key.serialize_pem();
    for (pem, expected) in [
        ("", "holds no certificate"),
        ("not a certificate", "holds no certificate"),
        (key.as_str(), "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n", "is not valid PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA", "is not valid PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 is not an X.509"),
    ] {
        let refusal = refusal(&bundle(pem));
        assert!(refusal.starts_with("the bundle of authorities ") && refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn a_bundle_is_used_whole_or_not_at_all() {
    let pem = format!("{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", own().cert.pem());
    assert!(refusal(&bundle(pem)).contains("certificate 2"));
}

#[test]
fn an_identity_is_a_certificate_with_its_key() {
    let own = own();
    let (chain, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    assert!(configuration(&identity(&chain, &key)).is_ok());
    assert!(configuration(&identity(&format!("{key}{chain}"), &format!("{chain}{key}"))).is_ok());
}

#[test]
fn an_identity_that_is_incomplete_or_does_not_fit_is_refused() {
    let own = own();
    let (chain, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let other = KeyPair::generate().unwrap().serialize_pem();
    let encrypted = key.replace("PRIVATE", "ENCRYPTED PRIVATE");
    let broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (chain, key, expected) in [
        ("", key.as_str(), "holds no certificate"),
        (key.as_str(), key.as_str(), "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA", key.as_str(), "is not valid PEM"),
        (chain.as_str(), "", "has no key"),
        (chain.as_str(), chain.as_str(), "has no key"),
        (chain.as_str(), encrypted.as_str(), "has no key"),
        (chain.as_str(), other.as_str(), "does not fit its key"),
        (chain.as_str(), broken, "has a key that cannot be used"),
    ] {
        let refusal = refusal(&identity(chain, key));
        assert!(refusal.starts_with("the client certificate ") && refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn no_part_of_a_key_is_shown() {
    let canary = "Q0FOQVJZ";
    let pem = format!("-----BEGIN PRIVATE {canary}\n{canary}\n-----END");
    let tls = Tls {
        trust: Trust::Bundle(pem.clone().into()),
        identity: Some(Identity { chain: pem.clone().into(), key: pem.clone().into() }),
    };
    let chain = own().cert.pem();
    let errors: Vec<TlsError> = [bundle(pem.clone()), identity(&pem, &pem), identity(&chain, &pem)]
        .iter()
        .map(|tls| configuration(tls).map(|_| ()).unwrap_err())
        .collect();
    let shown = format!("{tls:?} {errors:?}");
    assert!(!shown.contains(canary) && !shown.contains(&format!("{:?}", canary.as_bytes())), "{shown}");
    assert!(!shown.contains("81, 48, 70"), "{shown}");
}
