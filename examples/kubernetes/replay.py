#!/usr/bin/env python3
"""Gives Servo the configurations and the commands that ServoX once got on a real cluster, and lists what it answers.

    target/release/servo-cluster --folder /tmp/replay with --audit \\
        python3 examples/kubernetes/replay.py TRANSCRIPTS > replay.jsonl

TRANSCRIPTS is a folder of recorded sessions, `NAME.servo.yaml` and `NAME.jsonl` each. Servo gets the configuration as it
is, but for the kubeconfig and the namespace, and the optimizer's commands in their order, from an optimizer on this machine. What
happened to the workload beside that, such as another who writes to it, happens again (SCENES). For each command the output
has a JSON object with the report's status, reason and message, the seconds until it came, the CPU seconds and the requests of
Servo meanwhile (these by the audit log of the API server), and the state of the workload when the report was there; then one more for
each session with what is left after SIGTERM.

It needs root, the release build of Servo and the test cluster, and takes about twenty-five minutes.
"""

import argparse
import datetime
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SERVO = HERE.parent.parent / "target/release/servo"
KUBECONFIG = pathlib.Path(os.environ.get("KUBECONFIG", ""))
# Sessions of a part that is planned: kube-metrics.
PLANNED = ("20",)
# How long a report may take beyond the configured time, which is at most three minutes.
PATIENCE = 240


def kubectl(*arguments, text=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True, timeout=60)
    if check and done.returncode:
        raise RuntimeError(f"kubectl {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def workload(kind="Deployment", name="web", container="main", cpu="50m", memory="32Mi", replicas=2, env=None,
             labels=True, resources=True, deadline=None):
    """Writes the workload of a session, as its transcript describes it."""
    asked = {"cpu": cpu, "memory": memory}
    main = {"name": container, "image": "localhost/workload:1", "imagePullPolicy": "Never", "args": ["app"],
            "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 1, "failureThreshold": 1}}
    if resources:
        main["resources"] = {"requests": asked, "limits": asked}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}},
                         "spec": {"terminationGracePeriodSeconds": 5, "dnsPolicy": "Default", "containers": [main]}}}
    if kind == "StatefulSet":
        spec["serviceName"] = name
    if deadline:
        spec["progressDeadlineSeconds"] = deadline
    metadata = {"name": name, "labels": {"app": name}} if labels else {"name": name}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


RED = {"COLOR": "red"}
# What ServoX documents that it needs; a real cluster calls the logs `pods/log`.
DOCUMENTED = [
    {"apiGroups": ["apps"], "resources": ["deployments", "replicasets"],
     "verbs": ["get", "list", "watch", "update", "patch"]},
    {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]},
    {"apiGroups": [""], "resources": ["pods", "pods/logs", "pods/status"],
     "verbs": ["create", "delete", "get", "list", "watch"]},
]
# How each workload is made, and what happens beside the commands: `made`, `also` (more objects), `rules` (the rights of
# Servo), `ready` (false: the commands begin at once), `apply` (this way alone), `hurry` (the next command comes with the
# report of the one before, and the state is looked at meanwhile) and `on` (a command: what happens then).
SCENES = {
    "00-no-metadata-labels": {"made": {"labels": False, "cpu": "100m"}},
    "01b-slow-start": {"made": {"env": {"READY_AFTER": "12"}}, "apply": "rollout"},
    "01c-back-to-back": {"made": {"cpu": "100m"}, "hurry": True},
    "01d-long-adjust": {"made": {"env": {"READY_AFTER": "36"}, "replicas": 1}, "ready": False, "apply": "rollout"},
    "03-oom": {"made": {"env": {"MEM_MIB": "24"}}},
    "03b-crashloop": {"made": {"env": RED}},
    "03c-tiny-mem": {"made": {"env": {"MEM_MIB": "4"}}},
    "04-image-pull": {"on": {"patch": "bad_image"}},
    "05-readiness": {"made": {"env": RED}},
    "05b-deadline": {"made": {"env": RED, "deadline": 8}},
    "05c-quota": {"also": [{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "quota"},
                            "spec": {"hard": {"requests.cpu": "300m"}}}]},
    "06c-settle-unready": {"made": {"env": {**RED, "UNREADY_AFTER": "9"}}, "apply": "rollout"},
    "06d-settle-crash": {"made": {"env": {"CRASH_AFTER": "12"}}, "apply": "rollout"},
    "06e-settle-shutdown": {"made": {"env": {"CRASH_AFTER": "12"}}, "apply": "rollout"},
    "07-canary": {"made": {"env": RED}},
    "07b-canary-fail": {"made": {"env": RED}},
    "07c-canary-shutdown": {"made": {"env": RED}},
    "07d-canary-kill": {"kill": True},
    "07e-canary-term-in-adjust": {"made": {"env": RED}, "on": {"dark": "terminate"}},
    "07f-canary-settle-fail": {"made": {"env": RED}, "on": {"settle": "delete_tuning"}},
    "07h-canary-baseline-change": {"made": {"env": RED}, "on": {"d-1": "recolor"}},
    "07i-canary-crash-restart": {"made": {"env": {**RED, "CRASH_AFTER": "14"}}},
    "07g-term-in-sat-adjust": {"made": {"env": RED}, "on": {"dark": "terminate"}},
    "08-statefulset-ok": {"made": {"kind": "StatefulSet"}},
    "08b-statefulset-fail": {"made": {"kind": "StatefulSet", "env": RED}},
    "08c-statefulset-shutdown": {"made": {"kind": "StatefulSet", "env": RED}},
    "10-hpa": {"also": [{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
                         "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                                  "minReplicas": 2, "maxReplicas": 4,
                                  "metrics": [{"type": "Resource", "resource": {
                                      "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 90}}}]}}]},
    "11-conflict": {"made": {"env": {"READY_AFTER": "3"}}, "apply": "rollout",
                    "on": {"during-rollout": "annotate", "template-change": "environment", "deleted": "delete"}},
    "11b-conflict-409": {"hurry": True, "on": {"race-0": "write"}},
    "11c-conflict-shutdown": {"hurry": True, "on": {"race-0": "write"}},
    "12-env": {"made": {"env": {**RED, "MEM_MIB": "2"}}},
    "12b-env-literal": {"made": {"env": {**RED, "MEM_MIB": "2"}}},
    "12c-static-env": {"made": {"env": RED}},
    "14-rbac-default": {"rules": DOCUMENTED},
    "14b-rbac-none": {"rules": []},
    "15-missing-deployment": {"made": {"name": "other"}},
    "15b-missing-container": {"made": {"container": "other"}},
    "15c-no-resources": {"made": {"resources": False}},
    "15d-no-resources-canary": {"made": {"resources": False}},
    "16-api-down": {"server": "none"},
    "16b-api-refused": {"server": "closed"},
    "21-checks": {"checks": True},
    "21b-checks-rbac": {"checks": True, "rules": DOCUMENTED},
    "21c-checks-rbac-none": {"checks": True, "rules": []},
    "21d-checks-bad": {"checks": True, "made": {"resources": False}},
}


class Optimizer:
    """Gives the commands of a transcript, one after another, and keeps what is reported."""

    def __init__(self, commands, begun):
        self.commands, self.begun, self.given = list(commands), begun, {}
        self.changed, self.ended, self.reports, self.current = threading.Condition(), False, {}, None
        # Commands whose state was looked at, so that the next may be given; None where nobody looks.
        self.seen, self.pid = set(), 0
        optimizer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = json.dumps(optimizer.answer(body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, body):
        event, param = body["event"], body.get("param") or {}
        with self.changed:
            if event == "WHATS_NEXT":
                if self.current and self.current not in self.reports:
                    # It was dropped without a word.
                    self.reports[self.current] = None
                    self.changed.notify_all()
                if self.seen is not None and self.current:
                    self.changed.wait_for(lambda: self.current in self.seen, 20)
                command = self.commands.pop(0) if self.commands else None
                if command is None:
                    self.ended = True
                    self.changed.notify_all()
                    return {"cmd": "SLEEP", "param": {"duration": 60, "data": {"reason": "the end"}}}
                self.current = command.get("cmd_uid") if command["cmd"] != "SLEEP" else None
                self.given[command.get("cmd_uid")] = (time.time(), self.cpu())
                self.begun(command.get("cmd_uid"))
                self.changed.notify_all()
                return command
            if "status" in param and param.get("cmd_uid"):
                self.reports[param["cmd_uid"]] = (time.time(), self.cpu(), param)
                self.changed.notify_all()
            return {"status": "ok"}

    def cpu(self):
        """The CPU seconds of the servo so far, in steps of the kernel's clock."""
        try:
            fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(self, done, seconds):
        with self.changed:
            return self.changed.wait_for(lambda: done(self), seconds)


class Session:
    """One session: a namespace, a workload, a servo and its optimizer."""

    def __init__(self, folder, name):
        self.name, self.scene = name, SCENES.get(name, {})
        lines = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
        given = [line["body"] for line in lines if line["dir"] == "response" and (line.get("body") or {}).get("cmd")]
        # The last sleeps are the end of the session.
        while given and given[-1]["cmd"] == "SLEEP":
            given.pop()
        self.commands = given
        self.text = (folder / f"{name}.servo.yaml").read_text()
        # Several sessions were in one namespace, one after another. Here each has its own.
        self.namespace = name
        self.text = re.sub(r"^  namespace: .*$", f"  namespace: {name}", self.text, flags=re.MULTILINE)
        self.kind = self.scene.get("made", {}).get("kind", "Deployment").lower()
        self.writing = threading.Event()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"replay-{name}-"))

    def run(self):
        made = workload(**self.scene.get("made", {}))
        kubectl("create", "namespace", self.namespace)
        try:
            for thing in [*self.scene.get("also", []), made]:
                kubectl("apply", "-n", self.namespace, "-f", "-", text=json.dumps(thing))
            if self.scene.get("ready", True):
                kubectl("rollout", "status", "-n", self.namespace, f"{self.kind}/{made['metadata']['name']}")
            else:
                time.sleep(2)
            self.configure()
            yield from self.checked() if self.scene.get("checks") else self.played()
        finally:
            self.writing.set()
            kubectl("delete", "namespace", self.namespace, "--wait=false", check=False)
            kubectl("delete", "pods", "-n", self.namespace, "--all", "--grace-period=0", "--force", check=False)

    def configure(self):
        config = json.loads(kubectl("config", "view", "--raw", "--flatten", "--output=json"))
        if "rules" in self.scene:
            kubectl("create", "serviceaccount", "servo", "-n", self.namespace)
            role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "servo"},
                    "rules": self.scene["rules"]}
            kubectl("apply", "-n", self.namespace, "-f", "-", text=json.dumps(role))
            kubectl("create", "rolebinding", "servo", "-n", self.namespace, "--role=servo",
                    f"--serviceaccount={self.namespace}:servo")
            token = kubectl("create", "token", "servo", "-n", self.namespace).strip()
            config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token}}]
        if self.scene.get("server") == "closed":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free.getsockname()[1]}"
        kubeconfig = self.folder / "kubeconfig"
        if self.scene.get("server") != "none":
            kubeconfig.write_text(json.dumps(config))
            kubeconfig.chmod(0o600)
        text = self.text.replace("/servo/kubeconfig", str(kubeconfig)).replace("BADKUBE", str(kubeconfig))
        if "apply" in self.scene:
            text = text.replace(f"namespace: {self.namespace}", f"namespace: {self.namespace}\n  apply: rollout")
        (self.folder / "servo.yaml").write_text(text)

    def servo(self, *arguments, port=1):
        environment = {"PATH": os.environ["PATH"], "OPSANI_OPTIMIZER": "example.com/my-app", "OPSANI_TOKEN": "s3cr3t",
                       "OPSANI_BASE_URL": f"http://127.0.0.1:{port}", "HOME": str(self.folder)}
        log = open(self.folder / "log", "ab")
        return subprocess.Popen([SERVO, "-c", "servo.yaml", *arguments], cwd=self.folder, env=environment,
                                stdout=subprocess.PIPE, stderr=log)

    def checked(self):
        begun = time.time()
        optimizer = Optimizer([], self.begun)
        process = self.servo("check", "--format", "json", port=optimizer.server.server_address[1])
        output, _ = process.communicate(timeout=PATIENCE)
        asked = self.requests(begun, time.time())
        # Those that a failed one keeps from being run have no message.
        failed = [f"{check['name']}: {check['message']}" for check in checks_of(json.loads(output))
                  if check["status"] != "passed" and check.get("message")]
        yield {"session": self.name, "operation": "check", "status": f"exit {process.returncode}", "reason": None,
               "message": "; ".join(failed) or "all passed", "seconds": round(time.time() - begun, 2),
               "requests": asked, "state": self.state()}

    def played(self):
        optimizer = Optimizer(self.commands, self.begun)
        if self.scene.get("hurry"):
            optimizer.seen = None
        process = self.process = self.servo("run", port=optimizer.server.server_address[1])
        optimizer.pid = process.pid
        commands = [command for command in self.commands if command["cmd"] != "SLEEP"]
        for command in commands:
            uid = command["cmd_uid"]
            ended = lambda o: uid in o.reports or process.poll() is not None
            optimizer.wait(ended, PATIENCE) if process.poll() is None else None
            while uid not in optimizer.reports and process.poll() is None:
                if time.time() - optimizer.given.get(uid, (time.time(), 0))[0] > PATIENCE:
                    break
                optimizer.wait(ended, 0.5)
            time.sleep(0.3)
            yield self.row(command, optimizer)
            with optimizer.changed:
                if optimizer.seen is not None:
                    optimizer.seen.add(uid)
                    optimizer.changed.notify_all()
            if process.poll() is not None:
                break
        if not commands:
            time.sleep(5)
        else:
            optimizer.wait(lambda o: o.ended, 10)
        time.sleep(0.5)
        if self.scene.get("kill"):
            process.kill()
            process.wait()
            yield {"session": self.name, "operation": "SIGKILL", "status": "killed", "reason": None, "message": None,
                   "seconds": None, "requests": None, "state": self.state()}
            optimizer, begun = Optimizer([], self.begun), time.time()
            process = self.process = self.servo("run", port=optimizer.server.server_address[1])
            optimizer.wait(lambda o: o.ended, 30)
            yield {"session": self.name, "operation": "start again", "status": "waits for commands", "reason": None,
                   "message": None, "seconds": round(time.time() - begun, 2), "requests": None, "state": self.state()}
        yield self.ended(process)

    def row(self, command, optimizer):
        uid = command["cmd_uid"]
        row = {"session": self.name, "operation": f"{command['cmd']} {uid}"}
        reported = optimizer.reports.get(uid)
        if not reported:
            return {**row, "status": "NO REPORT", "reason": None, "message": None, "seconds": None, "requests": None,
                    "state": self.state()}
        at, cpu, param = reported
        given, cpu_before = optimizer.given[uid]
        time.sleep(0.5)
        return {**row, "status": param["status"], "reason": param.get("reason"), "message": param.get("message"),
                "seconds": round(at - given, 2), "cpu": round(cpu - cpu_before, 2), "requests": self.requests(given, at),
                "state": self.state()}

    def ended(self, process):
        alive = process.poll() is None
        begun = time.time()
        if alive:
            process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            code = "none within 60 s"
        took = round(time.time() - begun, 2)
        found = kubectl("get", self.kind, "-n", self.namespace, "-o", "json", "--show-managed-fields")
        things = json.loads(found)["items"]
        left = []
        for thing in things:
            left += [f"annotation {key}" for key in thing["metadata"].get("annotations", {}) if "servo" in key]
            left += [f"fields of {it['manager']}" for it in thing["metadata"].get("managedFields", [])
                     if it["manager"].startswith("servo")]
        left += kubectl("get", "leases", "-n", self.namespace, "-o", "name").split()
        tail = (self.folder / "log").read_text(errors="replace").strip().splitlines()[-1:] if not alive else []
        return {"session": self.name, "operation": "SIGTERM" if alive else "it ended by itself", "status": f"exit {code}",
                "reason": None, "message": " ".join(tail) or None, "seconds": took, "requests": None,
                "state": self.state(), "left": left}

    def requests(self, begun, ended):
        """Counts what Servo asked within a time; a watch counts when it begins."""
        count = 0
        for line in (KUBECONFIG.parent / "audit.log").read_text().splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue
            at = datetime.datetime.fromisoformat(entry["requestReceivedTimestamp"].replace("Z", "+00:00")).timestamp()
            stage = "ResponseStarted" if entry["verb"] == "watch" else "ResponseComplete"
            is_servo = entry.get("userAgent", "").startswith("servo/")
            count += is_servo and entry["stage"] == stage and begun <= at <= ended
        return count

    def state(self):
        things = json.loads(kubectl("get", self.kind, "-n", self.namespace, "-o", "json"))["items"]
        if not things:
            return "deleted"
        thing = things[0]
        container = thing["spec"]["template"]["spec"]["containers"][0]
        asked = container.get("resources", {}).get("limits", {})
        env = " ".join(f"{it['name']}={it.get('value')}" for it in container.get("env", []))
        state = f"spec {thing['spec']['replicas']}, ready {thing.get('status', {}).get('readyReplicas', 0)}, "
        state += f"cpu {asked.get('cpu')}, mem {asked.get('memory')}" + (f", env {env}" if env else "")
        pods = json.loads(kubectl("get", "pods", "-n", self.namespace, "-o", "json"))["items"]
        pods = [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]
        tuning = [pod for pod in pods if pod["metadata"].get("labels", {}).get("opsani_role") == "tuning"]
        pods = [pod for pod in pods if pod not in tuning]
        seen = sorted(map(pod_state, pods))
        return state + "; pods: " + (", ".join(f"{seen.count(it)}× {it}" for it in dict.fromkeys(seen)) or "none") + "".join(map(tuning_state, tuning))

    def begun(self, uid):
        """What happens beside a command, once it was given."""
        act = self.scene.get("on", {}).get(uid)
        if act:
            threading.Thread(target=getattr(self, act), daemon=True).start()

    def web(self, *arguments):
        kubectl(*arguments[:1], "-n", self.namespace, *arguments[1:], check=False)

    def bad_image(self):
        patch = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "127.0.0.1:9/none:1"},
                 {"op": "replace", "path": "/spec/template/spec/containers/0/imagePullPolicy", "value": "Always"}]
        self.web("patch", "deployment/web", "--type=json", "-p", json.dumps(patch))

    def delete_tuning(self):
        time.sleep(8)
        self.web("delete", "pods", "-l", "opsani_role=tuning", "--grace-period=0", "--force")

    def recolor(self):
        time.sleep(1)
        self.web("set", "env", "deployment/web", "COLOR=green")

    def terminate(self):
        time.sleep(8)
        self.process.send_signal(signal.SIGTERM)

    def annotate(self):
        time.sleep(1)
        self.web("annotate", "deployment/web", "somebody=else")

    def environment(self):
        time.sleep(1)
        self.web("set", "env", "deployment/web", "EXTRA=1")

    def delete(self):
        time.sleep(1)
        self.web("delete", "deployment/web")

    def write(self):
        count = 0
        while not self.writing.wait(0.15):
            count += 1
            self.web("annotate", "deployment/web", f"count={count}", "--overwrite")


def tuning_state(pod):
    """Says what a tuning pod has, which may be other variables than the workload's."""
    env = " ".join(f"{it['name']}={it.get('value')}" for it in pod["spec"]["containers"][0].get("env", []))
    owner = "owned" if pod["metadata"].get("ownerReferences") else "not owned"
    return f"; tuning: {pod['metadata']['name']} {pod_state(pod)}{' ' + env if env else ''}, {owner}"


def pod_state(pod):
    """Says what a pod has, and what is wrong with it."""
    status = (pod.get("status", {}).get("containerStatuses") or [{}])[0]
    has = (status.get("resources") or pod["spec"]["containers"][0].get("resources") or {}).get("limits", {})
    waiting = status.get("state", {}).get("waiting", {}).get("reason")
    phase = waiting or pod["status"].get("phase")
    phase += "" if phase != "Running" or status.get("ready") else " unready"
    restarts = f", {status['restartCount']} restarts" if status.get("restartCount") else ""
    return f"{phase} {has.get('cpu')} {has.get('memory')}{restarts}"


def checks_of(report):
    """Finds the checks, wherever in the report they are."""
    if isinstance(report, dict):
        if "name" in report and "status" in report and "checks" not in report:
            yield report
        for value in report.values():
            yield from checks_of(value)
    elif isinstance(report, list):
        for value in report:
            yield from checks_of(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("transcripts", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", help="these sessions alone, by the beginning of their names")
    arguments = parser.parse_args()
    names = sorted(file.name.removesuffix(".jsonl") for file in arguments.transcripts.glob("*.jsonl"))
    names = [name for name in names if not name.startswith(PLANNED)]
    if arguments.only:
        names = [name for name in names if name.startswith(tuple(arguments.only))]
    failed = []
    for name in names:
        print(name, file=sys.stderr, flush=True)
        try:
            for row in Session(arguments.transcripts, name).run():
                print(json.dumps(row, ensure_ascii=False), flush=True)
        except RuntimeError as error:
            failed.append(name)
            print(f"{name}: {error}", file=sys.stderr, flush=True)
    if failed:
        sys.exit(f"not played: {', '.join(failed)}")


if __name__ == "__main__":
    main()
