"""Callbacks as a platform gone mad would send them: rightly signed or wrongly, around any XML."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import base64
import struct
import time
from typing import Any
from urllib.parse import urlencode

from sandbox import xml
from sandbox.crypto import Envelope
from tests.fuzz import dice as dices
from tests.fuzz.dice import Dice
from tests.fuzz.samples import PEOPLE, SAMPLE, kinds, utterances

ENVELOPE = Envelope(SAMPLE.token, SAMPLE.aes_key, SAMPLE.corp_id)
KINDS = kinds()


def fields(dice: Dice, now: float) -> dict[str, Any]:
    """One well-formed message of any kind."""
    return {
        "ToUserName": SAMPLE.corp_id, "FromUserName": dice.choice(PEOPLE), "CreateTime": int(now),
        "MsgId": dice.randrange(2**63), "AgentID": SAMPLE.agent_id, **dice.choice(KINDS),
    }  # fmt: skip


def hostile(dice: Dice, now: float, mark: str) -> bytes:
    """The XML inside: fields changed, dropped, added, nested, repeated; or spoilt as bytes. Texts hold the mark."""
    said = fields(dice, now)
    if said["MsgType"] == "event":
        del said["MsgId"]
    for name in [one for one in said if dice.random() < 0.12]:
        said[name] = _other(dice, said[name])
    if dice.random() < 0.1:
        del said[dice.choice(list(said))]
    if dice.random() < 0.1:
        said[dice.choice(("ChatId", "SelectedItems", "MsgId", "Event", "Content", "x", "ChangeType"))] = _other(
            dice, ""
        )
    if said.get("MsgType") == "text" and dice.random() < 0.8:
        said["Content"] = mark + dices.sound(dices.words(dice, utterances()))
    way = dice.random()
    if way < 0.75:
        return xml.write(said)
    if way < 0.9:
        return dices.raw(dice, xml.write(said))
    return _markup(dice, xml.write(said))


def _other(dice: Dice, was: Any) -> Any:
    match dice.randrange(5):
        case 0:
            return {
                "SelectedItem": [{"QuestionKey": dice.choice(dices.SNIPPETS), "OptionIds": {"OptionId": ["a", "b"]}}]
                * dice.choice((1, 2, 50))
            }
        case 1:
            return {"a": {"b": {"c": "d"}}}
        case 2:
            return [was, was] if isinstance(was, str) else {"x": ""}
        case 3:
            return dices.sound(dices.anything(dice, dice.choice((1, 64, 65, 129, 3000))))
        case _:
            return dice.choice(dices.SNIPPETS)


def _markup(dice: Dice, good: bytes) -> bytes:
    """What only XML can do."""
    inner = good.removeprefix(b"<xml>").removesuffix(b"</xml>")
    return dice.choice((
        b"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY b '&a;&a;&a;'>]><xml><Content>&b;</Content></xml>",
        b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + good, b"<xml>" * 5000 + b"</xml>" * 5000, b"<xml>" + b"<a>" * 13 + b"</a>" * 13 + b"</xml>",
        b"<xml>" + inner * dice.choice((2, 100)) + b"</xml>", b"<xml a='" + b"x" * 100_000 + b"'>" + inner + b"</xml>",
        b"<xml>" + b"<x/>" * dice.choice((10, 4999, 5001)) + inner + b"</xml>", b"<?xml version='1.0' encoding='utf-16'?>" + good,
        b"<?xml version='1.1'?>" + good, b"<x:xml xmlns:x='u'>" + inner + b"</x:xml>", b"<xml><xml>" + inner + b"</xml></xml>",
        b"<xml><!--" + inner + b"--></xml>", b"<xml><?php x?>" + inner + b"</xml>", good.decode().encode("utf-16"), good.decode().encode("gb18030", "replace"),
        good + good, b"\xef\xbb\xbf" + good, b"<XML>" + inner + b"</XML>", b"<xml>&#x110000;&#0;&#xD800;</xml>",
    ))  # fmt: skip


def query(encrypted: str, now: float, nonce: str = "n") -> dict[str, str]:
    timestamp = str(int(now))
    return {"msg_signature": ENVELOPE.sign(timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce}


def outer(encrypted: str) -> dict[str, Any]:
    return {"ToUserName": SAMPLE.corp_id, "AgentID": str(SAMPLE.agent_id), "Encrypt": encrypted}


def signed(plain: bytes, now: float) -> tuple[str, bytes]:
    """Query and body of a callback that is in order whatever is inside."""
    encrypted = ENVELOPE.seal(plain)
    return urlencode(query(encrypted, now)), xml.write(outer(encrypted))


def refused(dice: Dice, now: float) -> tuple[str, bytes]:
    """Query and body with one thing wrong that no callback has: signature, age, envelope, cipher, receiver, padding."""
    plain = xml.write(fields(dice, now))
    encrypted = ENVELOPE.seal(plain)
    asked, around = query(encrypted, now, str(dice.randrange(10**10))), outer(encrypted)
    match dice.randrange(9):
        case 0:
            del asked[dice.choice(list(asked))]
        case 1:
            name = dice.choice(list(asked))
            asked[name] = dices.sound(dice.choice((*dices.SNIPPETS, asked[name][::-1] + "1", asked[name] + " ")))
            if asked == query(encrypted, now, asked["nonce"]):
                asked["msg_signature"] = ""
        case 2:
            asked = query(encrypted, now + dice.choice((-601, -86400, 700, 10**8)))
        case 3:
            at = dice.randrange(len(encrypted))
            around["Encrypt"] = encrypted[:at] + dice.choice("-_.<&中") + encrypted[at + 1 :]
        case 4:
            around["ToUserName"] = dice.choice(("", "ww0", SAMPLE.corp_id + "x", SAMPLE.corp_id.upper()))
        case 5:
            sealed = base64.b64encode(dice.randbytes(dice.choice((0, 15, 16, 32, 160, 4096)))).decode()
            asked, around["Encrypt"] = query(sealed, now), sealed
        case 6:
            return urlencode(asked), xml.write(around)[: -dice.randrange(7, 60)]
        case 7:
            return urlencode(asked), dice.choice(
                (b"", b"{}", b"<xml/>", b"\0" * 99, b"<xml><Encrypt/></xml>", b"A" * 1_048_577, dice.randbytes(300))
            )
        case _:
            sealed = _lying(dice, plain)
            asked, around["Encrypt"] = query(sealed, now), sealed
    return urlencode(asked), xml.write(around)


def _lying(dice: Dice, message: bytes) -> str:
    """Rightly encrypted; the length, the receiver or the padding is not right."""
    way = dice.randrange(3)
    lengths = (0xFFFFFFFF, 0x80000000, len(message) + 400, len(message) - 1, 0)
    length = dice.choice(lengths) if way == 0 else len(message)
    receiver = dice.choice((b"", b"ww1", SAMPLE.corp_id.encode() + b"1")) if way == 1 else SAMPLE.corp_id.encode()
    plain = dice.randbytes(16) + struct.pack(">I", length) + message + receiver
    pad = 32 - len(plain) % 32
    tail = bytes([pad]) * pad if way < 2 else bytes([dice.choice((0, 33, 255))]) * pad
    encryptor = ENVELOPE._cipher().encryptor()
    return base64.b64encode(encryptor.update(plain + tail) + encryptor.finalize()).decode()


def clock() -> float:
    return time.time()
