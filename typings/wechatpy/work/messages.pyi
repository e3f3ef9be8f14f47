from typing import Any

MESSAGE_TYPES: dict[str, type[Any]]
