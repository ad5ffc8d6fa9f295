"""A first room: sign in as a demo person, open the room of their mentorship, say a line, hear it come back."""

import asyncio
import json
import sys
import urllib.request

import websockets

SIGN_IN = 'mutation { signIn(input: {email: "jonas@example.org", password: "alongside-demo-bicycle"}) { ...on SignInPayload { token } } }'
PAIR = "{ mentorships(first: 1) { edges { node { id goal } } } }"
OPEN = 'mutation { openSession(input: {mentorshipId: "%s"}) { ...on OpenSessionPayload { session { topic liveKey } } } }'
TICKET = "mutation { createLiveTicket(input: {}) { ...on CreateLiveTicketPayload { ticket } } }"


def ask(url: str, document: str, token: str = "") -> dict:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(f"{url}/graphql", json.dumps({"query": document}).encode(), headers)
    return json.load(urllib.request.urlopen(request))["data"]


async def main(url: str) -> None:
    token = ask(url, SIGN_IN)["signIn"]["token"]
    pair = ask(url, PAIR, token)["mentorships"]["edges"][0]["node"]
    room = ask(url, OPEN % pair["id"], token)["openSession"]["session"]
    ticket = ask(url, TICKET, token)["createLiveTicket"]["ticket"]
    async with websockets.connect(f"{url.replace('http', 'ws', 1)}/live", subprotocols=["alongside.v1"]) as socket:
        line = {"sessionId": room["liveKey"], "text": f"Let's talk about: {pair['goal']}"}
        for frame in (
            {"type": "hello", "ticket": ticket},
            {"type": "follow", "id": "1", "topic": room["topic"]},
            {"type": "command", "id": "2", "cid": "my-first-line", "op": "session.send", "args": line},
        ):
            await socket.send(json.dumps(frame))
        async for message in socket:
            print(message)
            if '"type":"ok","id":"2"' in message:
                return


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
