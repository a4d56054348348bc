//! Where it is written how a cluster is reached: a kubeconfig, or the account of the pod that Servo runs in.

use std::path::{Path, PathBuf};

use servo_core::{Error, Result};

use crate::{Access, Surroundings};

/// Where it is written how a cluster is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// In kubeconfig files, which count as one; the first that says something is right.
    Kubeconfig {
        /// The files.
        files: Vec<PathBuf>,
        /// The context in them; the current one if left out.
        context: Option<String>,
        /// Whether the operator wrote the file in the configuration.
        is_configured: bool,
    },
    /// In the account of the pod that Servo runs in.
    Pod {
        /// The address of the API server.
        host: String,
        /// Its port.
        port: u16,
    },
}

/// Finds out where it is written, from the configuration and the environment.
///
/// # Errors
///
/// Class configuration: nowhere.
pub(super) fn of(access: &Access, surroundings: &Surroundings) -> Result<Origin> {
    let variable = |name: &str| surroundings.variable(name);
    found(access, &|path| surroundings.resolve(path), &variable, &Path::is_file)
}

/// Decides where it is written.
fn found(
    access: &Access,
    resolve: &dyn Fn(&Path) -> PathBuf,
    variable: &dyn Fn(&str) -> Option<String>,
    is_file: &dyn Fn(&Path) -> bool,
) -> Result<Origin> {
    let context = access.context.clone();
    if let Some(path) = &access.kubeconfig {
        return Ok(Origin::Kubeconfig { files: vec![resolve(path)], context, is_configured: true });
    }
    let listed = variable("KUBECONFIG").unwrap_or_default();
    let files: Vec<PathBuf> = listed.split(':').filter(|it| !it.is_empty()).map(PathBuf::from).collect();
    if !files.is_empty() {
        return Ok(Origin::Kubeconfig { files, context, is_configured: false });
    }
    let usual = variable("HOME").map(|home| Path::new(&home).join(".kube").join("config"));
    if let Some(usual) = usual.filter(|usual| is_file(usual)) {
        return Ok(Origin::Kubeconfig { files: vec![usual], context, is_configured: false });
    }
    let pod = variable("KUBERNETES_SERVICE_HOST").zip(variable("KUBERNETES_SERVICE_PORT"));
    let pod = pod.and_then(|(host, port)| Some((host, port.parse().ok()?)));
    match (pod, context) {
        (Some((host, port)), None) => Ok(Origin::Pod { host, port }),
        (Some(_), Some(context)) => {
            let message = format!("there is no kubeconfig that could have a context `{context}`");
            Err(Error::configuration(message)
                .at("context")
                .with_help("remove `context` to use the account of the pod, or write `kubeconfig:`"))
        }
        (None, _) => {
            let message = "unable to configure Kubernetes client: no kubeconfig file nor in-cluster environment \
                           variables found";
            Err(Error::configuration(message)
                .with_help("write `kubeconfig:`, set KUBECONFIG, or run Servo in the cluster"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(access: &Access, variables: &[(&str, &str)], files: &[&str]) -> Result<Origin> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let resolve = |path: &Path| Path::new("/etc/servo").join(path);
        found(access, &resolve, &variable, &|path| files.iter().any(|file| Path::new(file) == path))
    }

    fn kubeconfig(files: &[&str], context: Option<&str>, is_configured: bool) -> Origin {
        let files = files.iter().map(PathBuf::from).collect();
        Origin::Kubeconfig { files, context: context.map(str::to_owned), is_configured }
    }

    const POD: [(&str, &str); 2] =
        [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "443")];

    #[test]
    fn what_is_configured_comes_first_and_starts_at_the_configuration() {
        let access = Access { kubeconfig: Some("east.yaml".into()), context: Some("admin".to_owned()) };
        let found = origin(&access, &[("KUBECONFIG", "/a")], &[]).expect("an origin");
        assert_eq!(found, kubeconfig(&["/etc/servo/east.yaml"], Some("admin"), true));
    }

    #[test]
    fn then_all_files_of_the_environment_then_the_usual_one_then_the_pod() {
        let home = ("HOME", "/root");
        let usual = ["/root/.kube/config"];
        let listed = origin(&Access::default(), &[("KUBECONFIG", ":/a:b:"), home], &usual);
        assert_eq!(listed.expect("an origin"), kubeconfig(&["/a", "b"], None, false));
        let usual_one = origin(&Access::default(), &[home, POD[0], POD[1]], &usual);
        assert_eq!(usual_one.expect("an origin"), kubeconfig(&usual, None, false));
        let pod = origin(&Access::default(), &[home, POD[0], POD[1]], &[]);
        assert_eq!(pod.expect("an origin"), Origin::Pod { host: "10.0.0.1".to_owned(), port: 443 });
    }

    #[test]
    fn nowhere_is_told_in_the_words_of_servox() {
        let error = origin(&Access::default(), &[("HOME", "/root"), POD[0]], &[]).expect_err("nowhere");
        assert!(error.message().starts_with("unable to configure Kubernetes client: no kubeconfig file nor"));
        let access = Access { context: Some("east".to_owned()), ..Access::default() };
        let error = origin(&access, &POD, &[]).expect_err("no context in a pod");
        assert_eq!(error.key(), Some("context"));
    }
}
