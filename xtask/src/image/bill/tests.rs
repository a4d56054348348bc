//! The list, of a workspace that is made up for the purpose.

use super::*;

const LOCK: &str = "\
version = 4

[[package]]
name = \"ring\"
version = \"0.17.14\"
source = \"registry+https://github.com/rust-lang/crates.io-index\"
checksum = \"aa11\"
dependencies = [
 \"untrusted\",
]

[[package]]
name = \"servo-bin\"
version = \"0.1.0\"
dependencies = [
 \"ring\",
]

[[package]]
name = \"toml\"
version = \"1.1.3+spec-1.1.0\"
checksum = \"bb22\"
";

fn graph() -> Graph {
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let metadata = json!({
        "packages": [
            {"id": "b", "name": "servo-bin", "version": "0.1.0", "source": null, "license": "Apache-2.0"},
            {"id": "r", "name": "ring", "version": "0.17.14", "source": registry, "license": "Apache-2.0 AND ISC"},
            {"id": "t", "name": "toml", "version": "1.1.3+spec-1.1.0", "source": registry, "license": "MIT/Apache-2.0"},
            {"id": "i", "name": "insta", "version": "1.49.0", "source": registry, "license": "Apache-2.0"},
        ],
        "resolve": {"nodes": [
            {"id": "b", "deps": [
                {"pkg": "t", "dep_kinds": [{"kind": "build"}]},
                {"pkg": "r", "dep_kinds": [{"kind": null}]},
                {"pkg": "i", "dep_kinds": [{"kind": "dev"}]},
            ]},
            {"id": "r", "deps": [{"pkg": "t", "dep_kinds": [{"kind": null}]}]},
            {"id": "t", "deps": []},
        ]},
    });
    let linked = [("ring", "0.17.14"), ("servo-bin", "0.1.0"), ("toml", "1.1.3+spec-1.1.0")];
    Graph {
        package: "servo-bin".to_owned(),
        version: "0.1.0".to_owned(),
        licence: "Apache-2.0".to_owned(),
        repository: String::new(),
        linked: linked.map(|(name, version)| (name.to_owned(), version.to_owned())).to_vec(),
        metadata,
        lock: LOCK.to_owned(),
        rust: "1.95.0".to_owned(),
        c: "glibc 2.36".to_owned(),
    }
}

fn list() -> Value {
    let contents = Contents { files: Vec::new(), certificates: Some("cc33".to_owned()) };
    of("servo", &graph(), &contents, "sha256:dd44").0
}

#[test]
fn what_is_linked_is_in_it_and_what_serves_tests_is_not() {
    let list = list();
    let names: Vec<&str> =
        list["components"].as_array().unwrap().iter().map(|one| text(one, "name")).collect();
    assert_eq!(names, ["servo-bin", "ring", "toml", "glibc", "rust-std", CERTIFICATES]);
    assert_eq!(list["metadata"]["component"]["hashes"][0]["content"], "dd44");
}

#[test]
fn a_crate_of_a_registry_is_found_by_its_address_and_its_checksum() {
    let list = list();
    assert_eq!(
        list["components"][2],
        json!({
            "type": "library",
            "bom-ref": "pkg:cargo/toml@1.1.3%2Bspec-1.1.0",
            "name": "toml",
            "version": "1.1.3+spec-1.1.0",
            "purl": "pkg:cargo/toml@1.1.3%2Bspec-1.1.0",
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
            "hashes": [{"alg": "SHA-256", "content": "bb22"}],
        })
    );
    assert_eq!(list["components"][0].get("purl"), None, "a crate of this repository is in no registry");
}

#[test]
fn arrows_lead_from_the_image_to_all_that_is_in_it() {
    let expected = json!([
        {"ref": "servo", "dependsOn": ["servo-bin@0.1.0", "c-library", "rust-library", "certificates"]},
        {"ref": "servo-bin@0.1.0", "dependsOn": ["pkg:cargo/ring@0.17.14"]},
        {"ref": "pkg:cargo/ring@0.17.14", "dependsOn": ["pkg:cargo/toml@1.1.3%2Bspec-1.1.0"]},
        {"ref": "pkg:cargo/toml@1.1.3%2Bspec-1.1.0", "dependsOn": []},
    ]);
    assert_eq!(list()["dependencies"], expected);
}

#[test]
fn checksums_are_those_of_the_package_and_not_of_the_next() {
    let found = checksums(LOCK);
    assert_eq!(found.len(), 2);
    assert_eq!(found[&("ring", "0.17.14")], "aa11");
}
