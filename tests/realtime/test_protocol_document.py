"""docs/protocol.md and docs/asyncapi.json say what the code does."""

import re
from pathlib import Path
from typing import get_args

import msgspec

from server.realtime import asyncapi, frames
from server.realtime.codes import CLOSE_REASONS, ERRORS

DOCS = Path(__file__).parents[2] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text()


def test_asyncapi_file_is_what_the_frames_are():
    assert (DOCS / "asyncapi.json").read_text() == asyncapi.text()


def test_every_reference_in_the_asyncapi_document_leads_somewhere():
    document = asyncapi.document()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', asyncapi.text()):
        place = document
        for part in reference.split("/"):
            place = place[part]


def test_every_close_and_error_code_is_in_the_tables():
    closes = {int(code) for code in re.findall(r"^\| (4\d\d\d) \|", PROTOCOL, re.MULTILINE)}
    assert closes == {int(code) for code in CLOSE_REASONS}
    errors = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", PROTOCOL, re.MULTILINE))
    assert errors == {error.code: "yes" if error.temporary else "no" for error in ERRORS}


def test_close_table_agrees_on_who_may_come_back():
    answers = dict(re.findall(r"^\| (4\d\d\d) \| (yes|no)", PROTOCOL, re.MULTILINE))
    assert answers == {str(int(code)): "yes" if code.may_return else "no" for code in CLOSE_REASONS}


def test_every_frame_type_is_explained():
    for kind in (*get_args(frames.ClientFrame), *get_args(frames.ServerFrame)):
        assert re.search(rf"[`\"]{msgspec.inspect.type_info(kind).tag}[`\"{{]", PROTOCOL), kind
