"""The usual way to answer WeCom in Python: Flask and wechatpy, one message in, the same words out, nothing stored."""

from __future__ import annotations

import os

from flask import Flask, Response, request
from wechatpy.work import parse_message  # type: ignore[attr-defined]  # our stubs hold only what the bot uses
from wechatpy.work.crypto import WeChatCrypto
from wechatpy.work.replies import TextReply


def create_app() -> Flask:
    """For gunicorn; token, key and corp id come from the environment."""
    app = Flask(__name__)
    crypto = WeChatCrypto(os.environ["BENCH_TOKEN"], os.environ["BENCH_AES_KEY"], os.environ["BENCH_CORP_ID"])

    @app.post("/wecom/callback")
    def callback() -> Response:
        signature, timestamp = request.args["msg_signature"], request.args["timestamp"]
        nonce = request.args["nonce"]
        message = parse_message(crypto.decrypt_message(request.data, signature, timestamp, nonce))
        reply = TextReply(content=message.content, message=message)  # type: ignore[call-arg]
        return Response(crypto.encrypt_message(reply.render(), nonce, timestamp), content_type="application/xml")

    return app
