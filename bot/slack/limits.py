"""What Slack accepts, as named constants; where its sources disagree the stricter value stands here.

Sources: the Block Kit and Web API reference, slack_sdk 3.47 models, and slackapi/bolt-js#2509 for the sum of blocks.
Lengths are counted in UTF-16 units (see `text.length`), the strictest way the platform may count.
"""

from __future__ import annotations

from typing import Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_JSON: Final = 12_000
"""Characters of JSON of all blocks of a message: about 13,200 is refused as `msg_blocks_too_long` (undocumented)."""
VIEW_JSON: Final = 250_000
MESSAGE_TEXT: Final = 4_000
"""`text` beside the blocks: chat.update refuses more with `msg_too_long`."""

HEADER_TEXT: Final = 150
SECTION_TEXT: Final = 3_000
SECTION_FIELDS: Final = 10
FIELD_TEXT: Final = 2_000
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 3_000
RICH_TEXT: Final = 3_000
"""No limit is documented for one rich text element; a section's is kept."""
ACTIONS_ELEMENTS: Final = 25
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
ACTION_ID: Final = 255
BLOCK_ID: Final = 255
URL: Final = 3_000
ALT_TEXT: Final = 2_000

VIEW_TITLE: Final = 24
PRIVATE_METADATA: Final = 3_000
CALLBACK_ID: Final = 255
LABEL: Final = 2_000
HINT: Final = 2_000
PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3_000
ERROR_TEXT: Final = 500
"""Ours: no limit is documented for a sentence under an input."""
OPTIONS: Final = 100
OPTION_GROUPS: Final = 100
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 75
BOX_OPTIONS: Final = 10
"""Radio buttons and checkboxes."""

BODY_BYTES: Final = 1_000_000
"""Ours: the largest request we read; Slack's own stay far below."""
SIGNATURE_AGE: Final = 300
"""Seconds a signed request stays good, in both directions."""
TRIGGER_SECONDS: Final = 3.0
"""A trigger_id opens one modal within three seconds; the acknowledgement is due in the same time."""
