//! The addresses of a cluster. They mean nothing outside its network namespace, so every cluster has the same.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

/// The node and everything of the control plane.
pub const NODE: Ipv4Addr = Ipv4Addr::new(10, 250, 0, 1);
/// The name of the node that really runs containers.
pub const NODE_NAME: &str = "node1";
/// Where Services are.
pub(crate) const SERVICES: &str = "10.96.0.0/16";
/// The Service `kubernetes`.
pub(crate) const KUBERNETES: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 1);
/// Where pods are.
pub(crate) const PODS: &str = "10.244.0.0/16";
/// Where those of the real node are.
pub(crate) const NODE_PODS: &str = "10.244.0.0/24";

const fn on_node(port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(NODE, port))
}

/// The API server.
pub const API: SocketAddr = on_node(6443);
/// etcd, for the API server alone.
pub(crate) const ETCD: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 2379));
/// The kubelet.
pub const KUBELET: SocketAddr = on_node(10250);
/// metrics-server.
pub(crate) const METRICS_SERVER: SocketAddr = on_node(4443);
/// Prometheus, where a cluster has one.
pub const PROMETHEUS: SocketAddr = on_node(9090);
