#!/usr/bin/env python3
"""Measures every configuration of the example, and lists those that hold the objectives by what they cost.

    cargo xtask example kubernetes --sweep

It changes the Deployment with kubectl and not by Servo, waits until its pods have what they are to have, and measures as a
trial does. The table goes to a file as it grows; a sweep that was ended goes on where that file stops. In the end the
Deployment is as it was.
"""

import argparse
import csv
import decimal
import itertools
import json
import pathlib
import signal
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parent
SERVO = EXAMPLE.parent.parent / "target/release/servo"
SCALES = {"m": "0.001", "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def output(*command):
    """What a program prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(" ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]))
    return done.stdout


def servo(config, *arguments):
    """What a command of Servo prints as JSON."""
    return json.loads(output(SERVO, "--config-file", config, *arguments, "--format", "json"))


def number(quantity):
    """A quantity of Kubernetes in its unit: cores, or bytes."""
    text = str(quantity)
    scale = next((unit for unit in SCALES if text.endswith(unit)), "")
    return decimal.Decimal(text.removesuffix(scale)) * decimal.Decimal(SCALES.get(scale, 1))


def amounts(bounds, text):
    """The amounts between two bounds, as Kubernetes writes them."""
    least, most, step = (number(bounds[key]) for key in ("min", "max", "step"))
    return [text(least + n * step) for n in range(int((most - least) / step) + 1)]


def millicores(cores):
    return f"{int(cores * 1000)}m"


def mebibytes(size):
    return f"{int(size / 2**20)}Mi"


def measured(readings):
    """The mean of each metric."""
    points = {}
    for connector in readings.values():
        for reading in connector["readings"]:
            series = reading["time_series"]
            points.setdefault(series["metric"]["name"], []).extend(value for _, value in series["points"])
    return {name: sum(values) / len(values) for name, values in points.items() if values}


def held(conditions, metrics):
    """Whether every condition holds; one whose metric is missing does not."""
    sides = {"below": lambda value, threshold: value < threshold, "above": lambda value, threshold: value > threshold}
    return all(it["metric"] in metrics and sides[it["keep"]](metrics[it["metric"]], it["threshold"]) for it in conditions)


class Workload:
    """The Deployment of the configuration, and its one container."""

    def __init__(self, section):
        (deployment,) = section["deployments"]
        (container,) = deployment["containers"]
        self.name = deployment["name"]
        self.container = container["name"]
        self.variables = {it["name"]: it.get("literal") or it["name"] for it in container.get("env") or []}
        replicas = deployment["replicas"]
        self.space = {
            "cpu": amounts(container["cpu"], millicores),
            "mem": amounts(container["memory"], mebibytes),
            "replicas": list(range(replicas["min"], replicas["max"] + 1)),
        } | {it["name"]: it["values"] for it in container.get("env") or []}

    def kubectl(self, verb, *arguments):
        return output("kubectl", verb, "deployment", self.name, *arguments)

    def settings(self):
        """What it has now."""
        spec = json.loads(self.kubectl("get", "--output=json"))["spec"]
        container = next(it for it in spec["template"]["spec"]["containers"] if it["name"] == self.container)
        limits, env = container["resources"]["limits"], {it["name"]: it.get("value") for it in container["env"]}
        found = {"cpu": limits["cpu"], "mem": limits["memory"], "replicas": spec["replicas"]}
        return found | {name: env[literal] for name, literal in self.variables.items()}

    def adjust(self, settings, timeout):
        """Gives it settings, and waits until its pods are as they are to be."""
        amounts = {"cpu": settings["cpu"], "memory": settings["mem"]}
        env = [{"name": literal, "value": str(settings[name])} for name, literal in self.variables.items()]
        resources = {"requests": amounts, "limits": amounts}
        containers = [{"name": self.container, "resources": resources, "env": env}]
        spec = {"replicas": settings["replicas"], "template": {"spec": {"containers": containers}}}
        self.kubectl("patch", "--patch", json.dumps({"spec": spec}))
        output("kubectl", "rollout", "status", f"deployment/{self.name}", f"--timeout={timeout}")

    def cost(self, settings, pricing):
        """What its pods cost by the hour."""
        cores, gib = number(settings["cpu"]), number(settings["mem"]) / 2**30
        price = [decimal.Decimal(str(pricing[key])) for key in ("cpu_hour", "gib_hour")]
        return settings["replicas"] * (cores * price[0] + gib * price[1])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--output", type=pathlib.Path, default=EXAMPLE / "sweep.csv", help="the table (sweep.csv)")
    options.add_argument("--warmup", help="instead of the example's own")
    options.add_argument("--duration", help="instead of the example's own")
    options.add_argument("--timeout", default="40s", help="how long pods may take until they are ready (40s)")
    options = options.parse_args()
    # As if somebody had interrupted it: the Deployment is to be as it was.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    # Whatever is below `env` counts as secret, and the values of the variables are there.
    config = servo(EXAMPLE / "servo.yaml", "config", "--show-secrets")
    study = config["optimizer"]["embedded"]
    conditions = study["slo"]["conditions"]
    span = {**study["measurement"], **{k: v for k in ("warmup", "duration") if (v := getattr(options, k))}}
    workload = Workload(config["kubernetes"])
    names, configurations = list(workload.space), list(itertools.product(*workload.space.values()))
    metrics_shown = [it["metric"] for it in conditions]
    columns = [*names, "cost", *metrics_shown, "failure"]
    rows = []
    if options.output.exists():
        with options.output.open() as table:
            known = csv.DictReader(table)
            rows = list(known)
        if known.fieldnames != columns:
            raise SystemExit(f"{options.output} is of another sweep: remove it, or name another with --output")
    # Only what measures: nothing of Servo's is to touch the Deployment.
    measuring = {key: config[key] for key in ("name", "prometheus", "load")}
    found = workload.settings()
    with options.output.open("a") as table, tempfile.NamedTemporaryFile("w", suffix=".json", dir=EXAMPLE) as trial:
        writer = csv.DictWriter(table, columns)
        if not rows:
            writer.writeheader()
        json.dump(measuring, trial)
        trial.flush()
        try:
            for n, values in enumerate(configurations[len(rows) :], len(rows) + 1):
                settings = dict(zip(names, values))
                metrics, failure = {}, ""
                try:
                    workload.adjust(settings, options.timeout)
                    metrics = measured(
                        servo(trial.name, "measure", "--warmup", span["warmup"], "--duration", span["duration"])
                    )
                except RuntimeError as error:
                    failure = str(error)
                row = settings | {"cost": f"{workload.cost(settings, study['pricing']):.6f}", "failure": failure}
                row |= {name: f"{metrics[name]:.6g}" for name in metrics_shown if name in metrics}
                writer.writerow(row)
                table.flush()
                rows.append(row)
                print(f"{n} of {len(configurations)}:", *row.values(), file=sys.stderr, flush=True)
        finally:
            workload.adjust(found, "2m")

    good = [it for it in rows if held(conditions, {name: float(it[name]) for name in metrics_shown if it.get(name)})]
    good.sort(key=lambda row: float(row["cost"]))
    failed = sum(1 for row in rows if row["failure"])
    print(f"{len(good)} of {len(rows)} hold the objectives, {failed} never ran; the cheapest of them:")
    for row in good[:8]:
        print("  ".join(f"{name} {row[name]}" for name in columns if name != "failure"))


main()
