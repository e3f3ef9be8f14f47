"""Counters for Prometheus; no person and no text in any label."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.5, 5.0)

TURNS = Counter("jiandu_turns_total", "Turns carried out, by flow", ["flow"])
TURN_SECONDS = Histogram("jiandu_turn_seconds", "From callback to commit", buckets=BUCKETS)
SENT = Counter("jiandu_sent_total", "Outbox rows by outcome", ["outcome"])
OUTBOX_DEPTH = Gauge("jiandu_outbox_depth", "Messages that may go now and have not gone, or were tried in vain")
OUTBOX_AGE = Gauge("jiandu_outbox_age_seconds", "How long the oldest of them has waited, in real seconds")
OUTBOX_DEAD = Gauge("jiandu_outbox_dead", "Messages that were given up and still stand in the outbox")
WECOM_ERRORS = Counter("jiandu_wecom_errors_total", "Calls to WeCom that failed, by errcode or kind", ["code"])
TOKENS = Counter("jiandu_token_fetches_total", "Times that WeCom was asked for a token, by outcome", ["outcome"])
REFUSED = Counter("jiandu_refused_total", "Calls refused at our own doors, by reason", ["reason"])
PUT_OFF = Counter("jiandu_put_off_total", "Times that a limit of WeCom's made somebody wait, by limit", ["limit"])
BRAKE = Gauge("jiandu_brake_seconds", "How long every process still pauses after 45009")
CACHE_AWAY = Gauge("jiandu_cache_away", "1 while the cache that is set does not answer; counts are one process's")
FETCHED = Counter("jiandu_fetched_total", "Tries to fetch a file, by outcome", ["outcome"])
DUE_FIRED = Counter("jiandu_due_total", "Due rows by outcome", ["outcome"])
DUE_LATE = Gauge("jiandu_due_late_seconds", "Age of the oldest due row at the last tick, in business seconds")
ENGINE_LATE = Gauge("jiandu_engine_late_seconds", "How long the oldest due thing has waited, in real seconds")
HEARTBEAT = Gauge("jiandu_engine_heartbeat_timestamp_seconds", "Last moment at which the push engine was not late")
AUDIT_GAPS = Counter("jiandu_audit_gaps_total", "What the auditor found missing, by kind of fault", ["fault"])
SEALED = Counter("jiandu_sealed_total", "Anonymous reports in the file, counted when a batch is written")
