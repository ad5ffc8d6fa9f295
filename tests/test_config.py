import dataclasses
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.config import (
    PREFIX,
    ConfigError,
    Environment,
    LogLevel,
    MailSecurity,
    Settings,
    TrustedDocuments,
    signing_key,
)
from server.kit.environment import variables

KEY = "k" * 40
PRODUCTION = {
    "ALONGSIDE_ENVIRONMENT": "production",
    "ALONGSIDE_PUBLIC_URL": "https://alongside.example",
    "ALONGSIDE_SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://u:p@db/alongside",
    "REDIS_URL": "redis://cache:6379/0",
}


def problems(env: dict[str, str], **overrides: Any) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env(env, **overrides)
    for problem in refused.value.problems:
        assert problem in str(refused.value)
    return refused.value.problems


def test_empty_environment_serves_a_newcomer() -> None:
    assert Settings.from_env({}) == Settings()
    assert Settings.from_env({"PATH": "/bin", "DATABASE_URL": "  ", "ALONGSIDE_PORT": ""}) == Settings()


def test_values_of_every_kind_are_read() -> None:
    settings = Settings.from_env(
        {
            **PRODUCTION,
            "ALONGSIDE_PORT": "9000",
            "ALONGSIDE_DATA_DIR": "/srv/data",
            "ALONGSIDE_LOG_LEVEL": "WARNING",
            "ALONGSIDE_ALLOWED_ORIGINS": "https://app.example, https://admin.example:8443",
            "ALONGSIDE_MAIL_SMTP_HOST": "mail.example",
            "ALONGSIDE_MAIL_SENDER": "hello@alongside.example",
            "ALONGSIDE_MAIL_SMTP_SECURITY": "tls",
            "ALONGSIDE_GRAPHQL_GRAPHIQL": "yes",
            "ALONGSIDE_GRAPHQL_TRUSTED_DOCUMENTS": "enforce",
            "ALONGSIDE_GRAPHQL_TRUSTED_DOCUMENTS_PATH": "documents.json",
            "ALONGSIDE_LIVE_PING_SECONDS": "2.5",
            "ALONGSIDE_PRODUCT_REQUEST_EXPIRES_LONG": "14d",
            "ALONGSIDE_PRODUCT_MAX_OPEN_REQUESTS": "7",
        }
    )
    assert settings.environment is Environment.PRODUCTION
    assert (settings.port, settings.data_dir, settings.log_level) == (9000, Path("/srv/data"), LogLevel.WARNING)
    assert settings.allowed_origins == ("https://app.example", "https://admin.example:8443")
    assert (settings.mail.smtp_host, settings.mail.smtp_security) == ("mail.example", MailSecurity.TLS)
    assert settings.graphiql
    assert settings.graphql.trusted_documents is TrustedDocuments.ENFORCE
    assert settings.live.ping_seconds == 2.5
    assert settings.product.request_expires_long == timedelta(days=14)
    assert settings.product.max_open_requests == 7


def test_overrides_win_and_missing_ones_do_not() -> None:
    settings = Settings.from_env({"ALONGSIDE_PORT": "9000", "ALONGSIDE_HOST": "::1"}, port=9001, host=None)
    assert (settings.port, settings.host, settings.public_url) == (9001, "::1", "http://localhost:9001")


def test_override_is_checked_like_a_variable() -> None:
    assert problems({}, port=70_000) == ("ALONGSIDE_PORT: 70000 is more than 65535",)


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        {
            "ALONGSIDE_PORT": "eighty",
            "ALONGSIDE_WORKERS": "0",
            "ALONGSIDE_LIVE_PING_SECOND": "1",
            "ALONGSIDE_PUBLIC_URL": "ftp://x",
            "DATABASE_URL": "mysql://me:hunter22@db/x",
            "ALONGSIDE_MAIL_SMTP_HOST": "mail.example",
        }
    )
    assert len(found) == 6
    assert "ALONGSIDE_LIVE_PING_SECOND: there is no such setting; ALONGSIDE_LIVE_PING_SECONDS is meant?" in found


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "1e3", "'1e3' is not a whole number"),
        ("PORT", "9" * 5000, "is not a whole number"),
        ("PORT", "-1", "-1 is less than 0"),
        ("LIVE_PING_SECONDS", "nan", "'nan' is not a number"),
        ("LIVE_PING_SECONDS", "inf", "'inf' is not a number"),
        ("LIVE_PING_SECONDS", "0", "0.0 is less than 0.1"),
        ("GRAPHQL_GRAPHIQL", "maybe", "'maybe' is not yes or no"),
        ("ENVIRONMENT", "staging", "'staging' is not one of development, production"),
        ("PRODUCT_REQUEST_EXPIRES_MICRO", "48", "'48' is not a duration such as 30s, 15m, 48h or 7d"),
        ("PRODUCT_REQUEST_EXPIRES_MICRO", "999999999d", "is not a duration between 1ms and ten years"),
        ("PRODUCT_COOLING_OFF_DECLINE", "0d", "is not a duration between 1ms and ten years"),
        ("PUBLIC_URL", "alongside.example", "is not like https://example.org"),
        ("PUBLIC_URL", "https://alongside.example/app", "is not like https://example.org"),
        ("PUBLIC_URL", "https://u:p@alongside.example", "is not like https://example.org"),
        ("PUBLIC_URL", "https://alongside.example:99999", "is not like https://example.org"),
        ("PUBLIC_URL", "http://[::1", "is not like https://example.org"),
        ("ALLOWED_ORIGINS", "*", "'*' is not like https://example.org"),
        ("ALLOWED_ORIGINS", "https://a.example/", "is not like https://example.org"),
        ("SECRET_KEY", "short", "it has fewer than 32 characters"),
        ("MAIL_SMTP_HOST", "mail.example", "say who mail comes from"),
        ("MAIL_SMTP_PASSWORD", "hunter22", "but no mail server"),
        ("MAIL_SENDER", "nobody", "is not like alongside@example.org"),
        ("GRAPHQL_TRUSTED_DOCUMENTS", "allow", "name their manifest"),
        ("POOL_DATABASE_MIN", "11", "it is more than ALONGSIDE_POOL_DATABASE_MAX"),
        ("LIVE_LEASE_RENEW_SECONDS", "8", "less than half of"),
        ("LIVE_CONNECTION_MIN_AGE_SECONDS", "9999", "more than the maximum age"),
    ],
)
def test_wrong_value_is_refused_in_words(name: str, value: str, problem: str) -> None:
    found = problems({PREFIX + name: value})
    assert any(problem in line for line in found), found
    assert "hunter22" not in str(found)


@pytest.mark.parametrize(
    "url", ["mysql://u@h/d", "postgres://h", "postgres:///d", "postgres://h:0/d", "h/d", "postgres://[h/d"]
)
def test_wrong_database_url_is_refused_without_repeating_it(url: str) -> None:
    (problem,) = problems({"DATABASE_URL": url})
    assert problem.startswith("DATABASE_URL: it is not like")
    assert url not in problem.removesuffix("postgres://user:password@host:5432/alongside")


@pytest.mark.parametrize(
    "url",
    [
        "http://h",
        "redis://",
        "unix://",
        "redis://h:port/0",
        "h:6379",
        "redis+cluster://h,/",
        "redis+cluster://h/service",
        "redis+sentinel://h:26379",
        "redis+sentinel://h/service/first",
        "unix+cluster://h",
        "redis+ring://h",
    ],
)
def test_wrong_redis_url_is_refused(url: str) -> None:
    (problem,) = problems({"REDIS_URL": url})
    assert problem.startswith("REDIS_URL: it is not like")


@pytest.mark.parametrize(
    "env",
    [
        {"DATABASE_URL": "postgres://u@/alongside?host=/run/pg", "REDIS_URL": "unix:///run/v.sock?db=0"},
        {"DATABASE_URL": "postgresql://u:p@h:5432/d", "REDIS_URL": "rediss://:p@h:6380/0"},
        {"DATABASE_URL": "postgresql://u:p@h/d", "REDIS_URL": "redis+cluster://:p@h:6379,[::1]:7000"},
        {"DATABASE_URL": "postgresql://u:p@h/d", "REDIS_URL": "rediss+sentinel://u:p@h,i:26380/service/0"},
    ],
)
def test_usual_addresses_are_taken(env: dict[str, str]) -> None:
    settings = Settings.from_env(env)
    assert (settings.database_url, settings.redis_url) == (env["DATABASE_URL"], env["REDIS_URL"])


def test_production_needs_https_an_address_and_a_key() -> None:
    assert Settings.from_env(PRODUCTION).is_production
    assert "production needs https" in str(problems({**PRODUCTION, "ALONGSIDE_PUBLIC_URL": "http://a.example"}))
    assert "the address people type" in str(problems({**PRODUCTION, "ALONGSIDE_PUBLIC_URL": ""}))
    assert "needs one" in str(problems({**PRODUCTION, "ALONGSIDE_SECRET_KEY": ""}))


def test_cookies_and_origins_follow_the_public_address() -> None:
    secure = Settings.from_env({**PRODUCTION, "ALONGSIDE_PUBLIC_URL": "https://Alongside.Example:443/"})
    assert (secure.cookie_secure, secure.cookie_name) == (True, "__Host-alongside")
    assert secure.origins == {"https://alongside.example"}
    assert not secure.graphiql
    local = Settings()
    assert (local.cookie_secure, local.cookie_name) == (False, "alongside")
    assert local.origins == {"http://localhost:8000", "http://127.0.0.1:8000", "http://localhost:5173"}
    assert local.graphiql


def test_no_secret_shows_in_a_repr() -> None:
    settings = Settings.from_env(
        {
            **PRODUCTION,
            "ALONGSIDE_MAIL_SMTP_HOST": "mail.example",
            "ALONGSIDE_MAIL_SENDER": "a@b.example",
            "ALONGSIDE_MAIL_SMTP_USERNAME": "u",
            "ALONGSIDE_MAIL_SMTP_PASSWORD": "hunter22",
            "DATABASE_URL": "postgres://u:hunter22@db/alongside",
            "REDIS_URL": "redis://:hunter22@cache",
        }
    )
    assert "hunter22" not in repr(settings)
    assert KEY not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc] # the point of the test
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().live.ping_seconds = 1  # type: ignore[misc] # the point of the test


def test_signing_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    made: list[bytes] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        made.append(signing_key(settings))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert len(made[0]) >= 32
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_configured_signing_key_writes_nothing(tmp_path: Path) -> None:
    assert signing_key(Settings(data_dir=tmp_path / "var", secret_key=KEY)) == KEY.encode()
    assert not (tmp_path / "var").exists()


def test_every_variable_is_in_the_operations_guide() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "operations.md").read_text()
    missing = [found.name for found in variables(Settings, PREFIX) if f"`{found.name}`" not in guide]
    assert missing == []
