"""What the client says to times on offer: an office answers for itself, then the key contact says yes to one."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.authority import either
from handlers.commands import AnswerWindows, ChooseWindow, Outcome, Refused
from handlers.context import Work
from handlers.mechanisms.windows import agreeing, asking
from handlers.mechanisms.windows.shapes import Offer, Voice
from handlers.mechanisms.windows.standing import Standing
from handlers.mechanisms.windows.steering import (
    calls_over,
    done,
    in_time,
    journal,
    locked,
    not_now,
    same_revision,
    state_said,
    wake,
)
from handlers.mechanisms.windows.weighing import surroundings
from handlers.words import cleaned
from storage.queries import downtimes, timers

LONGEST = 500


def answer(command: AnswerWindows, work: Work) -> Outcome:
    """proposed -> proposed: a coordinator says for the own office whether times are fine; may be said anew."""
    standing = locked(work, command.ref)
    voices = _coordinating(work, standing)
    if standing.state != "proposed":
        return _over(work, standing, "answered")
    same_revision(standing, command.revision)
    in_time(standing)
    verdict = "ok" if command.ok else "object"
    reason = ""
    if not command.ok:
        reason = cleaned(command.reason, "reason", "the reason", LONGEST, why="so that another time can be found")
    changed: dict[str, dict[int, str]] = {}
    heard = set()
    for voice in voices:
        fresh = [
            number
            for number in _numbers(standing, voice, command.numbers)
            if number not in voice.answers
            or (voice.answers[number].verdict, voice.answers[number].reason) != (verdict, reason)
        ]
        if fresh:
            _keep(work, standing, voice, fresh, verdict, reason)
            changed[voice.row.location_id] = dict.fromkeys(fresh, verdict)
        if fresh and {one.number for one in standing.offers} <= {*voice.answers, *fresh}:
            heard.add(voice.id)
            downtimes.change_voice(work.tx, voice.id, state="answered")
            timers.cancel_plan(work.tx, str(standing.ref), voice.id)
            calls_over(work, standing, voice.id)
    if not changed:
        said = f"You have answered for {_said_by(voices)} already; nothing has changed."
        return done(work, standing, said, repeated=True)
    downtimes.change_downtime(work.tx, standing.row.id)
    asking.advance(work, standing, heard)
    wake(work, standing, asking.offer_card(standing))
    journal(work, standing, "answer", {"verdict": verdict, "numbers": changed, "reason": reason})
    whose, verb = _said_by(voices), "objects" if len(voices) == 1 else "object"
    said = f"Noted: this is fine with {whose}." if command.ok else f"Noted: {whose} {verb}. Your reason is passed on."
    return done(work, standing, said)


def choose(command: ChooseWindow, work: Work) -> Outcome:
    """proposed -> accepted: the key contact's explicit yes, the only way in which work is ever agreed to."""
    standing = locked(work, command.ref, agreeing=True)
    person_id = _deciding(work, standing)
    if standing.state == "accepted":
        return _agreed(work, standing, command)
    if standing.state != "proposed":
        return _over(work, standing, "agreed")
    same_revision(standing, command.revision)
    in_time(standing)
    if not standing.ready:
        raise Refused(_not_yet(standing), code="conflict")
    offer = standing.offer(command.number)
    if offer is None:
        raise Refused("Please choose one of the times on offer.", field="number", code="invalid")
    if offer.over:
        raise Refused("That time has begun already, so it can no longer be chosen.", field="number", code="conflict")
    reason = cleaned(command.reason, "reason", "the reason", LONGEST, empty=True)
    _in_spite_of(standing, offer, consent=command.consent, reason=reason)
    around = surroundings(work.tx, standing.client, standing.places, work.now, but=standing.row.id)
    if news := around.news(offer):
        raise Refused(" ".join([*news, "Please choose or suggest another time."]), field="number", code="blocked")
    agreeing.agree(work, standing, offer, person_id, reason)
    wake(work, standing, asking.offer_card(standing))
    return done(work, standing, f"Agreed. {standing.row.ref} will be done at the time you chose.")


def refuse_decider(work: Work, standing: Standing, what: str) -> Refused:
    """The sentence for somebody who may not decide: who can, and what a coordinator can do instead."""
    who = either(standing.name(id_) for id_ in standing.deciders())
    if work.who.is_provider:
        return Refused(f"Only the client's key contact can {what}{who and ': '}{who}.", code="not_entitled")
    if any(work.who.person_id in voice.may for voice in standing.place_voices):
        said = f"{who or 'The key contact'} decides for all offices. If a time does not suit yours, please object."
        return Refused(said, code="not_entitled")
    if work.who.person_id in standing.roster.away:
        return Refused(f"You are marked as away. {who or 'Nobody else'} can {what} just now.", code="not_entitled")
    return Refused(f"You are not one of the people who can {what}.{who and f' {who} can.'}", code="not_entitled")


def _deciding(work: Work, standing: Standing) -> str:
    person_id = work.who.person_id
    if person_id is None or work.who.staff or not standing.is_decider(person_id):
        raise refuse_decider(work, standing, "choose a time")
    return person_id


def _agreed(work: Work, standing: Standing, command: ChooseWindow) -> Outcome:
    """The present truth for somebody who chooses when it has been agreed."""
    chosen = standing.chosen
    same = chosen is not None and chosen.number == command.number and standing.row.revision == command.revision
    if same or standing.row.decided_by == work.who.person_id:
        return done(work, standing, f"{standing.row.ref} is already {state_said(standing)}.", repeated=True)
    raise Refused(f"{standing.row.ref} is already {state_said(standing)}, for another time.", code="conflict")


def _over(work: Work, standing: Standing, what: str) -> Outcome:
    if standing.state == "countered":
        raise Refused("Another time has been suggested; your provider answers next.", code="conflict")
    if standing.state in ("accepted", "declined", "expired", "withdrawn"):
        raise Refused(f"{standing.row.ref} is already {state_said(standing)}.", code="conflict")
    raise not_now(standing, what)


def _not_yet(standing: Standing) -> str:
    if standing.decider is None:
        return "Your provider answers first."
    waiting = [voice.place.name for voice in standing.place_voices if voice.place and voice.state == "open"]
    names = either(waiting).replace(" or ", " and ")
    return f"{names} {'has' if len(waiting) == 1 else 'have'} not answered yet. You will be told when it is your turn."


def _in_spite_of(standing: Standing, offer: Offer, *, consent: bool, reason: str) -> None:
    """Refused while the yes does not say what it has to: to a short notice, an objection, an office not heard."""
    if offer.short and not consent:
        raise Refused(
            f"This is short notice: {offer.row.given_days} of {offer.row.needed_days} business days. "
            "Please say that you agree to it all the same.",
            field="consent",
            code="invalid",
        )
    if reason:
        return
    against = [voice.place.name for voice in standing.objections(offer.number) if voice.place is not None]
    unheard = [voice.place.name for voice in standing.unanswered(offer.number) if voice.place is not None]
    if against:
        said = f"{either(against).replace(' or ', ' and ')} object{'s' if len(against) == 1 else ''} to this time."
    elif unheard:
        said = f"{either(unheard).replace(' or ', ' and ')} {'has' if len(unheard) == 1 else 'have'} not answered."
    else:
        return
    raise Refused(f"{said} Please say why you choose it all the same.", field="reason", code="invalid")


def _coordinating(work: Work, standing: Standing) -> tuple[Voice, ...]:
    """The offices for which this person speaks; refused for anybody else."""
    person_id = work.who.person_id
    voices = tuple(voice for voice in standing.place_voices if person_id in voice.may)
    if voices and not work.who.staff:
        return voices
    if work.who.is_provider:
        raise Refused("Only the client's coordinators answer for their offices.", code="not_entitled")
    if person_id is not None and standing.is_decider(person_id):
        raise Refused("You decide for everybody: please choose a time instead.", code="not_entitled")
    if any(person_id in voice.may for voice in standing.before if voice.place is not None):
        raise Refused("Other times have been named since this message.", code="conflict")
    names = either(standing.name(id_) for voice in standing.place_voices for id_ in voice.may)
    raise Refused(f"You are not asked about an office here.{names and f' {names} can answer.'}", code="not_entitled")


def _numbers(standing: Standing, voice: Voice, wanted: Sequence[int]) -> list[int]:
    known = [one.number for one in standing.offers]
    for number in wanted:
        if number not in known:
            raise Refused("Please answer to the times on offer.", field="numbers", code="invalid")
    return [number for number in known if (number in wanted if wanted else number not in voice.answers)]


def _keep(work: Work, standing: Standing, voice: Voice, numbers: Sequence[int], verdict: str, reason: str) -> None:
    downtimes.put_answers(
        work.tx,
        [
            {
                "id": work.new_id("wan"),
                "voice_id": voice.id,
                "subject": str(standing.ref),
                "number": number,
                "verdict": verdict,
                "reason": reason,
                "person_id": work.who.person_id,
                "identity_id": work.who.identity_id,
                "channel": work.channel,
                "at": work.now,
            }
            for number in numbers
        ],
    )


def _said_by(voices: Sequence[Voice]) -> str:
    return either(voice.place.name for voice in voices if voice.place is not None).replace(" or ", " and ")
