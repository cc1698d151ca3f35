"""Money, times, names and links, letter for letter as people read them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cards.wording import all_of, any_of, day, duration, host, money, quantity, when

NBSP = "\u00a0"
EXPIRY = datetime(2026, 6, 15, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (865988, "USD", "en", "$8,659.88"),
        (865988, "USD", "en-US", "$8,659.88"),
        (8900, "USD", "en_US", "$89.00"),
        (0, "USD", "en", "$0.00"),
        (5, "USD", "en", "$0.05"),
        (-500, "USD", "en", "-$5.00"),
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "de-DE", f"1.234,50{NBSP}€"),
        (865988, "USD", "de", f"8.659,88{NBSP}$"),
        (123450, "GBP", "en-GB", "£1,234.50"),
        (12345, "JPY", "en", "¥12,345"),
        (12345, "JPY", "de", f"12.345{NBSP}¥"),
        (1234567, "KWD", "en", f"KWD{NBSP}1,234.567"),
        (1234567, "IQD", "de", f"1.234,567{NBSP}IQD"),
        (123450, "HUF", "en", f"HUF{NBSP}1,234.50"),
        (123450, "CAD", "en", "CA$1,234.50"),
        (10**14, "USD", "en", "$1,000,000,000,000.00"),
        (100, "USD", "xx-tongue", "$1.00"),
        (100, "USD", "", "$1.00"),
    ],
)
def test_money_is_written_with_the_digits_of_its_currency(minor: int, currency: str, locale: str, text: str) -> None:
    assert money(minor, currency, locale) == text


@pytest.mark.parametrize(
    ("zone", "locale", "text"),
    [
        ("America/New_York", "en", "Mon Jun 15, 4:30 PM EDT"),
        ("America/New_York", "en-US", "Mon Jun 15, 4:30 PM EDT"),
        ("America/Denver", "en", "Mon Jun 15, 2:30 PM MDT"),
        ("Europe/Berlin", "en", "Mon Jun 15, 10:30 PM CEST"),
        ("Europe/Berlin", "de", "Mo., 15. Juni, 22:30 MESZ"),
        ("America/New_York", "de-DE", "Mo., 15. Juni, 16:30 EDT"),
        ("Europe/London", "en-GB", "Mon 15 Jun, 21:30 BST"),
        ("Asia/Kolkata", "en", "Tue Jun 16, 2:00 AM IST"),
        ("Australia/Lord_Howe", "en", "Tue Jun 16, 7:00 AM UTC+10:30"),
        ("America/Sao_Paulo", "en", "Mon Jun 15, 5:30 PM UTC−3"),
        ("UTC", "en", "Mon Jun 15, 8:30 PM UTC"),
    ],
)
def test_a_time_is_told_on_the_readers_wall_with_its_zone(zone: str, locale: str, text: str) -> None:
    assert when(EXPIRY, zone, locale) == text


def test_winter_time_has_its_own_name() -> None:
    winter = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert when(winter, "America/New_York") == "Tue Dec 1, 4:00 AM EST"
    assert when(winter, "Europe/Berlin", "de") == "Di., 1. Dez., 10:00 MEZ"


def test_the_year_is_named_when_it_is_not_this_one() -> None:
    # New Year's Eve in New York is already next year in UTC: the reader's wall decides.
    eve = datetime(2026, 12, 31, 22, tzinfo=UTC)
    assert when(EXPIRY, "America/New_York", now=eve) == "Mon Jun 15, 4:30 PM EDT"
    assert when(EXPIRY, "America/New_York", now=eve + timedelta(hours=4)) == "Mon Jun 15, 4:30 PM EDT"
    assert when(EXPIRY, "America/New_York", now=eve + timedelta(hours=8)) == "Mon Jun 15, 2026, 4:30 PM EDT"
    assert when(EXPIRY, "Europe/Berlin", "de", eve + timedelta(hours=8)) == "Mo., 15. Juni 2026, 22:30 MESZ"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say which time zone"):
        when(datetime(2026, 6, 15, 16, 30), "UTC")  # noqa: DTZ001 - the mistake itself


def test_days_are_written_as_the_language_does() -> None:
    today = date(2026, 6, 8)
    assert day(date(2026, 6, 15)) == "Mon Jun 15"
    assert day(date(2026, 6, 15), "de") == "Mo., 15. Juni"
    assert day(date(2026, 6, 15), today=today) == "Mon Jun 15"
    assert day(date(2027, 1, 4), today=today) == "Mon Jan 4, 2027"
    assert day(date(2027, 1, 4), "de", today) == "Mo., 4. Jan. 2027"


@pytest.mark.parametrize(
    ("span", "english", "german"),
    [
        (timedelta(minutes=20), "20 minutes", "20 Minuten"),
        (timedelta(minutes=1), "1 minute", "1 Minute"),
        (timedelta(hours=1, minutes=30), "1 hour 30 minutes", "1 Stunde 30 Minuten"),
        (timedelta(hours=4), "4 hours", "4 Stunden"),
        (timedelta(days=3, minutes=5), "3 days", "3 Tage"),
        (timedelta(days=2, hours=1, minutes=59), "2 days 1 hour", "2 Tage 1 Stunde"),
        (timedelta(minutes=59, seconds=45), "1 hour", "1 Stunde"),
        (timedelta(seconds=9), "less than a minute", "weniger als eine Minute"),
        (-timedelta(minutes=5), "5 minutes", "5 Minuten"),
    ],
)
def test_a_duration_has_its_two_largest_units(span: timedelta, english: str, german: str) -> None:
    assert (duration(span), duration(span, "de")) == (english, german)


def test_names_are_joined_as_people_say_them() -> None:
    assert any_of([]) == ""
    assert any_of(["Dana"]) == "Dana"
    assert any_of(["Dana", "Priya"]) == "Dana or Priya"
    assert any_of(["Dana", "Priya", "Hannah"]) == "Dana, Priya or Hannah"
    assert all_of(("Dana", "Priya", "Hannah")) == "Dana, Priya and Hannah"
    assert any_of(["Anja", "Greta"], "de") == "Anja oder Greta"
    assert all_of(["Anja", "Greta"], "de-DE") == "Anja und Greta"
    assert all_of(["Anja", "Greta"], "xx") == "Anja and Greta"


def test_a_quantity_stands_before_the_thing() -> None:
    assert quantity(6) + "Laptop" == "6 × Laptop"
    assert quantity(1200) == "1,200 × "
    assert quantity(1200, "de") == "1.200 × "


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://quotes.example.com/q/17?x=1", "quotes.example.com"),
        ("https://www.Example.COM", "example.com"),
        ("http://example.com:8080/x", "example.com:8080"),
        ("https://example.com:443/x", "example.com"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://" + "a" * 60 + ".example.com/", "…" + "a" * 28 + ".example.com"),
        ("https://evil.example\\@good.example/", ""),
        ("https://good.example\n.evil.example/", ""),
        ("https://good.example\u202e/", ""),
        ("javascript:alert(1)", ""),
        ("ftp://example.com/x", ""),
        ("https://", ""),
        ("https://example.com:99999/", ""),
        ("https://[::1", ""),
        ("https://" + "a" * 70 + ".example/", ""),
        ("quotes", ""),
        ("", ""),
    ],
)
def test_a_link_shows_whose_it_is(url: str, shown: str) -> None:
    assert host(url) == shown


def test_importing_the_wording_does_not_import_babel() -> None:
    code = "import sys, bot.cards.wording; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
