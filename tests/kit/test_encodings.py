"""What a client takes is read as it is meant, and text made small comes back whole."""

import gzip

import pytest

from server.kit.encodings import accepted, gzipped


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", {""}),
        ("gzip", {"gzip"}),
        ("gzip, deflate, br", {"gzip", "deflate", "br"}),
        ("GZip ; q=0.5, br;q=1.0", {"gzip", "br"}),
        ("gzip;q=0, br;q=0.000", set()),
        ("gzip;q=0.001", {"gzip"}),
    ],
)
def test_an_encoding_is_taken_unless_its_weight_is_zero(header: str, taken: set[str]):
    assert accepted(header) == taken


def test_text_comes_back_whole_and_the_same_text_makes_the_same_bytes():
    text = b"one line after another\n" * 500
    assert gzip.decompress(gzipped(text)) == text
    assert gzipped(text) == gzipped(text)
    assert len(gzipped(text)) * 10 < len(text)
