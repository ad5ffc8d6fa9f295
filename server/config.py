"""Settings: everything that may differ between two deployments, read once, checked whole, then frozen.

The defaults serve a newcomer; a variable overrides each (docs/operations.md). Machine durations are float
seconds and say so in the name; durations people feel are timedeltas. No other module reads the environment.
"""

import difflib
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from server.kit.addresses import hosts_of
from server.kit.environment import out_of_bounds, read, secret, setting, variables

PREFIX = "ALONGSIDE_"
SECRET_LENGTH = 32
_DEV_FRONT_END = "http://localhost:5173"


class ConfigError(Exception):
    """The settings cannot be used; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("the configuration cannot be used:\n" + "\n".join(f"  - {line}" for line in problems))


class Environment(StrEnum):
    """Who is served: a developer on their machine, or people."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class TrustedDocuments(StrEnum):
    """May GraphQL documents come from clients: always, also by hash, or by hash only."""

    OFF = "off"
    ALLOW = "allow"
    ENFORCE = "enforce"


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class LogLevel(StrEnum):
    """The least severe line that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Connections one worker keeps. All workers together must stay below the database's own limit."""

    database_min: int = setting(1, least=0, most=1000)
    database_max: int = setting(10, least=1, most=1000)
    redis_timeout_seconds: float = setting(1.0, least=0.05, most=60)
    statement_timeout_seconds: float = setting(9.0, least=0.1, most=3600)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves: by SMTP when a host is given, otherwise as .eml files in a folder."""

    smtp_host: str | None = None
    smtp_port: int = setting(587, least=1, most=65535)
    smtp_username: str | None = None
    smtp_password: str | None = secret()
    smtp_security: MailSecurity = MailSecurity.STARTTLS
    smtp_timeout_seconds: float = setting(20.0, least=1, most=300)
    sender: str | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """How long proofs of identity are good for."""

    lifetime: timedelta = timedelta(days=30)
    verification_lifetime: timedelta = timedelta(hours=48)
    reset_lifetime: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GraphqlSettings:
    """What one GraphQL request may ask for. Cost is in points, its bucket per actor."""

    deadline_seconds: float = setting(10.0, least=0.1, most=300)
    body_bytes: int = setting(256 * 1024, least=1024, most=64 * 1024 * 1024)
    source_bytes: int = setting(16 * 1024, least=256, most=1024 * 1024)
    max_tokens: int = setting(2000, least=10)
    max_depth: int = setting(12, least=1, most=100)
    max_aliases: int = setting(30, least=0)
    max_directives: int = setting(50, least=0)
    max_root_fields: int = setting(20, least=1)
    max_root_mutations: int = setting(5, least=1)
    max_list_items: int = setting(100, least=1)
    max_cost: int = setting(10_000, least=1)
    cost_capacity: int = setting(60_000, least=1)
    cost_refill_per_second: float = setting(2_000.0, least=0.1)
    trusted_documents: TrustedDocuments = TrustedDocuments.OFF
    trusted_documents_path: Path | None = None
    graphiql: bool | None = None
    compiled: bool = True
    max_socket_operations: int = setting(100, least=1)
    max_sockets_per_user: int = setting(20, least=1)


@dataclass(frozen=True, slots=True)
class RateSettings:
    """How often one may try. An address is where a request comes from; an account is whom it is about."""

    sign_ups_per_hour_and_address: int = setting(20, least=1)
    sign_ins_per_minute_and_address: int = setting(30, least=1)
    sign_ins_per_hour_and_account: int = setting(20, least=1)
    mails_per_hour_and_account: int = setting(5, least=1)
    token_tries_per_hour_and_address: int = setting(60, least=1)
    calendar_reads_per_hour_and_feed: int = setting(60, least=1)


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """The numbers of the live layer. Bytes, seconds, and counts per second."""

    hello_seconds: float = setting(5.0, least=0.1)
    ping_seconds: float = setting(25.0, least=0.1)
    pong_seconds: float = setting(10.0, least=0.1)
    ticket_seconds: float = setting(60.0, least=1)
    session_seconds: float = setting(900.0, least=1)
    refresh_grace_seconds: float = setting(25.0, least=0)
    connection_min_age_seconds: float = setting(1800.0, least=1)
    connection_max_age_seconds: float = setting(2700.0, least=1)
    frame_bytes: int = setting(64 * 1024, least=1024)
    deflate_above_bytes: int = setting(512, least=0)
    notsent_lowat_bytes: int = setting(16 * 1024, least=1024)
    write_bytes: int = setting(64 * 1024, least=1024)
    tick_seconds: float = setting(0.01, least=0.001, most=1)
    max_topics_per_connection: int = setting(32, least=1)
    max_connections_per_user: int = setting(5, least=1)
    commands_per_second: float = setting(20.0, least=0.1)
    commands_burst: int = setting(40, least=1)
    publishes_per_second: float = setting(5.0, least=0.1)
    publishes_burst: int = setting(10, least=1)
    handshakes_per_second: float = setting(200.0, least=1)
    max_loop_lag_seconds: float = setting(0.1, least=0.01)
    outbox_shed_bytes: int = setting(64 * 1024, least=1024)
    outbox_shed_seconds: float = setting(1.0, least=0.05)
    outbox_lag_bytes: int = setting(256 * 1024, least=1024)
    outbox_lag_seconds: float = setting(5.0, least=0.05)
    outbox_close_seconds: float = setting(30.0, least=0.1)
    ring_entries: int = setting(256, least=1)
    window_entries: int = setting(512, least=1)
    window_seconds: float = setting(900.0, least=1)
    replay_entries: int = setting(2000, least=1)
    signals_per_second_and_topic: float = setting(4.0, least=0.1)
    feed_check_seconds: float = setting(5.0, least=0.1)
    feed_linger_seconds: float = setting(30.0, least=0)
    probe_idle_seconds: float = setting(1.5, least=0.05)
    probe_answer_seconds: float = setting(2.0, least=0.05)
    reconnect_min_seconds: float = setting(0.05, least=0.001)
    reconnect_max_seconds: float = setting(2.0, least=0.01)
    poll_seconds: float = setting(1.0, least=0.05)
    rights_sweep_seconds: float = setting(60.0, least=0.1)
    lease_seconds: float = setting(15.0, least=0.5)
    lease_renew_seconds: float = setting(5.0, least=0.1)
    leave_after_seconds: float = setting(12.0, least=0)
    crowd_size: int = setting(200, least=1)
    crowd_diff_seconds: float = setting(3.0, least=0.1)
    drain_seconds: float = setting(20.0, least=0)
    relay_sweep_seconds: float = setting(0.25, least=0.01)


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """The numbers of the product's rules."""

    request_expires_micro: timedelta = timedelta(hours=48)
    request_expires_long: timedelta = timedelta(days=7)
    reminder_first_percent: int = setting(50, least=1, most=99)
    reminder_last_percent: int = setting(85, least=1, most=99)
    max_open_requests: int = setting(5, least=1, most=100)
    cooling_off_decline: timedelta = timedelta(days=30)
    cooling_off_misfit: timedelta = timedelta(days=180)
    waiting_equity_every: int = setting(4, least=0, most=100)
    meeting_reminder_first: timedelta = timedelta(hours=24)
    meeting_reminder_last: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CallSettings:
    """The servers that help two browsers find each other for a call; none by default, so that nobody else is told."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str | None = secret()
    turn_lifetime: timedelta = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. Made by `from_env`, or directly in tests."""

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = setting(8000, least=0, most=65535)
    workers: int = setting(1, least=1, most=256)
    public_url: str = "http://localhost:8000"
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    web_path: Path | None = None
    log_level: LogLevel = LogLevel.INFO
    database_url: str | None = secret(variable="DATABASE_URL")
    redis_url: str | None = secret(variable="REDIS_URL")
    secret_key: str | None = secret()
    pool: PoolSettings = PoolSettings()
    mail: MailSettings = MailSettings()
    login: LoginSettings = LoginSettings()
    graphql: GraphqlSettings = GraphqlSettings()
    rate: RateSettings = RateSettings()
    live: LiveSettings = LiveSettings()
    call: CallSettings = CallSettings()
    product: ProductSettings = ProductSettings()

    @classmethod
    def from_env(cls, env: Mapping[str, str], **overrides: Any) -> Self:
        """Read the environment; overrides are top-level fields and win, None ones are left out.

        An empty variable counts as missing. Raises ConfigError with every problem at once.
        """
        problems = _unknown(env)
        settings = read(cls, env, PREFIX, problems)
        settings = replace(settings, **{name: value for name, value in overrides.items() if value is not None})
        if "public_url" not in overrides and not env.get(f"{PREFIX}PUBLIC_URL", "").strip():
            if settings.is_production:
                problems.append("ALONGSIDE_PUBLIC_URL: production needs the address people type")
            settings = replace(settings, public_url=f"http://localhost:{settings.port}")
        else:
            problems += _check_public_url(settings)
        problems += [*out_of_bounds(settings, PREFIX), *_check_addresses(settings), *_check_wholes(settings)]
        if problems:
            raise ConfigError(problems)
        return settings

    @property
    def is_production(self) -> bool:
        """Whether people are served."""
        return self.environment is Environment.PRODUCTION

    @property
    def public_origin(self) -> str:
        """The public address as a browser's Origin header spells it."""
        return _origin(self.public_url)

    @property
    def origins(self) -> frozenset[str]:
        """Every Origin that may talk to us with a person's cookie."""
        own = {self.public_origin}
        if not self.is_production:
            # Who tries it out types either name of their own machine.
            own |= {_DEV_FRONT_END, self.public_origin.replace("//localhost", "//127.0.0.1")}
        return frozenset(own | set(self.allowed_origins))

    @property
    def cookie_secure(self) -> bool:
        """Whether cookies travel over TLS only."""
        return self.public_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """The login cookie. Browsers take the __Host- prefix only over TLS."""
        return "__Host-alongside" if self.cookie_secure else "alongside"

    @property
    def graphiql(self) -> bool:
        """Whether /graphql shows GraphiQL to a browser."""
        return not self.is_production if self.graphql.graphiql is None else self.graphql.graphiql

    @property
    def mail_folder(self) -> Path:
        """Where mail is written when no SMTP host is set."""
        return self.mail.folder or self.data_dir / "mail"


def signing_key(settings: Settings) -> bytes:
    """Return the key that signs what clients carry: the configured one, or one kept in the data folder.

    The kept one is made at the first call, readable by its owner alone; processes that race agree on one.
    """
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    kept = settings.data_dir / "secret.key"
    if not kept.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        # A link appears whole or not at all, and never replaces the one somebody else made first.
        with suppress(FileExistsError):
            os.link(draft, kept)
        draft.unlink()
    return kept.read_bytes()


def _unknown(env: Mapping[str, str]) -> list[str]:
    known = [variable.name for variable in variables(Settings, PREFIX)]
    problems = []
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            problems.append(f"{name}: there is no such setting" + (f"; {near[0]} is meant?" if near else ""))
    return problems


def _check_public_url(settings: Settings) -> list[str]:
    if not _is_http_address(settings.public_url):
        return [f"ALONGSIDE_PUBLIC_URL: {settings.public_url!r} is not like https://example.org"]
    if settings.is_production and not settings.public_url.startswith("https://"):
        return ["ALONGSIDE_PUBLIC_URL: production needs https, or browsers send no login cookie"]
    return []


def _is_http_address(text: str) -> bool:
    """Tell whether text is scheme://host[:port], which is what an Origin is, with at most a slash after it."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return False
    plain = url.path in {"", "/"} and not url.query and not url.fragment and "@" not in url.netloc
    return url.scheme in {"http", "https"} and bool(url.hostname) and plain


def _origin(address: str) -> str:
    url = urlsplit(address)
    default = {"http": 80, "https": 443}[url.scheme]
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    return f"{url.scheme}://{host}" if url.port in {None, default} else f"{url.scheme}://{host}:{url.port}"


def _check_addresses(settings: Settings) -> list[str]:
    problems = [
        f"ALONGSIDE_ALLOWED_ORIGINS: {origin!r} is not like https://example.org"
        for origin in settings.allowed_origins
        if not _is_http_address(origin) or origin.endswith("/")
    ]
    # The addresses carry passwords, so the sentences do not repeat them.
    if settings.database_url and not _is_database_url(settings.database_url):
        problems.append("DATABASE_URL: it is not like postgres://user:password@host:5432/alongside")
    if settings.redis_url and not _is_redis_url(settings.redis_url):
        problems.append(
            "REDIS_URL: it is not like redis://host:6379/0, redis+sentinel://host:26379,host/service/0 "
            "or redis+cluster://host:6379,host"
        )
    return problems


def _is_database_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        named = url.hostname or "host" in parse_qs(url.query)
        return url.scheme in {"postgres", "postgresql"} and bool(named) and len(url.path) > 1 and url.port != 0
    except ValueError:
        return False


def _is_redis_url(text: str) -> bool:
    """Tell whether text is the address of one server, of sentinels with a service, or of a cluster's nodes."""
    try:
        url = urlsplit(text)
        scheme, _, kind = url.scheme.partition("+")
        if kind:
            hosts_of(url.netloc.rpartition("@")[2], 6379)
            service, _, number = url.path.strip("/").partition("/")
            named = bool(service) and (not number or number.isdigit()) if kind == "sentinel" else not service
            return scheme in {"redis", "rediss"} and kind in {"sentinel", "cluster"} and named
        host = url.path if scheme == "unix" else url.hostname
        return scheme in {"redis", "rediss", "unix"} and bool(host) and url.port != 0
    except ValueError:
        return False


def _is_ice_url(text: str, *schemes: str) -> bool:
    """Tell whether text is like turn:host:port?transport=udp."""
    return re.fullmatch(rf"({'|'.join(schemes)}):[^\s/?#@]+(\?transport=(udp|tcp))?", text) is not None


def _check_wholes(settings: Settings) -> list[str]:
    """Return what is wrong between settings that are each fine."""
    mail, graphql, pool, live = settings.mail, settings.graphql, settings.pool, settings.live
    call = settings.call
    rules = {
        "ALONGSIDE_CALL_STUN_URLS: each is like stun:stun.example.org:3478": (
            not all(_is_ice_url(url, "stun", "stuns") for url in call.stun_urls)
        ),
        "ALONGSIDE_CALL_TURN_URLS: each is like turn:turn.example.org:3478?transport=udp": (
            not all(_is_ice_url(url, "turn", "turns") for url in call.turn_urls)
        ),
        "ALONGSIDE_CALL_TURN_SECRET: TURN servers and the secret they share with us go together": (
            bool(call.turn_urls) != (call.turn_secret is not None)
        ),
        "ALONGSIDE_MAIL_SENDER: a mail server is set, so say who mail comes from": (
            mail.smtp_host is not None and mail.sender is None
        ),
        "ALONGSIDE_MAIL_SMTP_HOST: a user name or password is set, but no mail server": (
            mail.smtp_host is None and (mail.smtp_username is not None or mail.smtp_password is not None)
        ),
        "ALONGSIDE_MAIL_SMTP_PASSWORD: a user name and a password go together": (
            (mail.smtp_username is None) != (mail.smtp_password is None)
        ),
        "ALONGSIDE_MAIL_SENDER: it is not like alongside@example.org": (
            mail.sender is not None and "@" not in mail.sender.strip("@")
        ),
        "ALONGSIDE_GRAPHQL_TRUSTED_DOCUMENTS_PATH: trusted documents are on, so name their manifest": (
            graphql.trusted_documents is not TrustedDocuments.OFF and graphql.trusted_documents_path is None
        ),
        "ALONGSIDE_POOL_DATABASE_MIN: it is more than ALONGSIDE_POOL_DATABASE_MAX": (
            pool.database_min > pool.database_max
        ),
        "ALONGSIDE_PRODUCT_MEETING_REMINDER_LAST: it must be less than the first reminder's time": (
            settings.product.meeting_reminder_last >= settings.product.meeting_reminder_first
        ),
        "ALONGSIDE_LIVE_LEASE_RENEW_SECONDS: it must be less than half of ALONGSIDE_LIVE_LEASE_SECONDS": (
            live.lease_renew_seconds * 2 >= live.lease_seconds
        ),
        "ALONGSIDE_LIVE_CONNECTION_MIN_AGE_SECONDS: it is more than the maximum age": (
            live.connection_min_age_seconds > live.connection_max_age_seconds
        ),
        f"ALONGSIDE_SECRET_KEY: it has fewer than {SECRET_LENGTH} characters": (
            settings.secret_key is not None and len(settings.secret_key) < SECRET_LENGTH
        ),
        "ALONGSIDE_SECRET_KEY: production with a database elsewhere needs one, the same for every machine": (
            settings.is_production and settings.database_url is not None and settings.secret_key is None
        ),
    }
    return [problem for problem, broken in rules.items() if broken]
