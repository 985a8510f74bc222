"""Read STK ephemeris files with Orekit and print what it made of them as JSON.

In a process of its own, because it starts a Java machine: ``python read_stk.py FILE …``.
Only differences of UTC are read, so the leap seconds are given by hand: 37 since 2017.
"""

from __future__ import annotations

import json
import sys

import jpype
import orekit_jpype

orekit_jpype.initVM()

from java.io import File  # noqa: E402
from java.util import ArrayList, HashMap  # noqa: E402
from org.orekit.data import DataSource  # noqa: E402
from org.orekit.files.stk import STKEphemerisFileParser  # noqa: E402
from org.orekit.files.stk.STKEphemerisFile import STKCoordinateSystem  # noqa: E402
from org.orekit.frames import FramesFactory  # noqa: E402
from org.orekit.time import (  # noqa: E402
    DateComponents,
    OffsetModel,
    TimeScalesFactory,
    UTCTAIOffsetsLoader,
)


@jpype.JImplements(UTCTAIOffsetsLoader)
class LeapSeconds:
    @jpype.JOverride
    def loadOffsets(self):
        found = ArrayList()
        found.add(OffsetModel(DateComponents(1972, 1, 1), 10))
        found.add(OffsetModel(DateComponents(2017, 1, 1), 37))
        return found


TimeScalesFactory.addUTCTAIOffsetsLoader(LeapSeconds())
utc = TimeScalesFactory.getUTC()
frames = HashMap()
frames.put(STKCoordinateSystem.FIXED, FramesFactory.getEME2000())  # only numbers are compared
found = []
for path in sys.argv[1:]:
    parser = STKEphemerisFileParser("body", 3.986004418e14, utc, frames)
    segment = parser.parse(DataSource(File(path))).getSatellites().get("body").getSegments().get(0)
    points = segment.getCoordinates()
    found.append(
        [
            [str(point.getDate().toString(utc)), *point.getPosition().toArray(),
             *point.getVelocity().toArray()]
            for point in points
        ]
    )  # fmt: skip
print(json.dumps(found))
