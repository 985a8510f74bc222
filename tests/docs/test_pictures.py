"""Pictures of README and the manual stand alone: files of their own, whole and well formed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, module

DRAWN = sorted((ROOT / "docs" / "pictures").glob("*.svg"))


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_every_drawing_is_an_svg_file(path: Path):
    assert ET.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_a_figure_of_the_report_is_taken_out_of_what_surrounds_it():
    figure = '<div class="figure"><svg xmlns="a" fill="var(--ink)"><g/></svg><p>x</p></div>'
    alone = module(ROOT / "docs" / "pictures.py").standing_alone(figure)
    assert alone.startswith('<svg xmlns="a"')
    assert alone.rstrip().endswith("<g/></svg>")
    assert "var(" not in alone
