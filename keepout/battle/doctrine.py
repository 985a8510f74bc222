"""How many rounds the rules of a battery allow now."""

from __future__ import annotations

from keepout.kernel import lean
from keepout.records.defence import SALVO, SINGLE


@lean
def rounds_now(rule, salvo, cap, fired_here, fired_all):
    """Rounds the doctrine would fire at a threat now, if none are in flight.

    rule        ()  SINGLE, SALVO: once; SHOOT_LOOK_SHOOT, SHOOT_SHOOT_LOOK: again after a look
    salvo       ()  rounds of one salvo
    cap         ()  the most per threat over all layers, 0 for none
    fired_here  ()  by this battery at this threat so far
    fired_all   ()  by every battery it knows of
    returns     ()  rounds, 0 when the doctrine is done with this threat

    Rules as defined in the manual; a cap cuts the last salvo short.
    """
    if (rule in (SINGLE, SALVO)) and fired_here > 0:
        return 0
    if cap > 0:
        return max(0, min(salvo, cap - fired_all))
    return salvo
