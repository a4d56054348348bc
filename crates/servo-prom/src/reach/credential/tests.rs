//! Credentials from files: what is read, and what is refused without showing it.

use std::fs;

use super::*;

const CANARY: &str = "canary-5f2c9e71";

fn of(path: &Path) -> Credential {
    let reach = Reach { bearer_token_file: Some(path.to_owned()), ..Reach::default() };
    Credential::of(&reach, Path::new("")).unwrap()
}

async fn refusal(content: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content).unwrap();
    let error = of(file.path()).header(&Redactor::default()).await.unwrap_err();
    assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
    assert_eq!(error.key(), Some("bearer_token_file"));
    let name = file.path().display().to_string();
    error.message().strip_prefix(&name).unwrap().trim().to_owned()
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_a_token_is_refused_with_the_reason() {
    let unfit = "cannot be used: the token has a character that no header can carry, such as a line break";
    for (content, reason) in [
        (b" \n".as_slice(), "is empty"),
        (b"canary-5f2c9e71\xff", "is not text in UTF-8"),
        (b"canary-5f2c9e71\nsecond line", unfit),
        (&vec![b'a'; 64 * 1024 + 1], "is larger than 64 KiB"),
        (b"Bearer  ", "cannot be used: the token is empty"),
    ] {
        assert_eq!(refusal(content).await, reason);
    }
    let folder = tempfile::tempdir().unwrap();
    let error = of(folder.path()).header(&Redactor::default()).await.unwrap_err();
    assert!(error.message().ends_with("is not a regular file"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn every_token_that_a_file_held_is_known_to_the_redactor() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (credential, redactor) = (of(file.path()), Redactor::default());
    for token in ["first-token", "second-token"] {
        fs::write(file.path(), format!("{token}\n")).unwrap();
        let header = credential.header(&redactor).await.unwrap();
        assert!(header.is_sensitive());
        assert_eq!(header.to_str().unwrap(), format!("Bearer {token}"));
        tokio::time::sleep(FRESH).await;
    }
    assert_eq!(redactor.redact("first-token second-token"), "[REDACTED] [REDACTED]");
}
