"""One tree of exceptions, and what the person hears for each."""

from __future__ import annotations

NOT_FOUND_OR_FORBIDDEN = "未查询到该编号，或您无权查看。"  # contract.md, Refusals: the same for both
FOREIGN_UNIT = "您只能查询本单位（及下属）的问题。"
LEADS_CLOSED = "线索情况不对外提供查询。"  # domain.md 2.5


class JianduError(Exception):
    """Everything of ours."""


class UserError(JianduError):
    """A refusal or a correction that the person hears word for word.

    counts: a refused look-up that is counted although the turn rolls back (domain.md 2.5).
    keep: leave the open conversation where it is, so that the person can answer again.
    """

    def __init__(self, wording: str, *, counts: bool = False, keep: bool = True) -> None:
        super().__init__(type(self).__name__)
        self.wording = wording
        self.counts = counts
        self.keep = keep

    @classmethod
    def hidden(cls) -> UserError:
        """What one may not see, or what does not exist: the same words, counted."""
        return cls(NOT_FOUND_OR_FORBIDDEN, counts=True)


class Overtaken(UserError):
    """Somebody was faster: the conditional update found another state."""


class StoreUnavailable(JianduError):
    """A turn could not be committed, not even alone; the person is asked to send again."""

    wording = "未成功，请稍后重发。"


class OutcomeUnknown(StoreUnavailable):
    """The connection ended between COMMIT and its answer: the turn may stand, so nobody may be told that it failed."""


class ConfigError(JianduError):
    """One line naming the key at fault; `run.py` prints it and exits 2."""


class BackupError(JianduError):
    """One line that says why a backup was not made, is not whole, or was not restored; nothing was changed."""
