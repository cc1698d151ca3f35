"""Pulses as a subject (F09): a short look at how a relationship is, asked of the provider's own people.

    asked -> logged | skipped        logged, with a suggestion -> settled: taken, or kept as it was with a reason

The next comes as the client's rhythm says, counted from the day of the last one that was logged or skipped. Nothing
goes to the client: the vCIO (else the CSM) is asked, and has a task to call where the client prefers that.
What a pulse says can only suggest another rhythm; a person takes it or keeps what is, and the reason is kept.

Cards (`pulse:ID`), all to its owner:

    pulse       edited from then on: asked (form to log, skip), logged, the suggestion with Take and Keep, settled
    remind:0    two business days later, in its thread, while nothing is logged
    settle:0    two business days after a suggestion that nobody has settled, in its thread
Tasks about it: pulse_call (call the contact, then log), pulse_late (not logged after five business days; for whoever
stands above its owner).
"""

from __future__ import annotations
