"""What one shot does to the missile it is aimed at."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import lean
from keepout.records.event import BODY_HIT, DIVERTED_BY, KILL, MISS, WRONG_OBJECT_SHOT

KILL_SAYS = {
    KILL: "the warhead was destroyed",
    DIVERTED_BY: "the warhead was pushed off its course and came down elsewhere",
    BODY_HIT: "the missile was hit, but the warhead went on",
    WRONG_OBJECT_SHOT: "the interceptor went for another object",
    MISS: "the interceptor missed",
}


@lean
def kill_outcome(p_kill, diverted_share, body_hit_share, wrong_share, u):
    """What one shot does, decided by one uniform number.

    p_kill          ()  probability that the warhead is destroyed
    diverted_share  ()  of the shots that do not destroy: share that divert the warhead
    body_hit_share  ()  of the shots that do not destroy: share that hit the body only
    wrong_share     ()  of the shots that do not destroy: share that go for another object
    u               ()  uniform in 0 to 1
    returns         ()  KILL, DIVERTED_BY, BODY_HIT, WRONG_OBJECT_SHOT or MISS of records/event.py

    The unit interval is cut in that order, so that with the same u a better shot never
    ends worse. Shares that add up to more than 1 leave no misses, and the last is cut.
    A probability that is nan kills nothing.

    Source: model `given`: the probability is an input and explains nothing. That every shot
    at a threat goes for something else is settled before, once per threat.
    """
    p = min(max(p_kill, 0.0), 1.0) if p_kill == p_kill else 0.0
    if u < p:
        return KILL
    v = (u - p) / (1.0 - p) if p < 1.0 else 1.0
    if v < diverted_share:
        return DIVERTED_BY
    if v < diverted_share + body_hit_share:
        return BODY_HIT
    if v < diverted_share + body_hit_share + wrong_share:
        return WRONG_OBJECT_SHOT
    return MISS


@lean
def shot_probability(sspk, factor, manoeuvre_factor, manoeuvring, alt_m, ceiling_m):
    """Probability that one shot destroys the warhead it is aimed at.

    sspk              ()  kill probability, given launched, right object, inside the envelope
    factor            ()  product of the further factors that the scenario lists
    manoeuvre_factor  ()  factor against a warhead that changes course
    manoeuvring       ()  1 if this one does
    alt_m             ()  height of the intercept [m]
    ceiling_m         ()  the manoeuvre factor applies below this height [m]
    returns           ()  probability, cut to 0 to 1; nan if an input is nan

    Above the ceiling the air is too thin to turn in, so the factor is 1 there. The step
    at the ceiling is crude: the strength of a turn falls with the density of the air, by
    half every 5 km or so; and the factor knows nothing of when the turn comes.

    Source: a product of independent factors (design.md, section 1); all inputs are the
    user's. No kill probability of a real system is public.
    """
    p = sspk * factor
    if manoeuvring != 0 and alt_m < ceiling_m:
        p *= manoeuvre_factor
    if p != p:
        return math.nan
    return min(max(p, 0.0), 1.0)


@lean
def kill_by_salvo(p_kill, shots):
    """Probability that at least one of several independent shots destroys the warhead.

    p_kill   ()  of each shot
    shots    ()  number of shots
    returns  ()  1 - (1 - p)^n

    Source: Wilkening, Science and Global Security 8 (1999), without his P_track.
    """
    return 1.0 - math.power(1.0 - p_kill, shots)
