#!/usr/bin/env python3
"""What studies name while the load doubles and halves: with evidence in pairs, and without.

    cargo xtask example drifting-load

Equal services are studied side by side, each on its own. First every amount of CPU is measured under a load that stays as it
is, in a pod beside each service that kubectl makes and Servo knows nothing of: that is what studies are judged by. Then each
seed is studied twice under the same course of the load, once with `pairs: auto` and once with `pairs: none`. A line for each
study is printed when it has ended, and a table at the end; reports and logs are in target/drifting-load.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import random
import shutil
import signal
import statistics
import subprocess
import threading
import time
import urllib.parse
import urllib.request

EXAMPLE = pathlib.Path(__file__).resolve().parent
ROOT = EXAMPLE.parent.parent
SERVO = ROOT / "target/release/servo"
# The folder of the cluster goes with it.
FOLDER = ROOT / "target/drifting-load"
# As `cargo xtask example drifting-load` opens the ways: to Prometheus, and to the first of ten services.
PROMETHEUS, FIRST_PORT, SERVICES = "http://127.0.0.1:9581", 8590, 10
# The usual load of a service, in requests a second, and the milliseconds of a processor that its requests take in turn.
USUAL, WORK_MS = 2, (20, 30, 40)
# What there is of it in a phase, and how long a phase is, in seconds. None is like the one before.
FACTORS, PHASE = (1, 2, 0.5), 120
# How long the queries of servo.yaml look back, in seconds.
WINDOW = 45
PAIRS = ("auto", "none")
# What was begun and has to be ended where this is.
BEGUN = set()


def output(*command, **more):
    """What a program prints."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stderr.strip() or done.stdout.strip()}"[-2000:])
    return done.stdout


def begin(*command, **more):
    """Begins a program that takes its time."""
    program = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, **more)
    BEGUN.add(program)
    return program


def end_all(*_):
    """Ends what was begun, and this: as if somebody had interrupted it."""
    for program in list(BEGUN):
        program.terminate()
    for program in list(BEGUN):
        program.wait()
    os._exit(1)


def kubectl(*arguments, **more):
    return output("kubectl", *arguments, **more)


def tell(text):
    print(text, flush=True)


def course(seed, phases=24):
    """The factors of the load of a study, phase by phase. It begins with the usual load."""
    chance, factors = random.Random(seed), [1]
    while len(factors) < phases:
        factors.append(chance.choice([it for it in FACTORS if it != factors[-1]]))
    return factors


class Service:
    """One of the services, and its visitors."""

    def __init__(self, number):
        self.name, self.port = f"shop-{number}", FIRST_PORT + number
        self.folder = FOLDER / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.visitors, self.following, self.gone = None, None, threading.Event()

    def come(self, factors, by="rate"):
        """Lets visitors come. The factors are of how many requests they make, or of the work that each is."""
        # The first phase is longer: what looks back is to see nothing else.
        phases = [PHASE + (0 if number else WINDOW) for number in range(len(factors))]
        self.gone.clear()
        if by == "rate":
            self.attack(WORK_MS, list(zip(factors, phases)))
            return

        def follow():
            for factor, phase in zip(factors, phases):
                self.attack([work * factor for work in WORK_MS], [(1, phase)])
                if self.gone.wait(phase):
                    return
                self.end_attack()

        self.following = threading.Thread(target=follow)
        self.following.start()

    def attack(self, work, phases):
        """Begins to send requests of so much work, phase by phase."""
        steps = [{"rate": f"{round(USUAL * factor * 20)}/20s", "for": f"{phase}s"} for factor, phase in phases]
        targets = [f"GET http://127.0.0.1:{self.port}/burn?ms={round(it)}" for it in work]
        # A connection for each, so that the Service spreads them over the pods.
        load = {"steps": steps, "target": "\n".join(targets), "keepalive": False, "timeout": "30s"}
        file = self.folder / "visitors.yaml"
        file.write_text(json.dumps({"name": "visitors", "load": load}))
        command = [SERVO, "-c", file, "load", "attack", "--duration", "1h"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.visitors = begin(*command, env=self.environment("visitors"), **quiet)

    def end_attack(self):
        if self.visitors:
            self.visitors.kill()
            self.visitors.wait()

    def leave(self):
        """Ends the visitors."""
        self.gone.set()
        if self.following:
            self.following.join()
        self.end_attack()

    def environment(self, state):
        return {**os.environ, "SERVO_STATE_DIR": str(self.folder / state)}

    def latency(self, role):
        """The mean of what requests took in the last window, in milliseconds; of the main pods where there is no role."""
        of = f'{{app="{self.name}",opsani_role="{role}"}}[{WINDOW}s]'
        total, count = (f"sum(increase(envoy_cluster_upstream_rq_time_{it}{of}))" for it in ("sum", "count"))
        query = urllib.parse.urlencode({"query": f"{total} / {count}"})
        with urllib.request.urlopen(f"{PROMETHEUS}/api/v1/query?{query}", timeout=10) as answer:
            (series,) = json.load(answer)["data"]["result"]
        return float(series["value"][1])

    def measure(self, amounts):
        """The latency of a pod beside the service with each of these amounts of CPU, in millicores, one after another."""
        self.come([1] * 24)
        template = json.loads(kubectl("get", "deployment", self.name, "--output=json"))["spec"]["template"]
        name, meta = f"{self.name}-by-hand", template["metadata"]
        meta = {"name": name, "labels": {**meta["labels"], "opsani_role": "tuning"}, "annotations": meta["annotations"]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": template["spec"]}
        measured = []
        try:
            kubectl("apply", "--filename=-", input=json.dumps(pod))
            kubectl("wait", f"pod/{name}", "--for=condition=Ready", "--timeout=1m")
            for amount in amounts:
                containers = [{"name": "shop", "resources": {"limits": {"cpu": f"{amount}m"}}}]
                patch = json.dumps({"spec": {"containers": containers}})
                kubectl("patch", "pod", name, "--subresource=resize", "--patch", patch)
                time.sleep(3 + WINDOW)
                measured.append((amount, self.latency("tuning")))
        finally:
            kubectl("delete", "pod", name, "--ignore-not-found", "--grace-period=1")
            self.leave()
        return measured

    def study(self, seed, pairs, by):
        """The report of a study."""
        state = f"{pairs}-{seed}"
        shutil.rmtree(self.folder / state, ignore_errors=True)
        text = (EXAMPLE / "servo.yaml").read_text()
        for old, new in {"shop-0": self.name, "seed: 1\n": f"seed: {seed}\n", "pairs: auto\n": f"pairs: {pairs}\n"}.items():
            if old not in text:
                raise RuntimeError(f"servo.yaml has no `{old.strip()}` by now")
            text = text.replace(old, new)
        file = self.folder / "servo.yaml"
        file.write_text(text)
        self.come(course(seed), by)
        try:
            time.sleep(WINDOW)
            with (self.folder / f"{state}.log").open("w") as log:
                code = begin(SERVO, "-c", file, "run", env=self.environment(state), stdout=log, stderr=log).wait()
        finally:
            self.leave()
        if code != 0:
            raise RuntimeError(f"{self.name}: the study ended with exit code {code}: {self.folder / state}.log")
        report = output(SERVO, "-c", file, "report", "--format", "json", env=self.environment(state))
        (self.folder / f"{state}.json").write_text(report)
        return json.loads(report)["servos"][0]


def space():
    """The amounts of CPU that are searched, in millicores, and the threshold, in milliseconds."""
    config = json.loads(output(SERVO, "-c", EXAMPLE / "servo.yaml", "config", "--format", "json"))
    cpu = config["kubernetes"]["deployments"][0]["containers"][0]["cpu"]
    least, most, step = (int(cpu[key].removesuffix("m")) for key in ("min", "max", "step"))
    threshold = config["optimizer"]["embedded"]["slo"]["conditions"][0]["threshold"]
    return range(least, most + 1, step), threshold


def measured(services, amounts, times):
    """The latency of each amount under the usual load, in milliseconds: the mean of what several pods have."""
    wanted = [amount for _ in range(times) for amount in amounts]
    random.Random(0).shuffle(wanted)
    shares = [wanted[number :: len(services)] for number in range(len(services))]
    with concurrent.futures.ThreadPoolExecutor(len(services)) as pool:
        found = [it for share in pool.map(Service.measure, services, shares) for it in share]
    return {amount: [latency for of, latency in found if of == amount] for amount in amounts}


def shown(trial):
    """A trial in a few words: what was tried, and what was measured, or what became of it where nothing was."""
    latency = trial["metrics"].get("tuning_latency")
    found = trial["status"] if latency is None else f"{latency:.0f} ms"
    return f"{trial['settings']['tuning.cpu'] * 1000:.0f}m {found}"


def studied(services, seeds, by):
    """What the studies name, in millicores, by seed and pairs; nothing where they name nothing."""
    wanted, named = queue.Queue(), {}
    for seed in seeds:
        for pairs in PAIRS:
            wanted.put((seed, pairs))

    def some(service):
        while True:
            try:
                seed, pairs = wanted.get_nowait()
            except queue.Empty:
                return
            report = service.study(seed, pairs, by)
            best = report["best"] and round(report["best"]["settings"]["tuning.cpu"] * 1000)
            named[seed, pairs] = best
            trials = ", ".join(map(shown, report["trials"]))
            tell(f"seed {seed}, pairs {pairs}: {report['outcome']}, {f'{best}m' if best else 'nothing'}, of {trials}")

    with concurrent.futures.ThreadPoolExecutor(len(services)) as pool:
        try:
            list(pool.map(some, services))
        finally:
            # Where one has failed, no other is begun.
            wanted.queue.clear()
    return named


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    by_help = "what doubles and halves: how many requests there are, or the work that each of them is (rate)"
    options.add_argument("--by", choices=("rate", "work"), default="rate", help=by_help)
    options.add_argument("--seeds", type=int, default=10, help="how many seeds, each studied twice (10)")
    options.add_argument("--first-seed", type=int, default=1, help="the first of them (1)")
    options.add_argument("--times", type=int, default=5, help="how often each amount is measured by hand (5)")
    options = options.parse_args()
    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, end_all)
    services = [Service(number) for number in range(SERVICES)]
    amounts, threshold = space()
    tell(f"measuring {len(amounts)} amounts of CPU by hand, {options.times} times each, under the usual load")
    truth = measured(services, amounts, options.times)
    for amount, latencies in truth.items():
        each = ", ".join(f"{latency:.0f}" for latency in latencies)
        tell(f"{amount:>5}m {statistics.mean(latencies):6.0f} ms   ({each})")
    holding = [amount for amount, latencies in truth.items() if statistics.mean(latencies) < threshold]
    cheapest = min(holding)
    tell(f"{cheapest}m is the least that holds {threshold} ms under the usual load")

    seeds = range(options.first_seed, options.first_seed + options.seeds)
    named = studied(services, seeds, options.by)
    right = {pairs: sum(named[seed, pairs] == cheapest for seed in seeds) for pairs in PAIRS}
    near = {pairs: sum(named[seed, pairs] in (cheapest, cheapest + amounts.step) for seed in seeds) for pairs in PAIRS}
    low = {pairs: sum((named[seed, pairs] or cheapest) not in holding for seed in seeds) for pairs in PAIRS}
    tell("\n seed   paired   unpaired   load")
    for seed in seeds:
        paired, unpaired = (f"{named[seed, pairs]}m" if named[seed, pairs] else "none" for pairs in PAIRS)
        phases = " ".join("½" if factor == 0.5 else str(factor) for factor in course(seed, 6))
        tell(f"{seed:>5} {paired:>8} {unpaired:>10}   {phases} …")
    for what, counts in (("the least that holds", right), ("that or one step more", near), ("too little", low)):
        tell(f"{what}: {counts['auto']} of {len(seeds)} paired, {counts['none']} of {len(seeds)} unpaired")


if __name__ == "__main__":
    main()
