"""The Slack double: Slack's Web API, its requests to the bot and the people in front of it, on loopback."""

from bot.playground.slack.double import SlackDouble
from bot.playground.slack.limits import Timing

__all__ = ["SlackDouble", "Timing"]
