"""The permission matrix of domain.md 2.3 as data: action by role, each cell with its condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.relations import Relation
from handlers.rules.roles import Role


class Action(StrEnum):
    SUBMIT = "submit"
    REGISTER = "register"
    REJECT = "reject"  # T3: back for completion, refused, merged, turned into a lead
    VIEW_FULL = "view_full"
    VIEW_PEER = "view_peer"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    PROGRESS = "progress"
    EXTEND = "extend"
    APPROVE_EXT = "approve_ext"
    APPLY_ACCEPTANCE = "apply_acceptance"
    ACCEPT = "accept"  # and return
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    URGE = "urge"
    EXPORT = "export"
    TALK = "talk"
    SUBMIT_QUARTER = "submit_quarter"
    QUERY_UNSUBMITTED = "query_unsubmitted"
    QUERY_LIST = "query_list"


class Way(StrEnum):
    """In what way a person may act, or what is left to one who may not act himself."""

    FULL = "full"
    SELF_CHECK = "self_check"  # 自查: about his own unit
    WITHIN_UNIT = "within_unit"  # 在本单位内: only to people of his unit
    FILTERED = "filtered"  # only the items he may see one by one
    REPORT = "report"  # not himself: through an employee's report
    VIA_LIAISON = "via_liaison"  # not himself: his liaison applies
    PROPOSE = "propose"  # not himself: he may propose it
    DRAFT = "draft"  # not himself: he prepares it for the director
    NOTICE = "notice"  # not himself: he is told of it
    NONE = "none"


Condition = Callable[[Relation], bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix. `may` is False for those who only have the `way` (propose, draft, be told)."""

    when: Condition
    way: Way = Way.FULL
    may: bool = True


def always(_: Relation) -> bool:
    return True


def own(relation: Relation) -> bool:
    return relation.own


def own_unit(relation: Relation) -> bool:
    return relation.own_unit


def own_or_below(relation: Relation) -> bool:
    return relation.own_unit or relation.subordinate


def own_source(relation: Relation) -> bool:
    return relation.own_source


def unregistered_of_own_source(relation: Relation) -> bool:
    return relation.own_source and not relation.registered


def transferred(relation: Relation) -> bool:
    return relation.transferred


def transferred_or_submitted(relation: Relation) -> bool:
    return relation.transferred or relation.submitter


def peers_open(relation: Relation) -> bool:
    return not relation.peers_closed


def short_first_extension(relation: Relation) -> bool:
    first = relation.extension_no == 1 and relation.extension_days <= relation.extension_limit
    return first and not relation.major


def short_first_extension_of_own_source(relation: Relation) -> bool:
    return relation.own_source and short_first_extension(relation)


def major_or_later_extension(relation: Relation) -> bool:
    return relation.major or relation.extension_no >= 2


def spot_or_major(relation: Relation) -> bool:
    """The office accepts what it checks at random, what is major, and what it found itself."""
    return relation.spot_check or relation.major or relation.own_source


def own_unregistered(relation: Relation) -> bool:
    return relation.submitter and not relation.registered


_COLUMNS = (
    Role.EMPLOYEE, Role.RESP_PERSON, Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.MEMBER_LIAISON, Role.MEMBER_HEAD,
    Role.AUDIT_STAFF, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.LEADING_GROUP, Role.DISC_MANAGER,
    Role.ACCT_STAFF, Role.SYS_ADMIN,
)  # fmt: skip

# Union staff handle the findings of their source as auditors do (domain.md 2.1: 民主监督来源).
COLUMN_OF = {role: role for role in _COLUMNS} | {Role.UNION_STAFF: Role.AUDIT_STAFF}

_NO = None  # ✘
_YES = Cell(always)
_OWN = Cell(own)
_UNI = Cell(own_unit)
_BEL = Cell(own_or_below)
_SRC = Cell(own_source)
_NEW = Cell(unregistered_of_own_source)
_TRF = Cell(transferred)
_TRS = Cell(transferred_or_submitted)
_SLF = Cell(own_unit, Way.SELF_CHECK)
_WTH = Cell(own_unit, Way.WITHIN_UNIT)
_PEE = Cell(peers_open)
_EXS = Cell(short_first_extension_of_own_source)
_EXT = Cell(short_first_extension)
_EXL = Cell(major_or_later_extension)
_SPO = Cell(spot_or_major)
_BAK = Cell(own_unregistered)
_PAR = Cell(always, Way.FILTERED)
_PAO = Cell(own_unit, Way.FILTERED)
_REP = Cell(always, Way.REPORT, may=False)
_VIA = Cell(own, Way.VIA_LIAISON, may=False)
_PRO = Cell(always, Way.PROPOSE, may=False)
_PRS = Cell(own_source, Way.PROPOSE, may=False)
_DRA = Cell(always, Way.DRAFT, may=False)
_TOL = Cell(always, Way.NOTICE, may=False)
_TOU = Cell(own_unit, Way.NOTICE, may=False)

# Unit people act on their own entries only: their roles are appointments to one unit (domain.md 2.1).
# fmt: off
_ROWS: Mapping[Action, tuple[Cell | None, ...]] = {
    #    empl  resp  u.li  u.hd  m.li  m.hd  audi  staf  dire  lead  disc  acct  admin
    Action.SUBMIT:
        (_REP, _SLF, _SLF, _SLF, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _NO),
    Action.REGISTER:
        (_NO , _NO , _NO , _NO , _SRC, _SRC, _SRC, _YES, _YES, _NO , _NO , _NO , _NO),
    Action.REJECT:
        (_NO , _NO , _NO , _NO , _NO , _SRC, _NO , _YES, _YES, _NO , _NO , _NO , _NO),
    Action.VIEW_FULL:
        (_NO , _OWN, _UNI, _BEL, _SRC, _SRC, _SRC, _YES, _YES, _YES, _YES, _TRS, _NO),
    Action.VIEW_PEER:
        (_NO , _NO , _NO , _NO , _PEE, _YES, _YES, _YES, _YES, _YES, _YES, _YES, _NO),
    Action.CLASSIFY:
        (_NO , _NO , _NO , _NO , _NEW, _NEW, _SRC, _YES, _YES, _NO , _NO , _NO , _NO),
    Action.ASSIGN:
        (_NO , _NO , _NO , _WTH, _NO , _NO , _SRC, _YES, _YES, _NO , _NO , _NO , _NO),
    Action.PROGRESS:
        (_NO , _OWN, _UNI, _UNI, _NO , _NO , _NO , _NO , _NO , _NO , _NO , _NO , _NO),
    Action.EXTEND:
        (_NO , _OWN, _UNI, _UNI, _NO , _NO , _NO , _NO , _NO , _NO , _NO , _NO , _NO),
    Action.APPROVE_EXT:
        (_NO , _NO , _NO , _NO , _NO , _NO , _EXS, _EXT, _YES, _EXL, _NO , _NO , _NO),
    Action.APPLY_ACCEPTANCE:
        (_NO , _VIA, _UNI, _UNI, _NO , _NO , _NO , _NO , _NO , _NO , _NO , _NO , _NO),
    Action.ACCEPT:
        (_NO , _NO , _NO , _NO , _SRC, _SRC, _SRC, _SPO, _YES, _NO , _NO , _NO , _NO),
    Action.REOPEN:
        (_NO , _NO , _NO , _NO , _PRS, _SRC, _SRC, _YES, _YES, _NO , _PRO, _PRO, _NO),
    Action.WITHDRAW:
        (_NO , _BAK, _BAK, _BAK, _BAK, _BAK, _BAK, _YES, _YES, _BAK, _BAK, _BAK, _NO),
    Action.URGE:
        (_NO , _NO , _NO , _UNI, _SRC, _YES, _SRC, _YES, _YES, _YES, _NO , _NO , _NO),
    Action.EXPORT:
        (_NO , _NO , _UNI, _UNI, _SRC, _SRC, _SRC, _YES, _YES, _YES, _SRC, _TRF, _NO),
    Action.TALK:
        (_NO , _NO , _NO , _TOU, _NO , _NO , _NO , _DRA, _YES, _TOL, _NO , _NO , _NO),
    Action.SUBMIT_QUARTER:
        (_NO , _NO , _NO , _NO , _UNI, _UNI, _NO , _NO , _NO , _NO , _NO , _NO , _NO),
    Action.QUERY_UNSUBMITTED:
        (_NO , _NO , _NO , _NO , _UNI, _UNI, _NO , _YES, _YES, _YES, _NO , _NO , _NO),
    Action.QUERY_LIST:
        (_NO , _PAO, _UNI, _BEL, _PAR, _PAR, _PAR, _YES, _YES, _YES, _YES, _PAR, _NO),
}
# fmt: on

MATRIX: Mapping[Action, Mapping[Role, Cell | None]] = {
    action: dict(zip(_COLUMNS, row, strict=True)) for action, row in _ROWS.items()
}
