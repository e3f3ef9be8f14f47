"""What somebody leaves behind who lost his posts: matters, cards, a conversation, and who such people are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from storage import outbox
from storage.matters import Finding, Person, Post
from storage.models import Conversation, Outbox

OPEN = ("assigned", "rectifying", "ongoing", "pending_acceptance")


def matters_of(session: Session, userid: str) -> list[Finding]:
    """The open findings whose responsible person he is, soonest due first."""
    query = select(Finding).where(Finding.resp_person == userid, Finding.state.in_(OPEN))
    return list(session.scalars(query.order_by(Finding.due, Finding.id)))


def suspects(session: Session, today: date) -> list[str]:
    """Responsible people of open findings who lost a post before `today`, or left the house."""
    lost = exists().where(Post.userid == Finding.resp_person, Post.valid_to < today)
    gone = exists().where(Person.userid == Finding.resp_person, Person.left_on.is_not(None))
    query = select(Finding.resp_person).where(Finding.state.in_(OPEN), or_(lost, gone)).distinct()
    return sorted(userid for userid in session.scalars(query) if userid)


def card_matters(session: Session, userid: str) -> list[str]:
    """What his cards that are still open are about."""
    query = select(Outbox.matter).where(Outbox.person == userid, Outbox.kind == "card", Outbox.closed_text == "")
    return list(session.scalars(query.where(Outbox.state.in_(("due", "sent"))).distinct()))


def grey_cards(session: Session, userid: str, text: str, at: datetime, matters: Iterable[str]) -> None:
    """Close his own cards about `matters`; those of everybody else stay."""
    query = select(Outbox).where(Outbox.person == userid, Outbox.kind == "card", Outbox.closed_text == "")
    for card in session.scalars(query.where(Outbox.matter.in_(list(matters))).with_for_update()):
        card.closed_text = text
        if card.state == "sent":
            outbox.owe_update(session, card, text, at)
        elif card.state == "due" and card.attempts == 0:
            card.state = "cancelled"
    session.flush()


def cancel_pushes(session: Session, userid: str, matters: Iterable[str]) -> None:
    """Reminders that wait for a better hour do not reach him any more."""
    query = update(Outbox).where(Outbox.person == userid, Outbox.state == "due", Outbox.attempts == 0)
    query = query.where(Outbox.push_key.is_not(None), Outbox.matter.in_(list(matters)))
    session.execute(query.values(state="cancelled").execution_options(synchronize_session=False))


def drop_talk(session: Session, userid: str) -> None:
    """What he had begun and not confirmed is gone, and so is what “这条” meant."""
    query = update(Conversation).where(Conversation.person == userid).values(frames=[], recent={})
    session.execute(query.execution_options(synchronize_session=False))
