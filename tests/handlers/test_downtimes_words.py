"""One name for how a downtime stands: on its cards, on the console, at the command line."""

from __future__ import annotations

from bot.cards.downtimes.words import NAMES, status
from bot.web.downtimewords import state_of
from handlers.commands import (
    CompleteDowntime,
    DeclineDowntime,
    ExtendDowntime,
    FinishDowntime,
    OfferWindows,
    PostponeDowntime,
    Ref,
    SuggestWindow,
    WithdrawDowntime,
)
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.windows import (
    KAI,
    MARCUS,
    SATURDAY,
    SOFIA,
    SUNDAY,
    agreed,
    begun,
    et,
    firewalls,
    offered,
    standing,
    until,
    window,
)


def called(office: Office, ref: Ref) -> str:
    """What its cards call it, and a page and a table too."""
    now = standing(office, ref)
    words, tone = state_of(now.row, now.now)
    assert words == status(now).text and tone in ("", "good", "wait", "bad")
    return words


def test_cards_pages_and_tables_have_one_name_for_it(office: Office) -> None:
    draft = offered(office, firewalls(send=False))
    assert called(office, draft) == "Not sent yet"
    assert Screens(office).card(SOFIA, draft, "preview").status.text == "Not sent yet"
    office.do(SOFIA, WithdrawDowntime(draft))
    assert called(office, draft) == "Withdrawn"
    ref = offered(office)
    assert called(office, ref) == "To be agreed"
    office.do(MARCUS, SuggestWindow(ref, 1, window(6, 27, 6, 10)))
    assert called(office, ref) == "Another time is suggested"
    office.do(SOFIA, DeclineDowntime(ref, 2, "Nobody is there"))
    assert called(office, ref) == "Declined"
    silent = offered(office)
    office.now = et(6, 17, 17)  # the clock has not written it down yet
    assert called(office, silent) == NAMES["expired"][0] == "Not agreed: nobody said yes in time"
    office.tick()
    assert called(office, silent) == "Not agreed: nobody said yes in time"


def test_what_a_client_has_asked_for_is_called_so_until_the_provider_has_answered(office: Office) -> None:
    ref = offered(office, firewalls(SATURDAY, client="", locations=("toledo",)), MARCUS)
    assert called(office, ref) == "Asked for by the client"
    assert state_of(standing(office, ref).row, office.now)[1] == "bad", "somebody of the provider has to answer"
    office.do(SOFIA, OfferWindows(ref, (SUNDAY,)))
    assert called(office, ref) == "To be agreed"


def test_the_life_of_a_window_has_the_same_names_everywhere(office: Office) -> None:
    ref = begun(office)
    assert called(office, ref) == "Under way"
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 11)))
    assert called(office, ref) == "Takes longer than planned"
    office.do(KAI, FinishDowntime(ref))
    assert called(office, ref) == "Done, being checked"
    office.do(KAI, CompleteDowntime(ref))
    assert called(office, ref) == "Completed"


def test_a_time_at_which_nobody_came_is_not_called_agreed(office: Office) -> None:
    ref = agreed(office)
    until(office, et(6, 21, 10))
    assert called(office, ref) == "Not done: the agreed time is over"
    office.do(SOFIA, PostponeDowntime(ref, "Nobody came"))
    assert called(office, ref) == "Postponed"


def test_the_providers_card_says_of_what_is_over_that_it_was_offered(office: Office) -> None:
    ref = offered(office)
    screens = Screens(office)
    assert "Times on offer" in screens.text(SOFIA, ref, "desk")
    office.do(MARCUS, DeclineDowntime(ref, 1, "Not in June"))
    shown = screens.text(SOFIA, ref, "desk")
    assert "The times that were offered" in shown and "on offer" not in shown
