"""From an HTTP connection to the actor behind it: a bearer token in the header, or the login cookie.

Used by every door: GraphQL over HTTP, its sockets, and the live layer. What a login is, services/logins.py says.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import HTTPConnection

from server.domain.actors import VISITOR, Actor
from server.domain.identity import Unauthenticated
from server.services.logins import recognise

# The longest that browsers keep a cookie. When a login ends, the server says.
_COOKIE_AGE = timedelta(days=400)


@dataclass(frozen=True)
class LoginCookie:
    """The cookie that carries a login. `is_secure`: over TLS only, as a name with `__Host-` in front demands."""

    name: str
    is_secure: bool

    def carrying(self, token: str) -> str:
        """Return the Set-Cookie value that gives a browser a login."""
        return self._value(token, _COOKIE_AGE)

    def cleared(self) -> str:
        """Return the Set-Cookie value that takes it away."""
        return self._value("", timedelta(0))

    def _value(self, token: str, age: timedelta) -> str:
        secure = "; Secure" if self.is_secure else ""
        return f"{self.name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={int(age.total_seconds())}{secure}"


@dataclass(frozen=True)
class Authenticator:
    """Tells who a connection is from. One object serves all doors of a process."""

    cookie: LoginCookie

    async def __call__(self, connection: HTTPConnection) -> Actor:
        """Return who asks; VISITOR without credentials. Raises Unauthenticated for a bearer token that is none.

        A cookie that no longer holds makes a visitor: browsers send it without being asked, and must be able to
        sign in again.
        """
        header = connection.headers.get("authorization")
        if header:
            return await _bearer(header)
        token = connection.cookies.get(self.cookie.name)
        return (await recognise(token) or VISITOR) if token else VISITOR


async def _bearer(header: str) -> Actor:
    scheme, _, token = header.strip().partition(" ")
    actor = await recognise(token.strip()) if scheme.lower() == "bearer" else None
    if actor is None:
        raise Unauthenticated
    return actor
