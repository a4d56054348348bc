#!/usr/bin/env python3
"""Lets `servo load attack`, hey and wrk ask the same server, one after another, and lists what each saw.

    python3 examples/load/compare.py

The server is nginx with one worker, which answers `ok`. It has one core and the programs that ask have another, so
that what a program reaches is what it reaches on one core. It needs Debian's packages `nginx`, `hey` and `wrk`, and the
release build of Servo. It takes about five minutes.

hey asks at a rate, in that each of its connections does; wrk asks as fast as it is answered, whatever is asked for. Both
wait for an answer before they ask again. `off` is how far what was achieved is from what was asked for.

The last part stops the server for a second of ten, which is in the latencies of all requests that were due in it, where
a program counts them.
"""

import json
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SERVO = HERE.parent.parent / "target/release/servo"
SECONDS = 10
CONNECTIONS = 50
CONFIG = """
worker_processes 1; pid nginx.pid; error_log stderr warn; daemon off;
events { worker_connections 20000; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:8680; location / { return 200 "ok\\n"; } }
}
"""
FORM = "{:<10} {:>8} {:>10} {:>8} {:>8} {:>8} {:>8} {:>8}  {}"


def on_core(core, *command):
    return subprocess.run(["taskset", "-c", str(core), *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def show(name, rate, achieved, *quantiles, note=""):
    off = f"{100 * (achieved / rate - 1):+.1f} %" if rate else ""
    print(FORM.format(name, rate or "", f"{achieved:.1f}", off, *(f"{it:.2f}" for it in quantiles), note), flush=True)


def servo(rate):
    done = on_core(1, SERVO, "-c", HERE / "servo.yaml", "load", "attack", "--rate", rate, "--duration", f"{SECONDS}s", "--format", "json")
    if not done.stdout:
        raise SystemExit(done.stderr)
    it = {row["metric"]: row["value"] for row in json.loads(done.stdout)}
    quantiles = [it[f"latency_{share}th"] for share in (50, 90, 95, 99)]
    lost = "; ".join(f"{row['value']} {row['metric']}" for row in json.loads(done.stdout) if row["metric"].startswith("no answer"))
    show("servo", rate, it["rate_sent"], *quantiles, note=lost)
    return it["rate_sent"] > 0.99 * rate


def hey(rate):
    done = on_core(1, "hey", "-z", f"{SECONDS}s", "-c", CONNECTIONS, "-q", rate / CONNECTIONS, "http://127.0.0.1:8680/")
    quantiles = [1000 * float(re.search(rf"{share}% in ([\d.]+) secs", done.stdout).group(1)) for share in (50, 90, 95, 99)]
    show("hey", rate, float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1)), *quantiles)


def wrk():
    done = on_core(1, "wrk", "-t", 1, "-c", CONNECTIONS, "-d", f"{SECONDS}s", "--latency", "http://127.0.0.1:8680/")
    units = {"us": 0.001, "ms": 1, "s": 1000}
    seen = {share: float(value) * units[unit] for share, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)\b", done.stdout)}
    nan = float("nan")
    quantiles = [seen.get("50", nan), seen.get("90", nan), nan, seen.get("99", nan)]
    show("wrk", None, float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1)), *quantiles)


def stalled(workers, ask, *arguments):
    """Asks, while the server does nothing from the fourth second to the fifth."""

    def stall():
        time.sleep(4)
        for pid in workers:
            subprocess.run(["kill", "-STOP", pid])
        time.sleep(1)
        for pid in workers:
            subprocess.run(["kill", "-CONT", pid])

    thread = threading.Thread(target=stall)
    thread.start()
    ask(*arguments)
    thread.join()


def main():
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "nginx.conf").write_text(CONFIG)
        server = subprocess.Popen(["taskset", "-c", "0", "/usr/sbin/nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"])
        try:
            time.sleep(1)
            children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            print(FORM.format("PROGRAM", "ASKED /s", "ACHIEVED", "OFF", "P50 ms", "P90 ms", "P95 ms", "P99 ms", ""))
            wrk()
            for rate in (100, 1000, 5000):
                servo(rate)
                hey(rate)
            rate = 7500
            while servo(rate):
                hey(rate)
                rate += 2500
            hey(rate)
            print("\nThe server stalls for a second:")
            stalled(children, servo, 1000)
            stalled(children, hey, 1000)
            stalled(children, wrk)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()


main()
