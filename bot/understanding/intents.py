"""Which intents a message's concepts speak for: a table of weighted rules, every one of them explainable."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.understanding import concepts

# Facts that the engine adds to the concepts of the words.
FACTS = ["NUM", "NUMS", "LEADNUM", "UNIT", "DEPT", "PERSON", "AMOUNT", "DAY", "PERIOD", "PERCENT", "ASK", "LONG", "SHORT", "FORM", "ITEMS", "ONLYNUM", "CATNAME", "R_LEAD", "R_OFFICE", "R_UNIT", "R_MEMBER", "R_WORKER", "TRAILED", "HASRECEIPT", "STATEMENT"]

# intent weight: concepts that must be there; a|b = one of them; -a = must not be there. Weights add up per intent.
_RULES = """
urgent_report 7: EVENT NOW -DISCOVER -FINDING_CMD -ASK -MEETING -METRIC -NUM
urgent_report 4: EVENT UNIT -DISCOVER -FINDING_CMD -ASK -DISC -MEETING -NUM -DEFECT
urgent_report 3: EVENT -DISCOVER -FINDING_CMD -ASK -MEETING -NUM
urgent_report 6: URGENT EVENT -MEETING -FINDING_CMD
urgent_report 5: URGENT LONG -MEETING -ASK -FINDING_CMD -NUM -ACCEPTANCE -URGE -QUARTER_INFO -METRIC -QUERY -LIST

submit_finding 9: FINDING_CMD -LEAD_CMD
submit_finding 5: FINDING_CMD
submit_finding -6: FINDING_CMD HOW ASK -UNIT
submit_finding 4: DISCOVER DEFECT -ASK -NUM -LEADNUM
submit_finding 3: DISCOVER UNIT -ASK -NUM -LEADNUM -METRIC -JOINT
submit_finding 2: DISCOVER LONG -ASK -NUM
submit_finding 4: UNIT DEFECT LONG -ASK -NUM -QUERY -LIST -COUNT -OVERDUE -OPEN
submit_finding 3: UNIT AMOUNT LONG -ASK -NUM -EVENT
submit_finding 3: CATWORD UNIT LONG -ASK -NUM -QUERY -LIST -METRIC -COUNT -EXPORT -MEETING
submit_finding 2: CATWORD DEFECT -ASK -NUM -QUERY -LIST
submit_finding 2: ITEMS UNIT -NUM
submit_finding 6: FORM UNIT FINDING -NUM -LEAD -EXTEND
submit_finding 3: FORM UNIT -NUM
submit_finding 2: FINDING DISCOVER UNIT -NUM -ASK
submit_finding 2: FINDING MAJOR UNIT LONG -NUM -ASK -QUERY -LIST

submit_lead 9: LEAD_CMD -LEADNUM
submit_lead 7: LEAD_CMD DISC
submit_lead 6: LEAD -LEADNUM -NUM -TRANSFER -QUERY -LIST -ASK -RECEIPT_OF -HOW -EXPORT -COUNT -METRIC -CORR
submit_lead 3: LEAD UNIT -LEADNUM -NUM -QUERY -LIST -COUNT -ASK
submit_lead 9: SUSPECT DISC -NUM -LEADNUM -TRANSFER -FINDING_CMD
submit_lead 7: SUSPECT -NUM -LEADNUM -TRANSFER -FINDING_CMD
submit_lead 8: DISC PERSONAL -NUM -LEADNUM -TRANSFER -QUARTER_INFO
submit_lead 6: DISC PERSON -NUM -LEADNUM -TRANSFER
submit_lead 3: DISC UNIT -NUM -LEADNUM -FINDING_CMD -TRANSFER
submit_lead 2: DISC -NUM -LEADNUM
submit_lead -5: FINDING_CMD DISC -LEAD_CMD -PERSONAL
submit_lead 3: DISC R_WORKER -NUM
submit_lead -5: DISCOVER DEFECT -SUSPECT -LEAD -LEAD_CMD -DISC

transfer_lead 10: LEADNUM TRANSFER
transfer_lead 9: LEAD TRANSFER -NUM -SUSPECT -DISCOVER
transfer_lead 4: LEAD TRANSFER -NUM -SUSPECT
transfer_lead 4: LEAD_CMD TRANSFER -ASK -LONG
transfer_receipt 11: LEADNUM RECEIPT_OF
transfer_receipt 6: RECEIPT_OF LEAD
transfer_receipt 5: RECEIPT_OF R_LEAD
lead_decide 9: LEADNUM DISPOSE -TRANSFER
lead_decide 3: LEADNUM DISPOSE
lead_decide 9: LEADNUM REJECT
lead_decide 6: DISPOSE LEAD -NUM -ASK
lead_decide 6: DISPOSE R_LEAD -NUM -ASK
convert_to_lead 14: TO_LEAD NUM
convert_to_lead 8: TO_LEAD -LEADNUM FINDING
convert_to_lead 4: TO_LEAD -LEADNUM

apply_extension 10: EXTEND -NO_EXTEND -APPROVE -HOW
apply_extension 8: EXTEND NUM -NO_EXTEND -APPROVE
apply_extension 4: EXTEND ASK -NO_EXTEND -HOW
apply_extension -7: EXTEND QUERY
decide_extension 13: EXTEND APPROVE -HOW
decide_extension 14: EXTEND NO_EXTEND
decide_extension 12: NUM ONGOING -ASSIGN -PROGRESS_CMD -UNIT
decide_extension 9: EXTEND REJECT

apply_acceptance 11: ACCEPTANCE -ACCEPT -REJECT -HOW
apply_acceptance 5: ACCEPTANCE NUM -HOW
apply_acceptance 3: ACCEPTANCE DONE
accept 13: ACCEPT -REJECT -ASK -LEADNUM
accept 4: ACCEPT NUM -REJECT -ASK
return 9: REJECT -LEADNUM -ASK
return 5: REJECT NUM -ASK -LEADNUM
return 3: REJECT NUM ACCEPT -LEADNUM -ASK

submit_progress 11: PROGRESS_CMD -ASK -QUERY -MEETING
submit_progress 5: PROGRESS_CMD NUM -ASK
submit_progress 7: NUM DONE -ASK -ACCEPTANCE
submit_progress 4: DONE MINE -ASK -FINDING_CMD -DISC -UNIT
submit_progress 3: DONE -ASK -NO_ISSUE -UNIT -FINDING_CMD -DISC -QUARTER_INFO -MEETING
submit_progress 5: NUM PERCENT -ASK
submit_progress 4: NUM LONG STATEMENT -ASK -QUERY -LIST -ASSIGN -EXTEND -REJECT -ACCEPT -CORR -URGE -REOPEN -WITHDRAW -TO_LEAD
submit_progress 4: DONE PERCENT -ASK -METRIC
submit_progress 3: DONE AMOUNT NUM -ASK
submit_progress 4: DONE R_UNIT -ASK -FINDING_CMD -EVENT

assign 10: NUM ASSIGN -ASK -LEADNUM -QUERY -PROGRESS_CMD
assign 4: ASSIGN UNIT -ASK -QUERY -FINDING_CMD -DISCOVER -MEETING -LEAD_CMD -DISC -FORM
assign 4: ASSIGN PERSON -ASK -QUERY -FINDING_CMD -DISCOVER -LEAD_CMD -CORR -DISC -FORM
assign 3: ASSIGN DEPT -ASK -QUERY -FINDING_CMD -DISCOVER -MEETING -DISC -FORM
assign 3: ASSIGN DAY -ASK -QUERY -FINDING_CMD -DISCOVER -DISC -FORM
assign 4: NUM UNIT DAY -ASK -QUERY -URGE -EXTEND -CORR -PROGRESS_CMD
assign 3: NUM UNIT PERSON -ASK -QUERY -URGE
reopen 14: REOPEN NUM -ASK
reopen 9: REOPEN -ASK -MEETING
withdraw 9: WITHDRAW -NO_ISSUE -ASK
withdraw 4: WITHDRAW NUM -ASK
correct 12: WITHDRAW NO_ISSUE
correct 7: CORR -NUM -ASK
correct 6: CORR FIELD -PROGRESS_CMD -DONE
correct 4: CORR FIELD NUM
correct 3: CORR SHORT
correct -6: CORR FINDING_CMD LONG
correct -5: CORR DISCOVER DEFECT
correct -5: CORR DONE LONG -FIELD

query_by_number 8: NUM ASK -EXTEND -URGE
query_by_number 6: NUM QUERY -ASSIGN -EXTEND -URGE
query_by_number 8: LEADNUM ASK
query_by_number 6: LEADNUM QUERY -TRANSFER -DISPOSE
query_by_number 9: NUM STATUS_Q -EXTEND
query_by_number 6: LEADNUM STATUS_Q
query_by_number 9: ONLYNUM
query_by_number 3: NUM SHORT
query_by_number 3: LEADNUM SHORT

query_by_unit 6: UNIT LIST -NUM -OVERDUE -EXPORT -METRIC
query_by_unit 6: UNIT COUNT -NUM -OVERDUE -METRIC
query_by_unit 6: UNIT STATUS_Q -NUM
query_by_unit 4: UNIT QUERY -NUM -OVERDUE -METRIC -INTERVIEW -URGE
query_by_unit 5: UNIT OPEN -NUM -URGE
query_by_unit 3: UNIT ASK -NUM -INTERVIEW -WHO_NOT -URGE
query_by_unit 4: UNIT FINDING SHORT -NUM -FINDING_CMD
query_by_unit 6: SELF_UNIT LIST -NUM -OVERDUE -EXPORT -WHO_NOT
query_by_unit 6: SELF_UNIT OPEN -NUM
query_by_unit 5: SELF_UNIT COUNT -NUM -OVERDUE
query_by_unit 4: SELF_UNIT QUERY FINDING -NUM
query_by_unit 5: NAMED PERSON -NUM
query_by_unit 4: NAMED COUNT|LIST|ASK -NUM
query_by_unit 4: PERSON COUNT|LIST -NUM -MEETING
query_by_unit 8: REPORTED_BY DEPT -COUNT -NUM -METRIC
query_by_unit 3: DEPT LIST|QUERY|ASK -NUM -WHO_NOT -MEETING -JOINT -EXPORT -FINDING_CMD
query_by_unit 3: MINE OPEN -NUM
query_by_unit 3: FINDING LIST -PERIOD -EXPORT -OVERDUE
query_by_unit -6: PERIOD -UNIT -PERSON -SELF_UNIT
query_by_time 5: PERIOD FINDING -NUM -NO_ISSUE -FINDING_CMD -METRIC -EXPORT -DISCOVER -UNIT
query_by_time 5: PERIOD LIST -NUM -OVERDUE -EXPORT -METRIC -MEETING -WHO_NOT
query_by_time 5: PERIOD COUNT -NUM -METRIC -MEETING
query_by_time 4: PERIOD QUERY -NUM -METRIC -EXPORT -MEETING -QUARTER_INFO
query_by_time 8: TODUE PERIOD|DAY -NUM -EXTEND -WHO_NOT
query_by_time 7: TODUE LIST|COUNT|ASK|QUERY -NUM -OVERDUE -HOW
query_by_time 4: TIMEQ PERIOD -NUM -FINDING_CMD
query_by_time 4: TIMEQ DAY LIST|COUNT|QUERY -NUM
query_by_time 6: PERIOD CATNAME SHORT -NUM -DEFECT -METRIC
query_by_time 4: PERIOD MAJOR SHORT -NUM
query_by_time 5: CATNAME FINDING SHORT -NUM -FINDING_CMD -DEFECT -METRIC -JOINT -EXPORT
query_by_time 3: CATNAME LIST|QUERY|COUNT -NUM -METRIC -EXPORT
query_overdue 9: OVERDUE LIST|COUNT|QUERY|ASK -NUM -METRIC -URGE -EXTEND
query_overdue 5: OVERDUE SHORT -FINDING_CMD -DISCOVER -NUM -METRIC -URGE
query_overdue 4: OVERDUE UNIT_TYPE -NUM -METRIC
query_overdue 3: OVERDUE LENGTH -NUM -METRIC -URGE -DISCOVER -FINDING_CMD
query_stats 9: METRIC -NUM -MEETING -JOINT
query_stats 3: METRIC PERIOD|ASK|CATNAME|UNIT_TYPE
query_stats 7: CHART
query_stats 8: COUNT COUNT2 -NUM
query_stats 5: COUNT FINDING ASK -UNIT -PERIOD -PERSON -NUM -OVERDUE -SELF_UNIT -TODUE
query_stats -6: METRIC DISCOVER DEFECT
query_stats -5: METRIC WHO_NOT
query_unsubmitted 11: WHO_NOT -URGE -NUM -EXPORT
query_unsubmitted 3: WHO_NOT ASK|UNIT_TYPE
urge 11: URGE -NOT_URGE -ACK -ASK -MEETING -WITHDRAW
urge 4: URGE WHO_NOT|OVERDUE|UNIT|PERSON -NOT_URGE
ack_reminder 12: NOT_URGE
ack_reminder 8: ACK -NUM -LONG -FINDING_CMD -ACCEPT -URGE
ack_reminder 2: ACK DAY -FINDING_CMD
escalate 8: ESCALATE NUM|OVERDUE|UNIT|SHORT
escalate 3: ESCALATE
declare_no_issue 9: NO_ISSUE -FINDING_CMD -NUM -QUARTER_INFO -ASK -ACCEPT -UNIT
declare_no_issue 6: NO_ISSUE PERIOD -ASK -DISCOVER -NUM
declare_no_issue 8: NO_ISSUE QUARTER_INFO
submit_quarter_info 11: QUARTER_INFO -ASK -WHO_NOT -HOW -EXPORT -QUERY
submit_quarter_info 4: QUARTER_INFO LONG -ASK
submit_special_report 7: SPECIAL -ASK -NUM -LEAD -TRANSFER -MEETING -QUERY -EXPORT -DONE
submit_special_report 6: SPECIAL FINDING -ASK -NUM -LEAD -EXPORT -QUERY
submit_special_report 4: SPECIAL COUNTED -ASK -NUM -LEAD
meeting 12: MEETING -FINDING_CMD -DEFECT -NUM -DONE -OUT
meeting 5: MEETING LEAVE
meeting 3: MEETING DAY|ASK|LIST -NUM -DEFECT
meeting 5: LEAVE -OUT
interview 13: INTERVIEW -DONE -QUARTER_INFO -NUM -DISCOVER
interview 4: INTERVIEW UNIT|PERSON|ASK -QUARTER_INFO -NUM -DONE
joint_inspection 12: JOINT -NUM -FINDING_CMD
joint_inspection 3: JOINT DEPT|UNIT|CATNAME
export_report 8: EXPORT PAPER -NUM -DEFECT -OUT -LEAD
export_report 5: EXPORT PERIOD -NUM -DEFECT -OUT -FINDING_CMD
export_report 3: EXPORT FINDING -DEFECT -OUT -FINDING_CMD
help 10: HELP -NUM
help 8: HOW -NUM -UNIT -LEADNUM -DEFECT -MEETING -DISCOVER -WHO_NOT -LIST -OUT -DISC -STATUS_Q -EVENT
help 6: HOW FINDING|LEAD|EXTEND|ACCEPTANCE|QUARTER_INFO|FINDING_CMD|LEAD_CMD|TRANSFER|ASSIGN|PROGRESS_CMD|WHO_NOT|SPECIAL -UNIT -NUM -MEETING -DEFECT -DISC
help 5: HOW EXTEND -NUM
chitchat 9: GREET SHORT -FINDING -QUERY -HELP -UNIT -NUM -DISCOVER
chitchat 3: GREET -UNIT -NUM -LONG -HELP -HOW
chitchat 9: ABUSE -UNIT -DISCOVER -DEFECT
out_of_scope 10: OUT -NUM -FINDING_CMD -DISCOVER -UNIT -LEAD_CMD -DISC -FINDING
refer_out 16: SPY -FINDING_CMD

submit_finding -9: SPECIAL COUNTED
submit_special_report 5: SPECIAL COUNTED -NUM
query_by_unit -6: DISCOVER DEFECT -ASK
query_by_unit -6: DISCOVER DEFECT UNIT LONG
query_by_unit -4: DEFECT LONG -ASK -OPEN
query_by_number -7: DISCOVER DEFECT LONG
query_by_number -6: UNIT DEFECT LONG -ASK
submit_finding 7: DISCOVER UNIT DEFECT NUM LONG -ASK
submit_finding -12: SUSPECT -FINDING_CMD
submit_finding -6: DISC PERSONAL -FINDING_CMD
submit_lead 7: SENSITIVE
query_by_number 8: LASTREF ASK -WITHDRAW -CORR
submit_progress 8: EVID NUM -ACCEPTANCE -ASK -REJECT -ACCEPT
submit_progress 4: EVID MINE -ACCEPTANCE -ASK -REJECT
submit_progress -9: ACCEPTANCE -PROGRESS_CMD
apply_acceptance 4: ACCEPTANCE EVID
assign 7: NUM ASSIGN CORR PERSON
assign 8: LEADORG DEPT -DISCOVER -MEETING -QUARTER_INFO -FINDING_CMD
urgent_report 8: EVENT PANIC -NUM
meeting 4: MEETING URGE
correct 6: NUM CORR FIELD DAY
correct 7: CORR LASTREF
correct 4: LASTREF PERSON
decide_extension 14: NO_EXTEND
apply_extension 9: NUM LENGTH ASK -QUERY -HOW
query_by_unit 4: LIST|COUNT OPEN -NUM -WHO_NOT -OVERDUE
query_unsubmitted -6: WHO_NOT ACK
submit_finding 3: DEFECT CATWORD UNIT -ASK -NUM -QUERY -LIST -OPEN
decide_extension 6: EXTEND REJECT NUM
apply_extension -12: EXTEND REJECT
decide_extension 5: EXTEND REJECT
submit_special_report 4: SPECIAL COUNTED UNIT
submit_finding -4: SPECIAL COUNTED UNIT
submit_lead 9: SUSPECT PERSONAL -NUM -LEADNUM -TRANSFER -FINDING_CMD
submit_lead 6: SUSPECT LEAD -NUM
submit_finding -4: SUSPECT PERSONAL -FINDING_CMD
accept 8: PASS NUM -REJECT -ASK -LEADNUM -DISCOVER -COND
urgent_report 5: EVENT -DISCOVER -FINDING_CMD -DEFECT -DISC -MEETING -NUM -METRIC -DONE -ASK
export_report 6: EXPORT OVERDUE -NUM -DEFECT
query_overdue -6: EXPORT OVERDUE
submit_finding 3: UNIT LONG R_MEMBER -ASK -NUM -QUERY -LIST -METRIC -MEETING -URGE -ASSIGN -DONE -EXPORT -JOINT -INTERVIEW -LEAD -DISC -EVENT
query_overdue 3: OVERDUE LIST -NUM -EXPORT
query_stats 4: METRIC FINDING -NUM -FINDING_CMD -DISCOVER
help 8: HOW LEAD -UNIT -NUM
submit_lead -8: HOW LEAD SHORT
"""
_EXTRA = ("CATWORD", "LENGTH", "COUNTED", "PASS")

# When two intents weigh the same, the one whose mistake costs more wins (domain.md 5.1).
_PRIORITY = (
    "urgent_report", "correct", "submit_lead", "convert_to_lead", "transfer_lead", "transfer_receipt", "lead_decide",
    "decide_extension", "return", "accept", "apply_extension", "apply_acceptance", "assign", "submit_progress", "submit_finding",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table, as masks over the concepts' bits."""

    intent: str
    weight: int
    need: int
    without: int
    either: tuple[int, ...]
    words: str


@cache
def fact(name: str) -> int:
    """The bit of a fact that the engine adds; they lie above those of the concepts."""
    base = concepts.mask("STATE") << 1
    names = [*FACTS, *_EXTRA]
    return base << names.index(name)


def _bit(name: str) -> int:
    try:
        return concepts.mask(name)
    except KeyError:
        return fact(name)


@cache
def rules() -> tuple[Rule, ...]:
    out = []
    for line in filter(None, map(str.strip, _RULES.splitlines())):
        head, _, body = line.partition(":")
        intent, weight = head.split()
        need = without = 0
        either: list[int] = []
        for word in body.split():
            if word.startswith("-"):
                without |= _bit(word[1:])
            elif "|" in word:
                bits = 0
                for name in word.split("|"):
                    bits |= _bit(name)
                either.append(bits)
            else:
                need |= _bit(word)
        out.append(Rule(intent, int(weight), need, without, tuple(either), body.strip()))
    return tuple(out)


def score(bits: int) -> tuple[list[tuple[str, float]], list[str]]:
    """Intents with their weights, best first, and the rules that spoke for the best."""
    total: dict[str, int] = {}
    spoke: list[Rule] = []
    for rule in rules():
        if bits & rule.need == rule.need and not bits & rule.without and all(bits & e for e in rule.either):
            total[rule.intent] = total.get(rule.intent, 0) + rule.weight
            spoke.append(rule)
    ranked = sorted(total.items(), key=lambda item: (-item[1], _PRIORITY.index(item[0]) if item[0] in _PRIORITY else 99))
    best = ranked[0][0] if ranked else ""
    why = [f"{r.weight:+d} {r.words}" for r in spoke if r.intent == best]
    return [(name, float(weight)) for name, weight in ranked if weight > 0], why
