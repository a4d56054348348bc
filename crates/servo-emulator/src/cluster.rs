//! The nodes that pods run on, and whether they all fit.

use crate::invalid::{Invalid, check};
use crate::rejection::{Reason, Rejection};

/// Nodes with a given capacity; the pods asked for are placed on them first-fit, largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    pools: Vec<NodePool>,
}

/// Nodes of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NodePool {
    /// How many nodes.
    pub nodes: u32,
    /// Cores allocatable on each.
    pub cpu_cores: f64,
    /// GiB allocatable on each.
    pub memory_gib: f64,
    /// Pods that each may run; 110 is what a kubelet allows unless told otherwise.
    pub pods: u32,
}

/// The pods of one component, all alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pods<'a> {
    /// The component's name.
    pub component: &'a str,
    /// How many.
    pub replicas: u32,
    /// Cores requested by each.
    pub cpu_cores: f64,
    /// GiB requested by each.
    pub memory_gib: f64,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    cpu_cores: f64,
    memory_gib: f64,
    pods: u32,
}

/// Sums of decimal fractions miss by this much, and no more.
const ROUNDING: f64 = 1e-9;

impl Cluster {
    /// A cluster of the given pools.
    ///
    /// # Errors
    ///
    /// A pool's number out of range, or more than 10,000 nodes.
    pub fn new(pools: Vec<NodePool>) -> Result<Self, Invalid> {
        let nodes: f64 = pools.iter().map(|pool| f64::from(pool.nodes)).sum();
        check(|| "nodes of the cluster".to_owned(), nodes, 1.0, 1e4, "a number")?;
        for pool in &pools {
            check(|| "cpu_cores of a node".to_owned(), pool.cpu_cores, 0.0, 1e6, "cores")?;
            check(|| "memory_gib of a node".to_owned(), pool.memory_gib, 0.0, 1e6, "GiB")?;
        }
        Ok(Self { pools })
    }

    /// Checks that all pods find a node.
    ///
    /// # Errors
    ///
    /// A rejection as unschedulable, for the first component one of whose pods does not.
    pub fn schedule(&self, pods: &[Pods<'_>]) -> Result<(), Rejection> {
        let mut nodes: Vec<Node> = self.nodes().collect();
        let mut order: Vec<&Pods<'_>> = pods.iter().collect();
        order.sort_by(|a, b| self.size(b).total_cmp(&self.size(a)));
        for group in order {
            let mut left = group.replicas;
            for node in &mut nodes {
                left -= node.take(group, left);
            }
            if left > 0 {
                return Err(unschedulable(group, left, &nodes));
            }
        }
        Ok(())
    }

    fn nodes(&self) -> impl Iterator<Item = Node> {
        self.pools.iter().flat_map(|pool| {
            let node = Node { cpu_cores: pool.cpu_cores, memory_gib: pool.memory_gib, pods: pool.pods };
            std::iter::repeat_n(node, usize::try_from(pool.nodes).unwrap_or(usize::MAX))
        })
    }

    /// The larger of a pod's two shares of what the cluster has in all.
    fn size(&self, pod: &Pods<'_>) -> f64 {
        let total = |of: fn(&NodePool) -> f64| {
            self.pools.iter().map(|pool| f64::from(pool.nodes) * of(pool)).sum::<f64>()
        };
        (pod.cpu_cores / total(|pool| pool.cpu_cores)).max(pod.memory_gib / total(|pool| pool.memory_gib))
    }
}

impl Node {
    /// Places as many of `wanted` as fit, and says how many.
    fn take(&mut self, pod: &Pods<'_>, wanted: u32) -> u32 {
        let taken = wanted
            .min(self.pods)
            .min(fits(self.cpu_cores, pod.cpu_cores))
            .min(fits(self.memory_gib, pod.memory_gib));
        self.cpu_cores -= f64::from(taken) * pod.cpu_cores;
        self.memory_gib -= f64::from(taken) * pod.memory_gib;
        self.pods -= taken;
        taken
    }
}

/// How many pieces fit; a float that is too large for the integer, or infinite, saturates.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is meant"
)]
fn fits(free: f64, piece: f64) -> u32 {
    if piece <= 0.0 { u32::MAX } else { (free / piece + ROUNDING).floor() as u32 }
}

fn unschedulable(pod: &Pods<'_>, left: u32, nodes: &[Node]) -> Rejection {
    let short = |lacks: fn(&Node, &Pods<'_>) -> bool| nodes.iter().filter(|node| lacks(node, pod)).count();
    let reasons: Vec<String> = [
        (short(|node, pod| fits(node.cpu_cores, pod.cpu_cores) == 0), "Insufficient cpu"),
        (short(|node, pod| fits(node.memory_gib, pod.memory_gib) == 0), "Insufficient memory"),
        (short(|node, _| node.pods == 0), "Too many pods"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, reason)| format!("{count} {reason}"))
    .collect();
    let Pods { component, replicas, cpu_cores, memory_gib } = pod;
    let message = format!(
        "{left} pod(s) could not be scheduled for {component}: {replicas} x (cpu={cpu_cores}, mem={memory_gib}GiB) cannot \
         be scheduled due to \"0/{} nodes are available: {}.\"",
        nodes.len(),
        reasons.join(", ")
    );
    Rejection { reason: Reason::Unschedulable, message }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cluster(nodes: u32, cpu_cores: f64, memory_gib: f64) -> Cluster {
        Cluster::new(vec![NodePool { nodes, cpu_cores, memory_gib, pods: 110 }]).expect("a valid pool")
    }

    fn pods(replicas: u32, cpu_cores: f64, memory_gib: f64) -> Pods<'static> {
        Pods { component: "web", replicas, cpu_cores, memory_gib }
    }

    #[test]
    fn pods_that_fill_the_nodes_exactly_fit() {
        assert!(cluster(3, 4.0, 16.0).schedule(&[pods(120, 0.1, 0.4)]).is_ok());
        assert!(cluster(3, 4.0, 16.0).schedule(&[pods(121, 0.1, 0.4)]).is_err());
    }

    #[test]
    fn the_message_is_the_schedulers() {
        let rejection =
            cluster(3, 4.0, 16.0).schedule(&[pods(1, 9.0, 1.0)]).expect_err("nine cores on nodes of four");
        assert_eq!(rejection.reason, Reason::Unschedulable);
        assert_eq!(
            rejection.message,
            "1 pod(s) could not be scheduled for web: 1 x (cpu=9, mem=1GiB) cannot be scheduled due to \
             \"0/3 nodes are available: 3 Insufficient cpu.\""
        );
    }

    #[test]
    fn the_largest_pods_are_placed_first() {
        // In the order given, the small ones would block a node of each size.
        let large = Pods { component: "db", ..pods(2, 4.0, 4.0) };
        assert!(cluster(3, 4.0, 16.0).schedule(&[pods(4, 1.0, 1.0), large]).is_ok());
    }

    #[test]
    fn a_full_kubelet_takes_no_more_pods() {
        let rejection = cluster(1, 1e3, 1e3).schedule(&[pods(111, 0.1, 0.1)]).expect_err("110 at most");
        assert!(rejection.message.contains("1 Too many pods"), "{}", rejection.message);
    }

    proptest! {
        #[test]
        fn any_numbers_give_an_answer(replicas in any::<u32>(), cpu in any::<f64>(), memory in any::<f64>()) {
            let _ = cluster(3, 4.0, 16.0).schedule(&[pods(replicas, cpu, memory), pods(3, 1.0, 1.0)]);
        }
    }
}
