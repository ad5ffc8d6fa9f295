"""Each benchmark runs on a small scale and says what it is to say. How fast anything is, no test says."""

import re
from collections.abc import Sequence
from types import ModuleType

import pytest

from benchmarks import (
    directory,
    first_load,
    live_crowd,
    live_fanout,
    live_idle,
    live_outage,
    live_storm,
    page,
    recommendations,
    skill_search,
    webinar_listeners,
    webinar_storm,
)
from benchmarks._npm import is_node_here
from benchmarks._support import percentile_of


def matching(lines: Sequence[str], pattern: str) -> list[str]:
    return [line for line in lines if re.search(pattern, line)]


def test_the_page_is_measured_against_both_others():
    lines = list(page.run(people=200, rounds=1, seconds=0.3))
    assert len(matching(lines, r"^200 people made in")) == 1
    assert len(matching(lines, r": 5 statements, by the API as 3$")) == 1
    way = r"requests/s over 4 connections; alone p50 .* CPU .* ms a request and \d+ ms a second without any$"
    assert len(matching(lines, way)) == 4
    ratios = matching(lines, r"^  to .*: [\d.]+ of its requests/s, [\d.]+ of its p50, [\d.]+ of its CPU$")
    assert [line.split(":")[0] for line in ratios] == [
        "  to by hand, same statements",
        "  to stock Strawberry",
        "  to stock Strawberry with its caches",
    ]
    assert len(matching(lines, r"^  (directory, .*|skill search): p50 .* p95 .* p99 [\d.]+ ms$")) == 6


def test_the_directory_is_measured_by_every_filter(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(directory, "PEOPLE", 300)
    monkeypatch.setattr(directory, "ROUNDS", 3)
    lines = directory.run()
    assert len(matching(lines, r"^300 people made in")) == 1
    assert len(matching(lines, r"^  .*: p50 [\d.]+ ms, p95 [\d.]+ ms$")) == len(lines) - 1 == 8


def test_the_skill_search_is_measured_against_a_scan(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(skill_search, "QUERIES", 40)
    monkeypatch.setattr(skill_search, "SCANNED_QUERIES", 2)
    lines = list(skill_search.run())
    assert len(matching(lines, r"^  40 misspelt labels: p50 .* hostile text at most [\d.]+ ms$")) == 1
    assert len(matching(lines, r"^  the skill meant is among the first three: [\d.]+ %$")) == 1
    assert len(matching(lines, r"^  baseline, scan of every name: p50 .* ours takes 1/\d+ of it$")) == 1


def test_suggestions_are_measured_from_building_to_explaining(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recommendations, "PEOPLE", 300)
    monkeypatch.setattr(recommendations, "ROUNDS", 3)
    lines = recommendations.run()
    assert len(matching(lines, r"^300 people made in")) == 1
    assert len(matching(lines, r"one change visible, 300 people")) == 1
    assert len(matching(lines, r"^  .*: p50 [\d.]+ ms, p95 [\d.]+ ms$")) == len(lines) - 4 == 6


@pytest.mark.slow
def test_a_storm_of_votes_is_exact_and_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(webinar_storm, "WITHIN", 2.0)
    lines = list(webinar_storm.run(attendees=60))
    assert len(matching(lines, r": 60 votes in [\d.]+ s; answer p50 \d+, p99 \d+, last \d+ ms; 60 ok$")) == 2
    # Each action is a fresh one that its moderator may do now: none is refused.
    assert len(matching(lines, r"actions of moderators: answer p50 \d+, p99 \d+ ms; \d+ ok$")) == 2
    assert len(matching(lines, r"frames per attendee and second, [\d.]+ KB; lines lost 0; ")) == 2
    assert matching(lines, r"^acknowledged 120, ballots 120, tallies 120; tallies off 0, sampled sockets off 0 of 10")


@pytest.mark.slow
def test_a_question_is_timed_to_every_screen():
    lines = list(webinar_listeners.run(listeners=60, asked=3))
    assert len(matching(lines, r"^60 listeners over 2 serving processes; all came in [\d.]+ s$")) == 1
    assert len(matching(lines, r"^question to screen: 3 questions, p50 \d+, p99 \d+, last \d+ ms$")) == 1
    assert len(matching(lines, r"^  reached 180 of 180; lines lost 0; ")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("benchmark", [live_fanout, live_crowd], ids=["in one go", "two ways at a time"])
def test_an_entry_to_a_crowd_is_measured_against_all_others(benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_fanout, "DELIVERIES", 0)
    monkeypatch.setattr(live_fanout, "MANY", 20 if benchmark is live_crowd else 1_000)
    lines = list(benchmark.run(crowd=20))
    peers = 1 + 2 * is_node_here()
    ways = 3 + peers if benchmark is live_fanout else 3 + 2 * peers
    assert len(matching(lines, r"^  .* us +[\d.]+ x$")) == 2 * ways


@pytest.mark.slow
def test_idle_connections_are_weighed_and_told():
    lines = list(live_idle.run(crowd=20, rounds=3))
    assert matching(lines, r"^20 idle connections with compression: [-\d.]+ KB each")
    assert matching(lines, r"^one entry to all: the last has it after \d+ ms \(p50\), \d+ ms \(p99 of 3\)$")


@pytest.mark.slow
def test_a_storm_of_those_who_come_back_is_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_storm, "CLIENTS", 40)
    lines = list(live_storm.run())
    assert matching(lines, r"^caught up: p50 [\d.]+ s, p99 [\d.]+ s \(limit 2\), last [\d.]+ s$")
    assert matching(lines, r"^window reads [01] \(limit 1\), pages of the book 0 \(limit 0\)$")
    assert matching(lines, r"^holes 0, repeats 0, final positions 1 ")


@pytest.mark.slow
@pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages")
def test_first_loads_and_roads_are_weighed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(first_load, "ROADS", ("/people", "/settings"))
    lines = list(first_load.run())
    loads = r"[\d.]+ kB \(goal 90\), \d+ requests; slow 3G: heading after [\d.]+ s, all after [\d.]+ s$"
    assert len(matching(lines, rf"^(directory, a visitor|directory, a member|room): {loads}")) == 3
    assert len(matching(lines, r"^then /\w+: [\d.]+ kB \(goal 20\), [1-9]\d* requests$")) == 2


@pytest.mark.slow
def test_outages_are_lived_through(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_outage, "CLIENTS", 10)
    monkeypatch.setattr(live_outage, "GONE_SECONDS", 3.0)
    lines = list(live_outage.run())
    assert matching(lines, r"^  lost 0, applied twice 0 of \d+ each")
    assert len(matching(lines, r"\(limit \d+\)$")) == 3


def test_a_percentile_is_one_of_the_values():
    assert [percentile_of([4.0, 1.0, 3.0, 2.0], each) for each in (0, 50, 99, 100)] == [1.0, 3.0, 4.0, 4.0]
