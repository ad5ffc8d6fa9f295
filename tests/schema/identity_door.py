"""The GraphQL door over the identity shaft alone, spoken to as a browser or a program does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route

from server.schema.authentication import Authenticator, LoginCookie
from server.schema.core.building import build_schema
from server.schema.core.nodes import NodeQuery
from server.schema.core.options import EndpointOptions
from server.schema.credentials import CredentialMutation
from server.schema.endpoint import GraphQLEndpoint
from server.schema.identity import LoginMutation
from server.schema.me import MeQuery

COOKIE = LoginCookie(name="__Host-alongside", is_secure=True)


@strawberry.type
class Query(MeQuery, NodeQuery):
    """Root of these tests."""


@strawberry.type
class Mutation(LoginMutation, CredentialMutation):
    """Root of these tests."""


schema = build_schema(Query, Mutation)


class Door:
    """Sends operations and keeps what a browser keeps."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def send(self, query: str, token: str | None = None, **variables: Any) -> httpx.Response:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    async def ask(self, query: str, token: str | None = None, **variables: Any) -> Any:
        """Return the data; any error fails the test."""
        answer = (await self.send(query, token, **variables)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def send_bytes(self, name: str, form: dict[str, Any], token: str | None = None) -> httpx.Response:
        """Send a mutation as bytes that hold what no text can: lone surrogates, as JSON escapes."""
        verb = name[0].upper() + name[1:]
        query = f"mutation($form: {verb}Input!) {{ {name}(input: $form) {{ __typename }} }}"
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        body = json.dumps({"query": query, "variables": {"form": form}}).encode("ascii")
        return await self.http.post("/graphql", content=body, headers=headers)

    async def send_raw(self, name: str, form: dict[str, Any]) -> tuple[int, str, dict[str, str]]:
        """Return all that a visitor can tell from an answer, apart from its time and its request's id."""
        verb = name[0].upper() + name[1:]
        wish = "login { id }" if name == "signIn" else "notice"
        query = f"""mutation($form: {verb}Input!) {{ {name}(input: $form) {{ __typename
            ... on {verb}Payload {{ {wish} }} ... on Refusal {{ code message }} }} }}"""
        answer = await self.send(query, form=form)
        headers = {key: value for key, value in answer.headers.items() if key != "x-request-id"}
        return answer.status_code, answer.text, headers

    async def do(self, name: str, form: dict[str, Any], wish: str = "notice", token: str | None = None) -> Any:
        """Run a mutation and return its payload or refusal."""
        verb = name[0].upper() + name[1:]
        query = f"""mutation($form: {verb}Input!) {{ {name}(input: $form) {{ __typename
            ... on {verb}Payload {{ {wish} }}
            ... on Refusal {{ code message }} ... on InvalidInput {{ fields {{ path code }} }}
            ... on NotAllowed {{ needs }} ... on RateLimited {{ retryAfter }} }} }}"""
        return (await self.ask(query, token, form=form))[name]


@asynccontextmanager
async def door(cookie: LoginCookie = COOKIE) -> AsyncIterator[Door]:
    """Yield the door, over TLS as far as the client can tell."""
    options = EndpointOptions(authenticate=Authenticator(cookie), tools={LoginCookie: cookie})
    app = Starlette(routes=[Route("/graphql", GraphQLEndpoint(schema, options))])
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="https://alongside.test") as http:
        yield Door(http)
