"""The engine: from WeCom to a step and back. Knows no business word."""
