"""What ``keepout bench`` measures: the program beside its peers, in one run.

To add a row: write a module here with ``rows(pairs: int) -> list[Row]`` (one module may give a
family of rows), and name it beside its row's name in ``table.ROWS``. Inside:

- ``interleaved(ours, theirs, pairs)`` of ``timing`` runs the two in turns and says how long each
  took at best; ``clock=time.perf_counter`` where threads are used;
- ``compared(name, unit, timing, scale=..., peer=..., agreement=...)`` of ``row`` makes the row,
  with ``ratio`` above 1 where we are faster; ``alone`` the one of a peer that is not installed;
- ``peer("simpy")`` of ``row`` imports a peer, or gives None.

The names are a contract, and so are the first seven keys of a row. A row may carry more keys.
Nothing heavy is imported before ``rows`` is called.
"""
