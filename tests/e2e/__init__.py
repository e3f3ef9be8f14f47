"""Everything against `run.py serve` as a process of its own, over real HTTP, with the stand-in as the platform."""
