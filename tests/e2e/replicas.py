"""Several bots on one store and one stand-in, with a door before them; one after another is killed and comes again."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from tests.e2e.processes import ROOT, Process, free_port
from tests.e2e.rig import SAMPLE, Rig, Row

TURN_SECONDS = 90.0  # within which some replica must have turned the clock, whoever is killed meanwhile


class Replicas(Rig):
    """`bots` serve one store; the inherited rig brings the stand-in, whose clock and callbacks go through the door."""

    def __init__(self, folder: Path, url: str, count: int, *, clock: str, org: Path) -> None:
        super().__init__(folder, clock=clock, org=org, log_level="INFO")
        self.environment["JIANDU_STORE__URL"] = url
        self.engine: Engine = create_engine(url)
        self.ports = [free_port() for _ in range(count)]
        self.bots = [Process(folder / f"bot{at}.log") for at in range(count)]
        self.door = Door(self)

    # -- processes ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The stand-in and all bots; the store has its people already."""
        self.door.start()
        clock_url = f"http://127.0.0.1:{self.door.port}/rehearsal/clock"
        command = ["-m", "sandbox", "--port", str(self.page_port), "--callback", self.callback_url]
        self.sandbox.start([*command, "--clock-url", clock_url, "--org", str(self.org)], {})
        for at in range(len(self.bots)):
            self.start_one(at)
        for at in range(len(self.bots)):
            self.ready(at)
        self.sandbox.wait_ready(self.page_port, "/api/state")

    def start_one(self, at: int) -> None:
        command = [str(ROOT / "run.py"), "serve", "--host", "127.0.0.1", "--port", str(self.ports[at])]
        self.bots[at].start([*command, "--clock", self.clock, "--clock-rate", "0"], self.environment)

    def ready(self, at: int) -> None:
        self.bots[at].wait_ready(self.ports[at], "/healthz", 90)

    def close(self) -> None:
        """End everything, and hold that no process said a traceback or a secret, and that the living stop cleanly."""
        try:
            living = [at for at, bot in enumerate(self.bots) if bot.alive]
            for at in living:  # one that was killed just now is still coming back
                self.ready(at)
            codes = [self.bots[at].stop() for at in living]
        finally:
            for process in (*self.bots, self.sandbox):
                process.kill()
            self.door.stop()
            self.engine.dispose()
        logs = [bot.log.read_text(encoding="utf-8", errors="replace") for bot in self.bots if bot.log.exists()]
        assert set(codes) <= {0}, codes
        assert [log[log.index("Traceback") :][:3000] for log in logs if "Traceback" in log] == []
        assert [
            name for name in ("secret", "token", "aes_key") if any(getattr(SAMPLE, name) in log for log in logs)
        ] == []

    # -- the world ---------------------------------------------------------------------------------------------------

    def turn_clock(self, moment: str, *, timeout: float = TURN_SECONDS) -> None:
        """Turn the clock forward at whichever replica lives; the stand-in watches, so its record has the stops."""
        status, answer = self.call(self.page_port, "POST", "/api/clock", {"now": f"{moment}+08:00", "rate": 0}, timeout)
        assert status == 200, answer

    def now(self) -> datetime:
        """Business time as the store has it; the clock stands between two turns."""
        rows = self.rows("SELECT business_at FROM anchor")
        at = rows[0]["business_at"] if rows else datetime.fromisoformat(self.clock)
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def read(self, query: str, *values: object) -> list[Row]:
        assert not values
        return self.rows(query)

    def rows(self, query: str, **values: object) -> list[Row]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def write(self, statement: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def rest(self) -> dict[str, int]:
        """What is still to happen at the present business time: due rows, pushes, messages."""
        now = self.now().replace(tzinfo=None)  # as the stores keep it
        queries = {
            "dues": "SELECT count(*) AS n FROM dues WHERE state = 'waiting' AND due_at <= :now",
            "pushes": "SELECT count(*) AS n FROM pushes WHERE state = 'owed' AND at <= :now",
            "messages": "SELECT count(*) AS n FROM outbox WHERE state = 'due'"
            " AND (hold_until IS NULL OR hold_until <= :now)",
        }
        return {name: int(self.rows(query, now=now)[0]["n"]) for name, query in queries.items()}

    def settle(self, seconds: float = 60) -> None:
        """Until nothing is left to do at the present business time."""
        until = time.monotonic() + seconds
        while any(left := self.rest().values()):
            assert time.monotonic() < until, f"still to do at {self.now()}: {self.rest()} {list(left)}"
            time.sleep(0.05)


class Door:
    """What a balancer is before real replicas: it asks any of them that lives, and another one when that died."""

    def __init__(self, replicas: Replicas) -> None:
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(door.tell())

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(door.turn(body))

            def _answer(self, content: Mapping[str, Any]) -> None:
                data = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._replicas = replicas
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.turned_by: list[int] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def tell(self) -> Mapping[str, Any]:
        """The clock as the store has it: also while whoever turns it is being killed."""
        return {"now": self._replicas.now().isoformat(), "rate": 0}

    def turn(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        until, at = time.monotonic() + TURN_SECONDS, len(self.turned_by)
        while time.monotonic() < until:
            port = self._replicas.ports[at % len(self._replicas.ports)]
            with suppress(OSError, HTTPException, ValueError):
                found = _post(port, body, until - time.monotonic())
                self.turned_by.append(at % len(self._replicas.ports))
                return found
            at += 1
            time.sleep(0.1)
        raise AssertionError("nobody could turn the clock")


def _post(port: int, body: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=max(1.0, seconds))
    try:
        connection.request("POST", "/rehearsal/clock", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise ValueError(answer.status)
        found: Mapping[str, Any] = json.loads(content)
        return found
    finally:
        connection.close()


class Killer:
    """Kills one replica after the other with -9, and the next one only when that one is back."""

    def __init__(self, replicas: Replicas, pause: tuple[float, float], seed: int) -> None:
        self._replicas, self._pause, self._dice = replicas, pause, random.Random(seed)
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.kills: list[int] = []
        self.failed: BaseException | None = None

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(120)
        assert self.failed is None, self.failed

    def _run(self) -> None:
        try:
            while not self._over.wait(self._dice.uniform(*self._pause)):
                self._kill(len(self.kills) % len(self._replicas.bots))
        except BaseException as error:  # said by whoever waits for us
            self.failed = error

    def _kill(self, at: int) -> None:
        with self._lock:
            self._replicas.bots[at].kill()
            self.kills.append(at)
            self._replicas.start_one(at)
            self._replicas.ready(at)

    def kill_those_that_said(self, words: str) -> None:
        """Every process in whose log this stands."""
        for at, bot in enumerate(self._replicas.bots):
            if words in bot.log.read_text(encoding="utf-8", errors="replace"):
                self._kill(at)
