"""Touchpoints as a subject (F08): planned talks that come round, are agreed, held, written down and come round again.

    due -> proposed -> confirmed -> held -> closed           confirmed -> missed
    proposed | confirmed -> rescheduled                      a contact cannot make it: the provider answers next
    due | proposed | rescheduled -> proposed (a new revision) | confirmed (a time taken by the provider: named by a
                                                              contact, or agreed on the phone) | held (without one)
    due | proposed | rescheduled | confirmed -> skipped      with a reason; also when nobody chose a time in time

The next of a kind is opened from the date of the last one that was held, missed or skipped, never before.
A time is agreed by a contact's press on it or by the provider writing down what a contact said; silence agrees to
nothing. Every transition is made under the lock of the client and then of the talk's row; a duplicate is a legal
input: it changes nothing and answers with the present truth.

Who decides: the present holders of the kind's role (`Talk.role`: liaison or strategy), the first who can be reached is
asked. Where that person prefers the phone or a visit nothing goes to the client by chat: the owner has a task to call.
The owner is the client's CSM, of talks about strategy its vCIO.

Cards (`touchpoint:ID`):

    offer:rN      to whoever is asked: the times with buttons, the agenda, and what silence does
    remind:rN.P   to the same, once, in its thread
    desk          to the owner, edited from then on: state, times, who is asked, agenda, what to do next
    confirmed:rN  to whoever was asked or chose, and the owner: the agreed time
    day1:rN       to the same, a day before, in its thread; hour1:rN the same an hour before
    moved:rN      to the same when somebody cannot make the agreed time (in the thread of confirmed:r(N-1))
    skipped       to whoever was asked, and the owner, unless that one did it
    missed        to whoever had agreed
    notes         to whoever was asked or chose: what was said, and who does what; edited as that changes
Tasks about it (`task:ID`, for the owner): talk_call (call to agree on a time, or instead of writing), talk_answer (a
contact has named another time or cannot make it), call (nobody answered), find_holder (nobody can be asked),
undeliverable, talk_notes (it is over: how was it, what is to do), talk_records (something is missing to close it).
Action items (`action_item:ID`): action to its owner when it is given, nudge:DATE on the day when it is due.
Forms before formal talks are `handlers.mechanisms.formal`'s.
"""

from __future__ import annotations
