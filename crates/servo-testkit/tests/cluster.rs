//! The test cluster is a real Kubernetes: what a node does to containers, what the API server answers, and what is left
//! when a cluster ends.

mod cluster {
    mod autoscaling;
    mod ending;
    mod examples;
    mod limits;
    mod manifests;
    mod node;
    mod refusal;
    mod rollout;
    mod talk;
}
