//! Which names are those of secrets.

/// A name with one of these anywhere in it is that of a secret.
const ANYWHERE: [&str; 6] = ["token", "secret", "passw", "passphrase", "credential", "authorization"];

/// A name with one of these as a word is that of a secret.
const WORDS: [&str; 16] = [
    "accesskey",
    "apikey",
    "apikeys",
    "auth",
    "basicauth",
    "bearer",
    "cookie",
    "cookies",
    "jwt",
    "key",
    "keys",
    "pass",
    "privatekey",
    "pwd",
    "sig",
    "signature",
];

/// A name that ends in one of these says where a secret is, not what it is.
const PLACES: [&str; 2] = ["file", "path"];

/// Returns true where what has this name is a secret: `token`, `client_secret`, `apiKey`, `X-SF-Token`, in any case;
/// `token_file` is none, nor is `monkey`.
pub(super) fn is_secret(name: &str) -> bool {
    // Both ways of cutting, since `APIkey` and `TOKENfile` have no humps where a reader sees words.
    let words: Vec<String> = runs(name).chain(runs(name).flat_map(humps)).map(folded).collect();
    let is_place = words.last().is_some_and(|last| PLACES.contains(&last.as_str()));
    let is_named =
        |word: &String| WORDS.contains(&word.as_str()) || ANYWHERE.iter().any(|part| word.contains(part));
    !is_place && words.iter().any(is_named)
}

/// Returns true where what has this name are environment variables.
pub(super) fn is_environment(name: &str) -> bool {
    ["env", "envs", "environment"].contains(&name.to_lowercase().as_str())
}

/// Returns true where what has this name are proxies.
pub(super) fn is_proxies(name: &str) -> bool {
    ["proxy", "proxies"].contains(&name.to_lowercase().as_str())
}

/// Returns a word without regard to its case; by way of upper case, since `ſ` is an `S` but has no lower case.
fn folded(word: &str) -> String {
    word.to_uppercase().to_lowercase()
}

/// Cuts a name at everything that is no letter.
fn runs(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphabetic()).filter(|run| !run.is_empty())
}

/// Cuts `clientSecret` and `APIKey` into their words.
fn humps(run: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = run.char_indices().collect();
    let is_upper = |at: usize| letters.get(at).is_some_and(|(_, letter)| letter.is_uppercase());
    let mut words = Vec::new();
    let mut begin = 0;
    for (number, &(at, _)) in letters.iter().enumerate().skip(1) {
        let ends_acronym = is_upper(number - 1) && number + 1 < letters.len() && !is_upper(number + 1);
        if is_upper(number) && (!is_upper(number - 1) || ends_acronym) {
            words.push(&run[begin..at]);
            begin = at;
        }
    }
    words.push(&run[begin..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for name in [
            "token",
            "TOKEN",
            "ToKeN",
            "tokens",
            "token2",
            "access_token",
            "client_secret",
            "clientSecret",
            "aPi_KeY",
            "apiKey",
            "APIKey",
            "APIkey",
            "api-key",
            "X-SF-Token",
            "X-Api-Key",
            "password",
            "paſſword",
            "PGPASSWORD",
            "passwd",
            "Authorization",
            "proxy.authorization",
            "key",
            "ssh.key",
            "privateKey",
            "basicAuth",
            "secrets",
            "secretKeyRef",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in [
            "",
            "name",
            "monkey",
            "keyboard",
            "author",
            "compass",
            "token_file",
            "tokenFile",
            "TOKEN_FILE",
            "ssl_verify",
            "optimizer_id",
            "url",
            "ключ",
            "🦀",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
