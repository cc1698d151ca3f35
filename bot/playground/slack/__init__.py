"""The Slack double: Slack's Web API, its requests to the bot and the people in front of it, on loopback.

Not simulated: group messages, files, scheduled messages, history, threads as a view of their own (replies stand under
their message), shortcuts, Socket Mode, token rotation, and Block Kit's card, carousel, container, video and call
blocks (refused as unsupported types).
"""

from bot.playground.slack.double import SlackDouble
from bot.playground.slack.limits import Timing

__all__ = ["SlackDouble", "Timing"]
