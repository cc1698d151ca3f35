"""Reports as a subject (F11, F22): written by the clock, looked at by the provider, sent, and reviewed by the client.

    report   generated -> on_hold | released      on_hold -> generated (regenerated) | released
             released -> reviewed | unreviewed    unreviewed -> reviewed (late, and still worth a thank you)
             released | reviewed | unreviewed -> superseded (by its correction, which is a report of its own)

Both kinds, case_report and exec_summary, live alike. Nobody has to act for a report to go out, and a report that
nobody has looked at never says that somebody has: `released_by` is "" then.

Who gets what; a card's subject is `report:ID` and its purpose one of these:

    desk     the client's CSM, when it is written: the figures, with Hold / Release / Regenerate; later Correct.
             It is edited with every change: held, out by itself, reviewed, doubted, superseded.
    report   a reader, when it is released: the report, with Reviewed / Question / Escalate / Wrong number.
             Readers are the present holder of `liaison` (else the default contact); the reminder adds the backup.
    remind   a reader who has not reviewed it, in the thread of `report`, on the day of the reminder.

A correction is a new report (`number` 2, `supersedes`, `correction` says what was wrong) and goes out at once to the
readers of the old one as `report`; the old one's cards are edited: superseded, without buttons.
Tasks of the provider about a report (subject `report:ID`): `report_held` (still on hold when it should go out),
`wrong_number`, `report_undeliverable`, `health_check` (two weeks without one; for the supervisor).
"""

from __future__ import annotations
