"""The plaintext of every callback that the platform sends (wecom.md 1.7, 1.8), as ordered fields for `xml.write`."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.settings import Settings

Fields = dict[str, Any]


class Events:
    """Builds callbacks for one app. Every MsgId is new and fits 64 bits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ids = itertools.count(secrets.randbits(40) << 20)

    def message(self, userid: str, kind: str, **fields: Any) -> Fields:
        """An ordinary message of any MsgType; `fields` in WeCom's own names."""
        return {
            **self._common(userid, kind),
            **fields,
            "MsgId": next(self._ids),
            "AgentID": self._settings.agent_id,
        }

    def text(self, userid: str, content: str) -> Fields:
        return self.message(userid, "text", Content=content)

    def image(self, userid: str, media_id: str, url: str) -> Fields:
        return self.message(userid, "image", PicUrl=url, MediaId=media_id)

    def voice(self, userid: str, media_id: str, form: str = "amr") -> Fields:
        return self.message(userid, "voice", MediaId=media_id, Format=form)

    def video(self, userid: str, media_id: str, thumb_id: str) -> Fields:
        return self.message(userid, "video", MediaId=media_id, ThumbMediaId=thumb_id)

    def location(self, userid: str, latitude: float, longitude: float, label: str, scale: int = 16) -> Fields:
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": scale, "Label": label}
        return self.message(userid, "location", **place, AppType="wxwork")

    def link(self, userid: str, title: str, description: str, url: str, picture: str = "") -> Fields:
        return self.message(userid, "link", Title=title, Description=description, Url=url, PicUrl=picture)

    def file(self, userid: str, media_id: str, name: str) -> Fields:
        return self.message(userid, "file", MediaId=media_id, FileName=name)

    def event(self, userid: str, event: str, **fields: Any) -> Fields:
        """Any event: no MsgId (wecom.md 1.8)."""
        return {**self._common(userid, "event"), "Event": event, **fields, "AgentID": self._settings.agent_id}

    def card_click(
        self, userid: str, card: Mapping[str, Any], key: str, code: str, selected: Mapping[str, Sequence[str]]
    ) -> Fields:
        items = [{"QuestionKey": q, "OptionIds": {"OptionId": list(options)}} for q, options in selected.items()]
        extra = {"SelectedItems": {"SelectedItem": items}} if items else {}
        return self.event(userid, "template_card_event", **_clicked(card, key, code), **extra)

    def card_menu(self, userid: str, card: Mapping[str, Any], key: str, code: str) -> Fields:
        return self.event(userid, "template_card_menu_event", **_clicked(card, key, code))

    def contact_change(self, change: str, **fields: Any) -> Fields:
        """From `sys`, about the contacts; only ids, as for addresses set up after 2022-08-15."""
        return self.event("sys", "change_contact", ChangeType=change, **fields)

    def _common(self, userid: str, kind: str) -> Fields:
        return {
            "ToUserName": self._settings.corp_id,
            "FromUserName": userid,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }


def _clicked(card: Mapping[str, Any], key: str, code: str) -> Fields:
    return {
        "EventKey": key,
        "TaskId": card.get("task_id", ""),
        "CardType": card.get("card_type", ""),
        "ResponseCode": code,
    }
