"""What happened in a kept trial, and the reasons a battery gives."""

from __future__ import annotations

import numpy as np

EVENT = np.dtype(
    [
        ("trial", np.int64),
        ("t_s", np.float64),  # after the start of the scenario
        ("kind", np.int32),
        ("who", np.int32),  # row; of what depends on the kind
        ("whom", np.int32),  # threat row, or -1
        ("r_ecef_m", np.float64, (3,)),
        ("value", np.float64),
    ]
)

# kinds: who acts is a battery (B), a radar (R), a stage number (S) or nobody (-)
EVENT_KINDS = (
    "launch",  # -  value: lane row
    "failure",  # -  the missile fails in flight
    "stage-impact",  # S  a spent stage reaches the ground
    "track",  # R  a track becomes firm
    "decision",  # B  looked and did not fire; value: reason
    "shot",  # B  a round is fired; value: its ordinal at that threat
    "kill",  # B  warhead destroyed; value: ordinal
    "miss",  # B  value: ordinal
    "diverted",  # B  pushed off its course; value: ordinal
    "body-hit",  # B  hit, warhead survives; value: ordinal
    "wrong-object",  # B  the shot went for something else; value: ordinal
    "impact",  # who: row of the asset, the number of assets for elsewhere; value: cause
    "dud",  # as impact, without explosion
    "debris",  # -  remains of an intercept reach the ground
    "wasted",  # B  the round arrived after its target was gone; value: ordinal
)
(
    LAUNCH, FAILURE, STAGE_IMPACT, TRACK, DECISION, SHOT, KILL, MISS, DIVERTED_BY,
    BODY_HIT, WRONG_OBJECT_SHOT, IMPACT, DUD, DEBRIS, WASTED,
) = np.arange(len(EVENT_KINDS))  # fmt: skip

# why a battery did not fire at a threat, in the order of the chain: the cause of an
# arrival at which nobody fired is the last one that any battery reached
REASONS = (
    "none",
    "out-of-reach",
    "no-track",
    "open-ground",
    "not-defended",
    "too-late",
    "no-channel",
    "no-rounds",
    # not causes of arrival: the battery leaves it to others or waits
    "someone-elses",
    "track-too-poor",
    "waiting-for-result",
    "believed-dead",
    "doctrine-done",
    "waiting-for-window",
    "taken-for-decoy",
    "not-ready",  # not there yet, or lost
    "kept-for-others",  # the plan for all threats gives this one no round of it
)
(
    R_NONE, R_OUT_OF_REACH, R_NO_TRACK, R_OPEN_GROUND, R_NOT_DEFENDED, R_TOO_LATE,
    R_NO_CHANNEL, R_NO_ROUNDS, R_SOMEONE_ELSES, R_TRACK_TOO_POOR, R_WAITING,
    R_BELIEVED_DEAD, R_DOCTRINE_DONE, R_NOT_YET, R_DECOY, R_NOT_READY, R_KEPT,
) = np.arange(len(REASONS))  # fmt: skip
