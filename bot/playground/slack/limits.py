"""Slack's numbers that the double enforces, each by its name; where sources disagree, the stricter one.

Sources: docs.slack.dev (block and view references, rate limits, interactivity), the slack_sdk models, and, where Slack
documents nothing, what developers observed (said at the constant).
"""

from __future__ import annotations

from dataclasses import dataclass

# Messages
MESSAGE_BLOCKS = 50
MESSAGE_JSON = 13_200
"""Characters of JSON of all blocks; undocumented, observed as `msg_blocks_too_long` (slackapi/bolt-js#2509)."""
TEXT_TRUNCATED = 40_000
UPDATE_TEXT = 4_000
ATTACHMENTS = 100
METADATA_EVENT_TYPE = 50

# Views
VIEW_BLOCKS = 100
VIEW_TITLE = 24
VIEW_METADATA = 3_000
VIEW_CALLBACK_ID = 255
VIEW_EXTERNAL_ID = 255
VIEW_JSON = 250_000
VIEW_STACK = 3

# Blocks and elements (characters or counts)
ID = 255
SECTION_TEXT = 3_000
FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
MARKDOWN_TEXT = 12_000
LABEL = 2_000
IMAGE_TEXT = 2_000
URL = 3_000
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 75
"""The node types say 75, the Python SDK 150."""
OPTIONS = 100
OVERFLOW_OPTIONS = 5
CHOICES = 10
"""Radio buttons and checkboxes."""
PLACEHOLDER = 150
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
INPUT_TEXT = 3_000
TABLE_ROWS, TABLE_COLUMNS, TABLE_TEXT = 100, 20, 10_000
ALERT_TEXT = 3_000

# Pace: calls a minute, for each method, app and workspace (docs.slack.dev/apis/web-api/rate-limits)
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
METHOD_TIERS = {
    "chat.update": 3,
    "chat.delete": 3,
    "conversations.open": 3,
    "conversations.info": 3,
    "users.lookupByEmail": 3,
    "chat.postEphemeral": 4,
    "users.info": 4,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
    "oauth.v2.access": 4,
}
POSTS_PER_SECOND = 1.0
"""chat.postMessage into one conversation."""
POSTS_BURST = 4
"""Slack allows "short bursts" into one conversation and gives no number."""
POSTS_PER_MINUTE = 300
"""chat.postMessage into one workspace; Slack says "several hundred"."""


@dataclass(frozen=True)
class Timing:
    """Slack's deadlines in seconds of real time; tests shorten them.

    `ack`: the app's time to answer. `retries`: the waits before an event is sent again. `trigger`: life of a
    trigger_id. `response_url`: life of a response_url. `form`: how long a pressed button's form is waited for.
    """

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    response_url: float = 1_800.0
    form: float = 1.0


RESPONSE_URL_USES = 5
