//! Which versions of TLS are spoken.

use rustls::version::{TLS12, TLS13};

use crate::authority::Authority;
use crate::server::Server;
use crate::{bundle, get};

#[tokio::test]
async fn servers_of_version_1_2_and_of_version_1_3_are_spoken_to() {
    let authority = Authority::new();
    let issued = authority.issue("localhost");
    for versions in [&[&TLS12][..], &[&TLS13], &[&TLS12, &TLS13]] {
        let server = Server::start(Some(issued.server(versions))).await;
        let response = get(&server, bundle(authority.pem())).await.unwrap();
        assert_eq!(response.status, 200, "{versions:?}");
        assert!(server.heads().concat().starts_with("GET / HTTP/1.1\r\n"));
    }
}
