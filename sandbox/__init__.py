"""The other side of the wire: a stand-in WeCom with a chat page. Imports nothing of the bot."""
