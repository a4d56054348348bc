//! Metrics that objectives are often about, ready to be pasted: `servo generate prometheus --preset NAME`.
//!
//! Requests are counted and timed by what is in front of the application or by the application itself; containers by the
//! kubelet's cAdvisor and by kube-state-metrics. The names of series are those that each of them documents.

use servo_core::connector::Preset;

/// All of them.
pub(crate) const ALL: &[Preset] = &[
    Preset {
        name: "envoy",
        description: "Latency, errors and throughput of requests through Envoy to a cluster",
        section: include_str!("presets/envoy.yaml"),
    },
    Preset {
        name: "ingress-nginx",
        description: "Latency, errors and throughput of requests through the NGINX Ingress Controller",
        section: include_str!("presets/ingress-nginx.yaml"),
    },
    Preset {
        name: "istio",
        description: "Latency, errors and throughput of requests to a workload in an Istio mesh",
        section: include_str!("presets/istio.yaml"),
    },
    Preset {
        name: "otel-http",
        description: "Latency, errors and throughput of an HTTP server that OpenTelemetry instruments",
        section: include_str!("presets/otel-http.yaml"),
    },
    Preset {
        name: "cpu-throttling",
        description: "How often containers were stopped by their CPU limit",
        section: include_str!("presets/cpu-throttling.yaml"),
    },
    Preset {
        name: "oom-kills",
        description: "Containers that were killed for want of memory",
        section: include_str!("presets/oom-kills.yaml"),
    },
    Preset {
        name: "memory",
        description: "The working set of containers, also against their limit",
        section: include_str!("presets/memory.yaml"),
    },
    Preset {
        name: "jvm-micrometer",
        description: "The heap that is left in use after garbage collection, as Micrometer (Spring Boot) tells it",
        section: include_str!("presets/jvm-micrometer.yaml"),
    },
    Preset {
        name: "jvm-otel",
        description: "The heap that is left in use after garbage collection, as OpenTelemetry tells it",
        section: include_str!("presets/jvm-otel.yaml"),
    },
];

#[cfg(test)]
mod tests;
