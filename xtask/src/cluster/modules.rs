//! What the test cluster has of Go modules.

use crate::servers::modules::{Files, Module, Place, Stamp};

/// Kubernetes, and what runs in it. Each with a `go.mod` of its own: one build has one version of each module, and that
/// of one would move what the others were released with.
pub(super) const MODULES: &[Module] = &[
    Module {
        name: "kubernetes",
        packages: &[
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "k8s.io/kubernetes/cmd/kube-controller-manager",
            "k8s.io/kubernetes/cmd/kube-scheduler",
            "k8s.io/kubernetes/cmd/kubelet",
            "k8s.io/kubernetes/cmd/kube-proxy",
            "k8s.io/kubernetes/cmd/kubectl",
        ],
        tags: "",
        place: Place::Folder,
        // Otherwise the server calls itself v0.0.0, and clients go by its version.
        stamp: Some(Stamp {
            module: "k8s.io/kubernetes",
            variables: &[
                "k8s.io/component-base/version.gitVersion={version}",
                "k8s.io/component-base/version.gitMajor={major}",
                "k8s.io/component-base/version.gitMinor={minor}",
            ],
        }),
        files: None,
    },
    Module {
        name: "metrics-server",
        packages: &["sigs.k8s.io/metrics-server/cmd/metrics-server"],
        tags: "",
        place: Place::Folder,
        stamp: Some(Stamp {
            module: "sigs.k8s.io/metrics-server",
            variables: &["k8s.io/client-go/pkg/version.gitVersion={version}"],
        }),
        files: None,
    },
];

/// The controller of Argo Rollouts, with the definitions of its resources. It takes as long as all else but Kubernetes, so
/// it is built for whoever asks for it.
pub(super) const ARGO_ROLLOUTS: Module = Module {
    name: "argo-rollouts",
    packages: &["github.com/argoproj/argo-rollouts/cmd/rollouts-controller"],
    tags: "",
    place: Place::Folder,
    stamp: Some(Stamp {
        module: "github.com/argoproj/argo-rollouts",
        // It takes a tag for its version only where it is told of a commit as well.
        variables: &[
            "github.com/argoproj/argo-rollouts/utils/version.gitTag={version}",
            "github.com/argoproj/argo-rollouts/utils/version.gitCommit={version}",
            "github.com/argoproj/argo-rollouts/utils/version.gitTreeState=clean",
        ],
    }),
    files: Some(Files {
        module: "github.com/argoproj/argo-rollouts",
        folder: "manifests/crds",
        name: "crds",
    }),
};
