"""The benchmarks of compiled operations run on a small scale and say what they are to say."""

import pytest

from benchmarks import engine, events, page_json, webinar_page
from benchmarks._npm import is_node_here
from tests.test_benchmarks import matching

pytestmark = pytest.mark.slow


def test_the_engine_is_measured_against_the_others():
    lines = list(engine.run(rounds=1, seconds=0.2, distinct=20))
    ways = len(engine.WAYS) + is_node_here()
    assert len(matching(lines, r"^  .*: \d+ us of CPU a request, \d+ requests for a second of it; .*ms$")) == ways
    assert len(matching(lines, r"^  ours to .*: [\d.]+ of its requests for a second of CPU")) == ways - 1
    assert len(matching(lines, r"^planning \d+ operations of clients: p50 .* KiB a plan$")) == 1
    assert len(matching(lines, r"^20 different documents, each asked twice: ")) == 1


def test_an_event_is_measured_for_each_follower():
    lines = list(events.run(subscribers=10, events=2, rounds=1))
    assert len(matching(lines, r": [-\d.]+ us of CPU for each of 10 subscribers and each event$")) == len(events.WAYS)


def test_the_page_is_measured_against_one_statement():
    lines = list(page_json.run(people=200, rounds=1, seconds=0.3))
    told = r"^  the API to .*: [\d.]+ times its CPU, [\d.]+ times its p50; 3 statements against %s$"
    assert len(matching(lines, told % r"\d")) == 2 + is_node_here()
    assert len(matching(lines, told % "1")) == 1


def test_a_webinar_is_measured_against_one_statement():
    lines = list(webinar_page.run(rounds=1, seconds=0.3))
    told = r"^  the API to .*: [\d.]+ times its CPU, [\d.]+ times its p50; 3 statements of the API$"
    assert len(matching(lines, told)) == 2
