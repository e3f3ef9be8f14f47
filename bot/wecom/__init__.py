"""The only place that knows WeCom's wire formats (wecom.md 1-4)."""
