"""Every command the desk performs, and the few shapes commands and answers are made of: one name for all."""

# ruff: noqa: F403 - each module names what it has to say; to list it here again would say it three times

from handlers.commands.cases import *
from handlers.commands.cases import CaseCommand
from handlers.commands.downtimes import *
from handlers.commands.downtimes import DowntimeCommand
from handlers.commands.house import *
from handlers.commands.house import HouseCommand
from handlers.commands.notices import *
from handlers.commands.notices import NoticeCommand
from handlers.commands.people import *
from handlers.commands.people import PeopleCommand
from handlers.commands.reports import *
from handlers.commands.reports import ReportCommand
from handlers.commands.requests import *
from handlers.commands.requests import RequestCommand
from handlers.commands.shapes import *
from handlers.commands.touchpoints import *
from handlers.commands.touchpoints import TouchpointCommand

Command = (
    RequestCommand
    | PeopleCommand
    | HouseCommand
    | NoticeCommand
    | DowntimeCommand
    | CaseCommand
    | ReportCommand
    | TouchpointCommand
)
"""One thing that the desk is asked to do."""
