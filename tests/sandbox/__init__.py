"""The stand-in WeCom: its wire, its faults, its page."""
