import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from server.config import Environment, LogLevel, Settings
from server.observability.logs import (
    configure_logs,
    current_request_id,
    get_logger,
    log_context,
    request_id_from,
)

PRODUCTION = Settings(environment=Environment.PRODUCTION, public_url="https://alongside.example")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Put logging back as pytest had it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logger.level for name, logger in root.manager.loggerDict.items() if hasattr(logger, "level")}
    yield
    root.handlers, root.level = handlers, level
    for name in root.manager.loggerDict:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()


def lines(settings: Settings = PRODUCTION) -> io.StringIO:
    stream = io.StringIO()
    configure_logs(settings, stream=stream)
    return stream


def only_line(stream: io.StringIO) -> dict[str, object]:
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_production_logs_one_json_object_per_event() -> None:
    stream = lines()
    with log_context(request_id="abcdef12", worker=3):
        get_logger("server.somewhere").info("request answered", status=200)
    line = only_line(stream)
    assert line.pop("timestamp")
    assert line == {
        "event": "request answered",
        "level": "info",
        "logger": "server.somewhere",
        "request_id": "abcdef12",
        "status": 200,
        "worker": 3,
    }


def test_standard_library_logs_take_the_same_way() -> None:
    stream = lines()
    with log_context(request_id="abcdef12"):
        logging.getLogger("uvicorn.error").warning("client %s went away", "10.0.0.1", extra={"port": 1})
    line = only_line(stream)
    assert (line["event"], line["request_id"], line["port"]) == ("client 10.0.0.1 went away", "abcdef12", 1)


def test_a_line_break_or_odd_character_in_a_value_stays_inside_its_line() -> None:
    stream = lines()
    get_logger("x").warning("bad input\nlevel=error", text="a\r\nb\x00\ud800", number=10**500, thing=object)
    assert only_line(stream)["text"] == "a\r\nb\x00\ud800"


@pytest.mark.parametrize(
    "values",
    [
        {"password": "hunter22"},
        {"new_password": "hunter22"},
        {"headers": {"Authorization": "hunter22", "Cookie": b"hunter22"}},
        {"tokens": ["hunter22"]},
        {"url": "postgres://me:hunter22@db/alongside"},
        {"url": "postgres://me:hun@hunter22@db/alongside"},
        {"url": "redis://:hunter22@cache:6379/0"},
        {"header": "Bearer hunter22"},
        {"link": "https://alongside.example/reset?token=hunter22&lang=de"},
        {"thing": ValueError("postgres://me:hunter22@db/alongside")},
        {"event_list": [{"ticket": "hunter22"}]},
    ],
)
@pytest.mark.parametrize("settings", [PRODUCTION, Settings()], ids=["json", "console"])
def test_secrets_are_blotted_out(values: dict[str, object], settings: Settings) -> None:
    stream = lines(settings)
    get_logger("x").error("trouble", **values)
    assert "hunter22" not in stream.getvalue()
    assert "[redacted]" in stream.getvalue()


@pytest.mark.parametrize("settings", [PRODUCTION, Settings()], ids=["json", "console"])
def test_a_traceback_is_logged_without_secrets_and_without_local_variables(settings: Settings) -> None:
    stream = lines(settings)
    local = "hunter33"
    try:
        raise ConnectionError("cannot reach postgres://me:hunter22@db/alongside")
    except ConnectionError:
        logging.getLogger("x").exception("crashed")
    assert "Traceback" in stream.getvalue()
    assert "postgres://me:[redacted]@db/alongside" in stream.getvalue()
    assert "hunter22" not in stream.getvalue()
    assert local not in stream.getvalue()


def test_settings_show_no_secret_when_they_are_logged() -> None:
    stream = lines()
    secret = Settings(database_url="postgres://u:hunter22@h/d", secret_key="hunter22" * 5)
    get_logger("x").info("starting", settings=secret)
    assert "hunter22" not in stream.getvalue()


def test_lines_below_the_level_are_not_logged() -> None:
    stream = lines(Settings(log_level=LogLevel.WARNING))
    get_logger("x").info("quiet")
    logging.getLogger("y").info("quiet")
    logging.getLogger("uvicorn.access").warning("loud")
    assert [line for line in stream.getvalue().splitlines() if "quiet" in line] == []
    assert "loud" in stream.getvalue()


def test_development_is_readable_without_colours_in_a_file() -> None:
    stream = lines(Settings())
    get_logger("x").info("request answered", status=200)
    assert "request answered" in stream.getvalue()
    assert "status=200" in stream.getvalue()


def test_request_id_is_known_inside_its_context_only() -> None:
    assert current_request_id() is None
    with log_context(request_id="abcdef12"):
        assert current_request_id() == "abcdef12"
    assert current_request_id() is None


@pytest.mark.parametrize("header", [None, "", "short", "x" * 65, "with space1", "line\nbreak12", "ünïcode-id"])
def test_odd_request_ids_are_replaced(header: str | None) -> None:
    made = request_id_from(header)
    assert made != header
    assert len(made) == 16


def test_request_id_of_a_proxy_is_kept() -> None:
    assert request_id_from("0af7651916cd43dd_8448-A") == "0af7651916cd43dd_8448-A"
