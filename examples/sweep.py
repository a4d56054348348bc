#!/usr/bin/env python3
"""Measures every configuration of an example, and lists those that hold the objectives by what they cost.

    python3 examples/sweep.py examples/nginx

It needs the release build of Servo, and what the example itself needs. Each configuration is started, measured as a
trial of the example is, and ended, so that it takes as long as it has configurations. The table goes to a file as it
grows; a sweep that was ended goes on where that file stops.
"""

import argparse
import csv
import itertools
import json
import pathlib
import re
import subprocess
import sys

SERVO = pathlib.Path(__file__).resolve().parent.parent / "target/release/servo"


def servo(config, *arguments):
    """What a command of Servo prints as JSON."""
    command = [str(SERVO), "--config-file", str(config), *arguments, "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return json.loads(done.stdout)


def measured(readings):
    """The mean of each metric."""
    points = {}
    for connector in readings.values():
        for reading in connector["readings"]:
            series = reading["time_series"]
            points.setdefault(series["metric"]["name"], []).extend(value for _, value in series["points"])
    return {name: sum(values) / len(values) for name, values in points.items() if values}


def cost(objective, metrics, settings):
    """The objective, whose names are metrics, `metrics.NAME` and `settings.CONNECTOR.NAME`."""

    def value(name):
        path = name.group().split(".")
        figure = settings[".".join(path[1:])] if path[0] == "settings" else metrics[path[-1]]
        return f"({figure!r})"

    return eval(re.sub(r"[A-Za-z_][\w.]*", value, objective), {"__builtins__": {}})


def held(conditions, metrics):
    """Whether every condition holds; one whose metric is missing does not."""
    sides = {"below": lambda value, threshold: value < threshold, "above": lambda value, threshold: value > threshold}
    return all(it["metric"] in metrics and sides[it["keep"]](metrics[it["metric"]], it["threshold"]) for it in conditions)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("example", type=pathlib.Path, help="the folder of the example")
    options.add_argument("--output", type=pathlib.Path, help="the table (EXAMPLE/sweep.csv)")
    options.add_argument("--warmup", help="instead of the example's own")
    options.add_argument("--duration", help="instead of the example's own")
    options = options.parse_args()
    output = options.output or options.example / "sweep.csv"

    config = servo(options.example / "servo.yaml", "config")
    study = config["optimizer"]["embedded"]
    conditions = study["slo"]["conditions"]
    span = {**study["measurement"], **{k: v for k in ("warmup", "duration") if (v := getattr(options, k))}}
    spaces = {
        f"{key}.{name}": setting["values"]
        for key, section in config.items()
        if isinstance(section, dict)
        for name, setting in section.get("settings", {}).items()
    }
    names, configurations = list(spaces), list(itertools.product(*spaces.values()))
    columns = [it["metric"] for it in conditions]
    rows = []
    if output.exists():
        with output.open() as table:
            known = csv.DictReader(table)
            rows = list(known)
        if known.fieldnames != [*names, "cost", *columns]:
            raise SystemExit(f"{output} is of another sweep: remove it, or name another with --output")
    # Paths of a configuration are relative to its folder, where this one has to be, too.
    trial = options.example / "sweep.json"
    try:
        with output.open("a") as table:
            if not rows:
                print(*names, "cost", *columns, sep=",", file=table, flush=True)
            for number, values in enumerate(configurations[len(rows) :], len(rows) + 1):
                settings = dict(zip(names, values))
                for name, value in settings.items():
                    key, setting = name.split(".", 1)
                    config[key]["settings"][setting]["value"] = value
                trial.write_text(json.dumps(config))
                try:
                    metrics = measured(servo(trial, "measure", "--warmup", span["warmup"], "--duration", span["duration"]))
                    price = f"{cost(study['objective']['minimize'], metrics, settings):.6g}"
                except (RuntimeError, KeyError) as error:
                    print(f"{values}: {error}", file=sys.stderr)
                    metrics, price = {}, ""
                figures = [f"{metrics[it]:.6g}" if it in metrics else "" for it in columns]
                row = [*map(str, values), price, *figures]
                print(*row, sep=",", file=table, flush=True)
                rows.append(dict(zip([*names, "cost", *columns], row)))
                print(f"{number} of {len(configurations)}:", *row, file=sys.stderr, flush=True)
    finally:
        trial.unlink(missing_ok=True)

    good = [row for row in rows if row["cost"] and held(conditions, {it: float(row[it]) for it in columns if row[it]})]
    good.sort(key=lambda row: float(row["cost"]))
    print(f"{len(good)} of {len(rows)} hold the objectives; the cheapest of them:")
    for row in good[:8]:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


main()
