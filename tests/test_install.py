"""The files that an installation copies say what the program does, and write nothing down that must not be."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from pathlib import Path

from prometheus_client import REGISTRY

import bot.metrics
from bot import config

DOCS = Path(__file__).parents[1] / "docs"
INSTALL = DOCS / "install"
OF_THE_PROCESS = {"process_resident_memory_bytes", "up"}  # the library's own, and Prometheus' own
NAME = re.compile(r"\b(?:jiandu|process)_\w+|\bup\b")


def _exported() -> set[str]:
    assert bot.metrics.TURNS
    found = {name for metric in REGISTRY.collect() for name in (metric.name, *(s.name for s in metric.samples))}
    counters = {f"{metric.name}_total" for metric in REGISTRY.collect() if metric.type == "counter"}
    buckets = {f"{metric.name}_bucket" for metric in REGISTRY.collect() if metric.type == "histogram"}
    return {name for name in found | counters | buckets if name.startswith("jiandu_")} | OF_THE_PROCESS


def _page() -> dict[str, object]:
    page: dict[str, object] = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    return page


def test_the_dashboard_and_the_alerts_name_only_what_is_exported() -> None:
    panels = _page()["panels"]
    assert isinstance(panels, list) and len({panel["id"] for panel in panels}) == len(panels) > 10
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    alerts = (INSTALL / "alerts.yml").read_text(encoding="utf-8")
    rung = re.findall(r"^ +expr: (.+)$", alerts, re.MULTILINE)
    exported = _exported()
    for expression in (*shown, *rung):
        names = set(NAME.findall(re.sub(r'"[^"]*"', "", expression)))
        assert names and names <= exported, expression


def test_everything_that_the_bot_counts_is_shown() -> None:
    ours = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("jiandu_")}
    text = json.dumps(_page())
    assert [name for name in sorted(ours) if name not in text] == []


def test_every_alert_is_explained() -> None:
    alerts = re.findall(r"- alert: (\w+)", (INSTALL / "alerts.yml").read_text(encoding="utf-8"))
    page = (DOCS / "operation.md").read_text(encoding="utf-8")
    assert len(alerts) > 5
    assert [name for name in alerts if f"| `{name}` |" not in page] == []


def test_the_proxy_writes_down_neither_bodies_nor_queries() -> None:
    text = (INSTALL / "nginx.conf").read_text(encoding="utf-8")
    lines = [line.split(" #")[0].strip() for line in text.splitlines() if not line.strip().startswith("#")]
    said = "\n".join(lines)
    assert not re.search(r"\$(request|args|query_string|request_uri|request_body|arg_\w+|is_args)\b", said)
    assert "access_log off;" in lines and [line for line in lines if line.startswith("access_log")] == [
        "access_log off;"
    ]
    assert [line.split()[-1] for line in lines if line.startswith("error_log")] == ["crit;"]
    assert re.findall(r"location (.+) {", said) == ["= /wecom/callback", "/"]
    size = re.findall(r"(client_max_body_size|client_body_buffer_size) +(\w+);", said)
    assert len({value for _, value in size}) == 1 and len(size) == 2  # nothing is spilled to the disk


def test_the_unit_gives_the_bot_no_more_than_it_needs() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(INSTALL / "jiandu@.service", encoding="utf-8")
    service = dict(unit["Service"])
    wanted = {
        "User": "jiandu", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "", "KillSignal": "SIGTERM", "LimitCORE": "0", "MemorySwapMax": "0", "UMask": "0077",
    }  # fmt: skip
    assert {name: service.get(name) for name in wanted} == wanted
    assert int(service["TimeoutStopSec"]) > 10
    assert "Environment" not in service  # secrets stand in a file that only root reads


def test_the_settings_that_are_installed_exist() -> None:
    texts = [
        (INSTALL / name).read_text(encoding="utf-8") for name in ("secrets.env.example", "Dockerfile", "compose.yaml")
    ]
    named = {name for text in texts for name in re.findall(r"JIANDU_([A-Z]+__[A-Z_]+)", text)}
    known = {
        f"{section}__{key}".upper()
        for section, field in config.Config.model_fields.items()
        for key in field.annotation.model_fields  # type: ignore[union-attr]
    }
    assert len(named) > 8 and named <= known


def test_the_image_is_pinned_and_runs_as_nobody() -> None:
    text = (INSTALL / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert bases and all(re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", base) for base in bases)
    assert "--require-hashes" in text and "://" not in text.replace("http://127.0.0.1", "")
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE) and "HEALTHCHECK" in text
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()}
    assert all((DOCS.parent / name).exists() for name in copied)
