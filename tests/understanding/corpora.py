"""Corpora of single messages in sections: `[title]`, then one message a line, ⏎ for a line break."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def sections(name: str) -> dict[str, list[str]]:
    """Title -> messages of one .txt file beside this one; lines that begin with `# ` say what the file is."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            title = line[1:-1]
            found[title] = []
        elif line and not line.startswith("# "):
            found[title].append(line.replace("⏎", "\n"))
    return found
