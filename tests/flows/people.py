"""People as they come to the platform: by GraphQL and by the links in their mail."""

import asyncio
import email
import re
from email.policy import default
from pathlib import Path
from typing import Any

from tests.flows.harness import Api
from tests.live_client import PATIENCE

PASSWORD = "seven quiet herons"
_TOKEN = re.compile(r"token=([\w-]+)")


async def arrive(api: Api, mails: Path, name: str) -> None:
    """Sign up, verify by the link in the mail, and sign in: from now on the client is that person's."""
    address = f"{name.lower()}@example.org"
    await api.do("signUp", "notice", email=address, password=PASSWORD, displayName=name)
    await api.do("verifyMail", "notice", token=await token_mailed_to(mails, address))
    found = await api.do("signIn", "token", email=address, password=PASSWORD)
    api.token = found["token"]


async def token_mailed_to(mails: Path, address: str) -> str:
    """Return the token of the newest link mailed to an address, once there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for file in sorted(mails.glob("*.eml"), reverse=True):
                message: Any = email.message_from_bytes(file.read_bytes(), policy=default)
                found = _TOKEN.search(message.get_body(("plain",)).get_content())
                if message["To"] == address and found:
                    return found[1]
            await asyncio.sleep(0.05)


async def ticket(api: Api) -> str:
    """Return a ticket to /live."""
    return str((await api.do("createLiveTicket", "ticket"))["ticket"])
