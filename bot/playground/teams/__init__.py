"""A faithful, strict stand-in for Microsoft Teams on this machine, for the playground's page and for tests."""

from bot.playground.teams.double import TeamsDouble

__all__ = ["TeamsDouble"]
