"""The list of doors: the one place to add one."""

from __future__ import annotations

from tests.fuzz import doors_chat, doors_files, doors_keeping, doors_systems, doors_web
from tests.fuzz.running import Door

DOORS: tuple[Door, ...] = (
    *doors_chat.DOORS, *doors_web.DOORS, *doors_systems.DOORS, *doors_files.DOORS, *doors_keeping.DOORS,
)  # fmt: skip
