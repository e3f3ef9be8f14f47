"""The permission matrix of domain.md 2.4 as data: what may be done with a lead, by whom, under which condition.

Never the findings' table: the unit concerned must know of a finding and must not know of a lead. The rows below the
matrix's own (from `register` on) are who acts in 3.5.1; a functional department that a lead is handed to (S43) acts
through its head alone, as the accountability body does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.roles import Role


class LeadAction(StrEnum):
    SUBMIT = "submit"
    VIEW_OWN = "view_own"  # the content he reported himself
    VIEW_CONTENT = "view_content"
    VIEW_STATUS = "view_status"
    VIEW_REPORTER = "view_reporter"  # who reported it under his name
    APPROVE_REPORTER = "approve_reporter"  # that the handler may (2.4 经批准)
    VIEW_ANONYMOUS = "view_anonymous"  # nobody: kept by technique, not by promise
    ACCEPT = "accept"
    TRIAGE = "triage"
    TRANSFER = "transfer"
    SIGN = "sign"
    EXPORT = "export"
    VIEW_LOG = "view_log"
    REGISTER = "register"
    VIEW_SEQ = "view_seq"  # the ledger's own serial (3.1)
    DISPOSE = "dispose"
    FEED_BACK = "feed_back"
    CLOSE = "close"
    REOPEN = "reopen"


class Sight(StrEnum):
    """How much: all of the action, a narrower way of it, or nothing."""

    FULL = "full"
    MARKED = "marked"  # ✔水印: with his name and the time on it
    THREE_STATES = "three_states"
    DRAFT = "draft"  # 拟办、制单: he prepares it, another decides
    OWN_LOOKS = "own_looks"  # the log of what he did himself
    LEADS_ONLY = "leads_only"  # the log, as far as leads are concerned
    TOTALS = "totals"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LeadRelation:
    """One person and one lead. An anonymous report has no submitter.

    in_session: the conversation in which it was reported is still open. registering: the lead is being registered.
    office_reads: the group lets the office's staff read at registration. handled: he is its handler.
    transferred: it was handed to his body. disc_matter: it is the discipline body's, or nobody's yet.
    consented: its reporter agreed that the director knows him. approved: it was approved that the handler does.
    reasoned: he gave a reason. recused: it is about himself, a relative, his superior (P7), or kept from him (S41).
    in_place: it comes to him because those who would have it are named in it (S26, S41).
    """

    submitter: bool = False
    in_session: bool = False
    registering: bool = False
    office_reads: bool = True
    handled: bool = False
    transferred: bool = False
    disc_matter: bool = True
    consented: bool = False
    approved: bool = False
    reasoned: bool = False
    recused: bool = False
    in_place: bool = False


Look = Callable[[LeadRelation], Sight]


def _if(holds: Callable[[LeadRelation], bool], sight: Sight = Sight.FULL) -> Look:
    return lambda relation: sight if holds(relation) else Sight.NONE


def _always(sight: Sight) -> Look:
    return lambda _: sight


____ = None  # ✘
_YES = _always(Sight.FULL)
_MRK = _always(Sight.MARKED)
_TOT = _always(Sight.TOTALS)
_DRA = _always(Sight.DRAFT)
_LOK = _always(Sight.OWN_LOOKS)
_LOG = _always(Sight.LEADS_ONLY)
_OWN = _if(lambda relation: relation.submitter)
_SES = _if(lambda relation: relation.submitter and relation.in_session)
_OW3 = _if(lambda relation: relation.submitter, Sight.THREE_STATES)
_REG = _if(lambda relation: relation.registering and relation.office_reads)
_HAN = _if(lambda relation: relation.handled)
_TRA = _if(lambda relation: relation.transferred)
_DSC = _if(lambda relation: relation.disc_matter)
_CON = _if(lambda relation: relation.consented)
_REA = _if(lambda relation: relation.reasoned)
_APP = _if(lambda relation: relation.handled and relation.approved)


def _his_or_transferred(relation: LeadRelation) -> Sight:
    if relation.transferred:
        return Sight.FULL
    return Sight.THREE_STATES if relation.submitter else Sight.NONE


_T_3 = _his_or_transferred

_COLUMNS = (
    Role.EMPLOYEE, Role.RESP_PERSON, Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.MEMBER_LIAISON, Role.MEMBER_HEAD,
    Role.AUDIT_STAFF, Role.UNION_STAFF, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.LEADING_GROUP, Role.DISC_MANAGER,
    Role.DISC_HANDLER, Role.ACCT_STAFF, Role.SUB_OFFICE, Role.SYS_ADMIN, Role.LOG_AUDITOR,
)  # fmt: skip

# fmt: off
_ROWS: Mapping[LeadAction, tuple[Look | None, ...]] = {
    #    empl  resp  u.li  u.hd  m.li  m.hd  audi  unio  staf  dire  lead  disc  hand  acct  subo  admi  logs
    LeadAction.SUBMIT:
        (_YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, ____),
    LeadAction.VIEW_OWN:
        (_SES, ____, _OWN, _OWN, _OWN, _OWN, _OWN, _OWN, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    LeadAction.VIEW_CONTENT:
        (____, ____, ____, ____, ____, _TRA, ____, ____, _REG, _YES, ____, _YES, _HAN, _TRA, ____, ____, ____),
    LeadAction.VIEW_STATUS:
        (_OW3, ____, ____, ____, _OW3, _T_3, _OW3, _OW3, _YES, _YES, _TOT, _YES, _HAN, _TRA, ____, ____, ____),
    LeadAction.VIEW_REPORTER:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, _CON, ____, _REA, _APP, ____, ____, ____, ____),
    LeadAction.APPROVE_REPORTER:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, _YES, ____, ____, ____, ____, ____),
    LeadAction.VIEW_ANONYMOUS:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    LeadAction.ACCEPT:
        (____, ____, ____, ____, ____, ____, ____, ____, _DRA, _YES, ____, _DSC, ____, _TRA, ____, ____, ____),
    LeadAction.TRIAGE:
        (____, ____, ____, ____, ____, ____, ____, ____, _DRA, _YES, ____, _DSC, ____, _TRA, ____, ____, ____),
    LeadAction.TRANSFER:
        (____, ____, ____, ____, ____, ____, ____, ____, _DRA, _YES, ____, _YES, ____, _YES, ____, ____, ____),
    LeadAction.SIGN:
        (____, ____, ____, ____, ____, _TRA, ____, ____, ____, _YES, ____, _YES, ____, _YES, ____, ____, ____),
    LeadAction.EXPORT:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, _TOT, _TOT, _MRK, ____, _TRA, ____, ____, ____),
    LeadAction.VIEW_LOG:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, _LOK, ____, _LOG, ____, ____, ____, ____, _YES),
    LeadAction.REGISTER:
        (____, ____, ____, ____, ____, ____, ____, ____, _YES, _YES, ____, _YES, ____, ____, ____, ____, ____),
    LeadAction.VIEW_SEQ:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, _YES, ____, ____, ____, ____, ____),
    LeadAction.DISPOSE:
        (____, ____, ____, ____, ____, _TRA, ____, ____, ____, _HAN, ____, _DSC, ____, _TRA, ____, ____, ____),
    LeadAction.FEED_BACK:
        (____, ____, ____, ____, ____, _TRA, ____, ____, ____, _YES, ____, _YES, _HAN, _TRA, ____, ____, ____),
    LeadAction.CLOSE:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, _YES, ____, _YES, ____, ____, ____, ____, ____),
    LeadAction.REOPEN:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, _YES, ____, _YES, ____, ____, ____, ____, ____),
}
# fmt: on

LEAD_MATRIX: Mapping[LeadAction, Mapping[Role, Look]] = {
    action: {role: look for role, look in zip(_COLUMNS, row, strict=True) if look is not None}
    for action, row in _ROWS.items()
}
