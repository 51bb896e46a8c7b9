"""How many cookbook look-ups a second ``kg serve`` answers, with runaway queries beside them.

    python tests/benchmarks/serve.py [DB] [SECONDS]     (kg.duckdb and 10 s unless told otherwise)

Starts the endpoint as a user would, asks it look-ups of random entities over 16 connections while two others ask
queries that never end, and prints requests a second, the slowest ones, whether any failed, and how many processors
server and client had (other work on the machine takes from it).
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import threading
import time

import httpx

from kg.query.cookbook import recipe

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
NAMES = ["who-introduced", "names", "roles", "kinds-of", "tested-on"]


def main() -> None:
    """Serve, ask, print."""
    db = sys.argv[1] if len(sys.argv) > 1 else "kg.duckdb"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--port", "0", "--timeout", "3"]
    server = subprocess.Popen([*command, "--db", db], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split("SPARQL ")[1].split()[0]
        sparql = "SELECT ?e { ?e a skos:Concept } LIMIT 1000"
        rows = httpx.get(url, params={"query": sparql}, timeout=60).json()["results"]["bindings"]
        entities = [row["e"]["value"] for row in rows]
        times: list[float] = []
        failed: list[int] = []
        runaways: list[int] = []
        end = time.monotonic() + seconds

        def look_up(seed: int) -> None:
            choose = random.Random(seed)
            with httpx.Client(timeout=60) as client:
                while time.monotonic() < end:
                    query = recipe(choose.choice(NAMES)).sparql.replace("$entity", f"<{choose.choice(entities)}>")
                    began = time.monotonic()
                    status = client.get(url, params={"query": query}).status_code
                    times.append(time.monotonic() - began)
                    if status != 200:
                        failed.append(status)

        def run_away() -> None:
            with httpx.Client(timeout=60) as client:
                while time.monotonic() < end:
                    runaways.append(client.get(url, params={"query": RUNAWAY}).status_code)

        threads = [threading.Thread(target=look_up, args=(seed,)) for seed in range(16)]
        threads += [threading.Thread(target=run_away) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        used = resource.getrusage(resource.RUSAGE_SELF)
        times.sort()
        half, most = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
        print(f"{len(times) / seconds:.0f} look-ups a second; half within {half:.0f} ms, 99 % within {most:.0f} ms")
        print(
            f"the client took {(used.ru_utime + used.ru_stime) / len(times) * 1000:.1f} ms of processor a look-up;",
            end=" ",
        )
        print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        stopped = f"{len(runaways)} runaway queries stopped ({sorted(set(runaways))})"
        print(f"{len(failed)} failed {sorted(set(failed)) or ''}; {stopped}")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
