//! What is decided on what was read.

use k8s_openapi::api::core::v1::Service;
use serde_json::{Value, json};
use servo_core::{Class, Error};

use super::plan::{self, Plan};
use super::subject::Subject;
use super::target::{Kind, Target};
use super::{NAME, Port, Sidecar, document, pod};

fn target(typed: &str) -> Target {
    Target::parse(typed, "shop").unwrap()
}

/// A Deployment `web` with these containers.
fn deployment(containers: &Value) -> Subject {
    of(
        "deployment/web",
        "apps/v1",
        &json!({
            "replicas": 1,
            "template": { "metadata": { "labels": { "app": "web", "tier": "front" } }, "spec": { "containers": containers } },
        }),
    )
}

fn of(typed: &str, api: &str, spec: &Value) -> Subject {
    let target = target(typed);
    let object = json!({
        "apiVersion": api, "kind": target.kind.name(), "spec": spec,
        "metadata": { "name": target.name, "namespace": "shop", "resourceVersion": "7", "labels": { "app": "web" } },
    });
    Subject::of(&target, serde_json::from_value(object).unwrap()).unwrap()
}

fn web() -> Subject {
    deployment(&json!([{
        "name": "main", "image": "web:1",
        "ports": [{ "name": "http", "containerPort": 8080, "protocol": "TCP" }, { "name": "dns", "containerPort": 53, "protocol": "UDP" }],
    }]))
}

fn service(kind: &str, selector: &Value, ports: &Value) -> Service {
    let spec = json!({ "type": kind, "selector": selector, "ports": ports, "clusterIP": "10.96.0.9" });
    serde_json::from_value(json!({ "metadata": { "name": "shop" }, "spec": spec })).unwrap()
}

fn usual(ports: &Value) -> Service {
    service("ClusterIP", &json!({ "app": "web" }), ports)
}

fn sidecar(service: bool, port: Option<&str>) -> Sidecar {
    Sidecar {
        service: service.then(|| "shop".to_owned()),
        port: port.map(|port| port.parse::<Port>().unwrap()),
        ..Sidecar::of("envoy:1")
    }
}

fn planned(subject: &Subject, service: Option<&Service>, port: Option<&str>) -> Result<Plan, Error> {
    plan::injected(subject, service, &sidecar(service.is_some(), port))
}

/// What goes wrong, with the help that is given.
fn refused(subject: &Subject, service: Option<&Service>, port: Option<&str>) -> (String, String) {
    let error = planned(subject, service, port).unwrap_err();
    (error.message().to_owned(), error.help().unwrap_or_default().to_owned())
}

#[test]
fn a_target_is_read_as_it_is_typed_for_kubectl() {
    for (typed, kind) in [
        ("deploy/web", Kind::Deployment),
        ("deployment/web", Kind::Deployment),
        ("Deployments/web", Kind::Deployment),
        ("sts/web", Kind::StatefulSet),
        ("statefulset/web", Kind::StatefulSet),
        ("statefulsets/web", Kind::StatefulSet),
        ("pod/web", Kind::Pod),
        ("pods/web", Kind::Pod),
    ] {
        let target = target(typed);
        assert_eq!((target.kind, target.name.as_str(), target.namespace.as_str()), (kind, "web", "shop"));
    }
    for typed in ["web", "rollout/web", "deployment/", "deployment/Web", "deployment/a/b", "/web"] {
        let error = Target::parse(typed, "shop").unwrap_err();
        assert!(
            error.class() == Class::Configuration && error.help().is_some(),
            "{typed}: {}",
            error.chain()
        );
    }
    assert!(Target::parse("deployment/web", "Shop").is_err());
}

#[test]
fn the_port_is_found_through_the_service() {
    let several = json!([
        { "name": "web", "port": 80, "targetPort": "http" },
        { "name": "admin", "port": 81, "targetPort": 9000 },
        { "name": "same", "port": 8082 },
        { "name": "zero", "port": 8083, "targetPort": 0 },
    ]);
    let several = usual(&several);
    for (port, expected) in
        [("web", 8080), ("80", 8080), ("admin", 9000), ("81", 9000), ("same", 8082), ("8083", 8083)]
    {
        assert_eq!(planned(&web(), Some(&several), Some(port)).unwrap().container_port, expected, "{port}");
    }
    let one = usual(&json!([{ "port": 80, "targetPort": "http" }]));
    assert_eq!(planned(&web(), Some(&one), None).unwrap().container_port, 8080, "one port needs no name");
    for kind in ["NodePort", "LoadBalancer"] {
        let service = service(
            kind,
            &json!({ "app": "web" }),
            &json!([{ "port": 80, "nodePort": 30080, "targetPort": 8080 }]),
        );
        assert_eq!(planned(&web(), Some(&service), None).unwrap().container_port, 8080, "{kind}");
    }
}

#[test]
fn the_port_is_found_without_a_service() {
    for (port, expected) in [("http", 8080), ("8080", 8080), ("7000", 7000)] {
        let plan = planned(&web(), None, Some(port)).unwrap();
        assert_eq!((plan.container_port, plan.next), (expected, None), "{port}");
    }
    // A container that begins before the others and stays has ports, too.
    let subject = of(
        "statefulset/web",
        "apps/v1",
        &json!({ "template": { "spec": {
        "containers": [{ "name": "main" }],
        "initContainers": [
            { "name": "stays", "restartPolicy": "Always", "ports": [{ "name": "http", "containerPort": 8081 }] },
            { "name": "ends", "ports": [{ "name": "other", "containerPort": 8082 }] },
        ],
    } } }),
    );
    assert_eq!(planned(&subject, None, Some("http")).unwrap().container_port, 8081);
    assert!(planned(&subject, None, Some("other")).is_err());
}

#[test]
fn what_cannot_be_is_told_with_what_helps() {
    let port = |ports: Value| Some(usual(&ports));
    let several = json!([{ "name": "web", "port": 80 }, { "name": "admin", "port": 81 }]);
    let elsewhere = service("ClusterIP", &json!({ "app": "api", "tier": "front" }), &json!([{ "port": 80 }]));
    let external = service("ExternalName", &json!({}), &json!([]));
    let unselected = service("ClusterIP", &json!({}), &json!([{ "port": 80 }]));
    for (service, typed, message, help) in [
        (None, None, "service or port must be given", "a port of its container"),
        (
            None,
            Some("htpp"),
            "Port 'htpp' could not be resolved to a destination container port",
            "these ports: http",
        ),
        (port(json!([])), None, "Service `shop` does not expose any ports", "leave --service away"),
        (
            port(several.clone()),
            None,
            "Service `shop` exposes multiple ports -- target port must be specified",
            "80 (web), 81 (admin)",
        ),
        (
            port(several.clone()),
            Some("82"),
            "Port '82' does not exist in the Service 'shop'",
            "80 (web), 81 (admin)",
        ),
        (
            port(several),
            Some("nope"),
            "Port 'nope' does not exist in the Service 'shop'",
            "80 (web), 81 (admin)",
        ),
        (
            port(json!([{ "port": 80, "targetPort": "htpp" }])),
            None,
            "Port 'htpp' could not be resolved to a destination container port",
            "these ports: http",
        ),
        (
            port(json!([{ "port": 53, "targetPort": "dns" , "protocol": "UDP" }])),
            None,
            "port 53 of Service `shop` is of UDP",
            "--port",
        ),
        (
            port(json!([{ "port": 80, "targetPort": "dns" }])),
            None,
            "Port 'dns' could not be resolved",
            "these ports: http",
        ),
        (
            port(json!([{ "port": 80, "targetPort": 9980 }])),
            None,
            "port 9980 is the sidecar's own",
            "the port of the application",
        ),
        (None, Some("9901"), "port 9901 is the sidecar's own", "the port of the application"),
        (
            Some(elsewhere),
            None,
            "Service `shop` does not lead to the pods of Deployment `shop/web`: they lack app=api",
            "endpointslices",
        ),
        (
            Some(external),
            None,
            "Service `shop` is a name for something outside",
            "ClusterIP, NodePort or LoadBalancer",
        ),
        (Some(unselected), None, "Service `shop` selects no pods", "--port"),
    ] {
        let (said, helped) = refused(&web(), service.as_ref(), typed);
        assert!(said.starts_with(message), "{said:?} is not {message:?}");
        assert!(helped.contains(help), "{said}: {helped:?} has no {help:?}");
    }
}

#[test]
fn ports_that_others_have_are_a_conflict() {
    for (number, protocol) in [(9980, "TCP"), (9901, "TCP")] {
        let subject = deployment(&json!([
            { "name": "main", "ports": [{ "containerPort": 8080 }] },
            { "name": "other", "ports": [{ "containerPort": number, "protocol": protocol }] },
        ]));
        let (said, _) = refused(&subject, None, Some("8080"));
        let expected = format!(
            "Port conflict: Deployment `shop/web` already exposes port {number} through an existing container, `other`"
        );
        assert_eq!(said, expected);
    }
    let udp = json!([{ "name": "main", "ports": [{ "containerPort": 9980, "protocol": "UDP" }] }]);
    assert!(planned(&deployment(&udp), None, Some("8080")).is_ok(), "that is another port");
}

#[test]
fn the_container_is_the_one_of_the_specification() {
    let plan = planned(&web(), None, Some("8080")).unwrap();
    let expected = json!({
        "name": "opsani-envoy",
        "image": "envoy:1",
        "imagePullPolicy": "IfNotPresent",
        "resources": {
            "requests": { "cpu": "125m", "memory": "128Mi" },
            "limits": { "cpu": "250m", "memory": "256Mi" },
        },
        "env": [
            { "name": "OPSANI_ENVOY_PROXY_SERVICE_PORT", "value": "9980" },
            { "name": "OPSANI_ENVOY_PROXIED_CONTAINER_PORT", "value": "8080" },
            { "name": "OPSANI_ENVOY_PROXY_METRICS_PORT", "value": "9901" },
        ],
        "ports": [
            { "name": "opsani-proxy", "containerPort": 9980, "protocol": "TCP" },
            { "name": "opsani-metrics", "containerPort": 9901, "protocol": "TCP" },
        ],
        "readinessProbe": { "tcpSocket": { "port": 9980 }, "periodSeconds": 2 },
    });
    assert_eq!(plan.container, Some(expected));
}

#[test]
fn a_restricted_pod_stays_so() {
    let own = json!({ "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] }, "readOnlyRootFilesystem": true });
    let of_pod = json!({ "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } });
    let context = |own: &Value, of_pod: &Value| {
        let spec = json!({ "template": { "spec": {
            "securityContext": of_pod, "containers": [{ "name": "main", "securityContext": own }],
        } } });
        let plan = planned(&of("deployment/web", "apps/v1", &spec), None, Some("80")).unwrap();
        plan.container.unwrap()["securityContext"].clone()
    };
    let restricted = json!({
        "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] }, "runAsNonRoot": true,
        "seccompProfile": { "type": "RuntimeDefault" }, "readOnlyRootFilesystem": true,
    });
    assert_eq!(context(&own, &of_pod), restricted);
    let mut writes = own.clone();
    writes["readOnlyRootFilesystem"] = false.into();
    assert!(
        context(&writes, &of_pod).get("readOnlyRootFilesystem").is_none(),
        "nobody else is kept from writing"
    );
    assert_eq!(context(&own, &json!({ "runAsNonRoot": true })), Value::Null, "no seccomp profile");
    assert_eq!(context(&json!({}), &of_pod), Value::Null);
}

#[test]
fn one_that_is_there_is_left_alone_and_another_is_not_overwritten() {
    let service = usual(&json!([{ "port": 80, "targetPort": "http" }]));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut there = planned(&web(), Some(&service), None).unwrap().container.unwrap();
        // The API server fills in more, and somebody has tuned it.
        there["terminationMessagePath"] = "/dev/termination-log".into();
        there["resources"]["limits"]["cpu"] = "1".into();
        change(&mut there);
        deployment(&json!([{ "name": "main", "ports": [{ "name": "http", "containerPort": 8080 }] }, there]))
    };
    let there = with(&|_| {});
    let plan = planned(&there, Some(&service), None).unwrap();
    assert_eq!((plan.container, plan.container_port), (None, 8080));
    assert!(
        plan.next
            .unwrap()
            .contains(r#"patch service shop --patch '{"spec":{"ports":[{"port":80,"targetPort":9980}]}}'"#)
    );
    let through = usual(&json!([{ "port": 80, "targetPort": "opsani-proxy" }]));
    let plan = planned(&there, Some(&through), None).unwrap();
    assert_eq!((plan.container, plan.container_port, plan.next), (None, 8080, None), "nothing is left to do");
    for change in [
        (&|it: &mut Value| it["image"] = "envoy:0".into()) as &dyn Fn(&mut Value),
        &|it: &mut Value| it["env"][1]["value"] = "8081".into(),
        &|it: &mut Value| it["ports"][0]["containerPort"] = 9981.into(),
    ] {
        let (said, helped) = refused(&with(change), Some(&service), None);
        assert!(
            said.starts_with("Deployment `shop/web` has another container `opsani-envoy` already"),
            "{said}"
        );
        assert!(helped.contains("servo eject-sidecar deployment/web --namespace shop"), "{helped}");
    }
}

#[test]
fn clients_of_a_headless_service_choose_the_port_themselves() {
    let mut service = usual(&json!([{ "port": 8080 }]));
    service.spec.as_mut().unwrap().cluster_ip = Some("None".to_owned());
    let next = planned(&web(), Some(&service), None).unwrap().next.unwrap();
    assert!(next.contains("headless") && next.contains("9980"), "{next}");
}

#[test]
fn what_is_applied_names_its_version_and_nothing_of_others() {
    let applied = document::applied(&web(), &json!({ "name": NAME }));
    let expected = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "web", "namespace": "shop", "resourceVersion": "7" },
        "spec": { "template": { "spec": { "containers": [{ "name": NAME }] } } },
    });
    assert_eq!(applied, expected);
    let placed = document::placed(&web(), &json!({ "name": NAME }), 0);
    assert_eq!(placed[0], json!({ "op": "test", "path": "/metadata/resourceVersion", "value": "7" }));
    assert_eq!(placed[1]["path"], "/spec/template/spec/containers/0");
    assert_eq!(
        document::placed(&web(), &json!({}), 9)[1]["path"],
        "/spec/template/spec/containers/1",
        "at most behind"
    );
}

#[test]
fn taking_it_out_is_refused_while_requests_go_through_it() {
    let there = planned(&web(), None, Some("8080")).unwrap().container.unwrap();
    let subject = deployment(&json!([{ "name": "main" }, there.clone()]));
    let to = |target: Value| vec![usual(&json!([{ "port": 80, "targetPort": target }]))];
    assert_eq!(plan::ejected(&subject, NAME, &to(json!(8080))).unwrap(), 1);
    assert_eq!(
        plan::ejected(&subject, NAME, &to(json!("opsani-metrics"))).unwrap(),
        1,
        "that counts no request"
    );
    let other =
        vec![service("ClusterIP", &json!({ "app": "api" }), &json!([{ "port": 80, "targetPort": 9980 }]))];
    assert_eq!(plan::ejected(&subject, NAME, &other).unwrap(), 1, "another application's");
    for services in [to(json!(9980)), to(json!("opsani-proxy")), vec![usual(&json!([{ "port": 9980 }]))]] {
        let error = plan::ejected(&subject, NAME, &services).unwrap_err();
        assert_eq!(error.message(), "Service `shop` leads to the sidecar: its requests would be lost");
        assert!(error.help().unwrap().contains(r#""targetPort":8080}"#), "{:?}", error.help());
    }
    let error = plan::ejected(&web(), NAME, &[]).unwrap_err();
    assert_eq!(
        error.message(),
        "Deployment `shop/web` has no container `opsani-envoy`: there is nothing to eject"
    );
    let alone = deployment(&json!([there]));
    assert!(plan::ejected(&alone, NAME, &[]).unwrap_err().message().contains("nothing but"));
}

#[test]
fn every_trace_is_taken_away_with_it() {
    let mut subject = web();
    let entries = json!([
        { "manager": "kubectl", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": {} },
        { "manager": "servo-sidecar", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": {} },
    ]);
    subject.object.metadata.managed_fields = serde_json::from_value(entries).unwrap();
    let removed = document::removed(&subject, NAME, 1);
    let managers = removed.as_array().unwrap().last().unwrap();
    assert_eq!(managers["path"], "/metadata/managedFields");
    assert_eq!(managers["value"].as_array().unwrap().len(), 1);
    assert_eq!(managers["value"][0]["manager"], "kubectl");
    subject.object.metadata.managed_fields.as_mut().unwrap().remove(1);
    let removed = document::removed(&subject, NAME, 1);
    let paths: Vec<&Value> = removed.as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(
        paths,
        [
            "/metadata/resourceVersion",
            "/spec/template/spec/containers/1/name",
            "/spec/template/spec/containers/1"
        ],
        "what somebody else has put there is taken out, too"
    );
}

#[test]
fn a_pod_is_written_as_it_can_be_made_again() {
    let made = |owner: Option<(&str, &str)>, chosen: bool| {
        let mut object = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": { "name": "one", "namespace": "shop", "uid": "u", "resourceVersion": "7", "labels": { "app": "web" },
                "creationTimestamp": "2026-11-01T00:00:00Z",
                "managedFields": [{ "manager": "kubectl", "operation": "Update", "fieldsType": "FieldsV1",
                    "fieldsV1": if chosen { json!({ "f:spec": { "f:nodeName": {} } }) } else { json!({}) } }] },
            "spec": { "nodeName": "n1", "containers": [{ "name": "main" }, { "name": "last" }] },
            "status": { "phase": "Running" },
        });
        if let Some((kind, name)) = owner {
            object["metadata"]["ownerReferences"] = json!([{ "apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "o", "controller": true }]);
        }
        Subject::of(&target("pod/one"), serde_json::from_value(object).unwrap()).unwrap()
    };
    let expected = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "one", "namespace": "shop", "labels": { "app": "web" } },
        "spec": { "containers": [{ "name": "main" }, { "name": NAME }, { "name": "last" }] },
    });
    assert_eq!(pod::with(&made(None, false), json!({ "name": NAME }), Some(1)).unwrap(), expected);
    let without = pod::without(&made(None, true), 1).unwrap();
    assert_eq!(
        without["spec"],
        json!({ "nodeName": "n1", "containers": [{ "name": "main" }] }),
        "somebody chose that node"
    );
    for (owner, help) in [
        (("ReplicaSet", "web-6d4cf56db6"), "`deployment/web`"),
        (("StatefulSet", "db"), "`statefulset/db`"),
        (("Job", "nightly"), "the template of the Job"),
    ] {
        let error = pod::without(&made(Some(owner), false), 1).unwrap_err();
        assert_eq!(error.message(), format!("Pod `shop/one` belongs to {} `{}`", owner.0, owner.1));
        assert!(error.help().unwrap().contains(help), "{:?}", error.help());
    }
}
