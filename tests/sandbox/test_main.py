"""The stand-in as a process of its own: its command line, its first line, its end."""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from sandbox.__main__ import parse
from sandbox.crypto import Envelope
from sandbox.settings import Sample
from tests.e2e.processes import ROOT, free_port


def test_the_sample_is_the_default_and_its_key_works() -> None:
    sample = parse([])
    assert sample == Sample()
    envelope = Envelope(sample.token, sample.aes_key, sample.corp_id)
    assert envelope.open(envelope.seal(b"x")) == b"x"
    assert sample.secret not in repr(sample)


def test_every_option_reaches_the_settings(tmp_path: Path) -> None:
    words = ["--host=h", "--port=1", "--callback=c", "--corp-id=w", "--agent-id=2", "--secret=s", "--token=t"]
    words += ["--aes-key=k", "--org"]
    got = parse([*words, str(tmp_path)])
    assert (got.host, got.port, got.callback, got.corp_id, got.agent_id) == ("h", 1, "c", "w", 2)
    assert (got.secret, got.token, got.aes_key, got.org) == ("s", "t", "k", tmp_path)


def test_it_starts_says_where_and_stops_cleanly_with_a_page_open() -> None:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--callback", "http://127.0.0.1:9/wecom/callback"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/stream", timeout=5) as stream:
                assert stream.readline() == b": open\n"
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=10)
        finally:
            process.kill()  # nothing is left behind when an assertion fails
    assert process.returncode == 0
    assert errors == ""


def test_it_imports_nothing_of_the_bot() -> None:
    allowed = {"sandbox", "aiohttp", "cryptography", *sys.stdlib_module_names}
    for file in (ROOT / "sandbox").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, file.name
