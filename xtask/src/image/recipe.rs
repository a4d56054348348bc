//! Which images there are, and what each of them is.

use crate::failure::Failure;

/// An image of one program.
pub(super) struct Recipe {
    /// What it is called here, and the name of its user.
    pub(super) name: &'static str,
    /// What it is, in words.
    pub(super) title: &'static str,
    /// The crate of its program.
    pub(super) package: &'static str,
    /// The program, as cargo calls it.
    pub(super) program: &'static str,
    /// Where the program is in the image, which is what it runs.
    pub(super) entrypoint: &'static str,
    /// The folder that it runs in, which is the user's.
    pub(super) folder: &'static str,
    /// What is in its environment.
    pub(super) environment: &'static [&'static str],
    /// Whether it asks other machines who they are.
    pub(super) certificates: bool,
}

/// As whom they run, in numbers, since only by those a cluster can tell that it is not root.
pub(super) const USER: &str = "65532:65532";

/// Where certificates of authorities are in an image: where they are looked for in Debian.
pub(super) const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The one that is meant where none is named.
pub(super) const DEFAULT: &str = "servo";

const RECIPES: &[Recipe] = &[
    Recipe {
        name: DEFAULT,
        title: "Servo",
        package: "servo-bin",
        program: "servo",
        entrypoint: "/servo",
        // A volume is mounted there: the root of a container is better not written to.
        folder: "/var/lib/servo",
        environment: &["PATH=/", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
        certificates: true,
    },
    Recipe {
        name: "webapp",
        title: "A web service to be optimized",
        package: "local-web",
        program: "local-web",
        entrypoint: "/local-web",
        folder: "/var/lib/webapp",
        environment: &["PATH=/"],
        certificates: false,
    },
];

impl Recipe {
    /// Its name with a tag.
    pub(super) fn image(&self, version: &str) -> String {
        format!("localhost/{}:{version}", self.name)
    }
}

/// Finds an image by its name.
pub(super) fn named(name: &str) -> Option<&'static Recipe> {
    RECIPES.iter().find(|recipe| recipe.name == name)
}

/// Says which there are.
pub(super) fn unknown(name: &str) -> Failure {
    let lines: Vec<String> =
        RECIPES.iter().map(|recipe| format!("  {:<8} {}", recipe.name, recipe.title)).collect();
    Failure::usage(format!("no image is called `{name}`; there are\n{}", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_others_who_they_are_is_told_where_the_certificates_are() {
        for recipe in RECIPES {
            let told = recipe.environment.contains(&format!("SSL_CERT_FILE={CERTIFICATES}").as_str());
            assert_eq!(told, recipe.certificates, "{}", recipe.name);
        }
    }
}
