"""A mail server of a few lines, on the loopback: it takes every mail, or refuses every recipient."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What came in, and the answer to each recipient."""

    port: int = 0
    recipient_answer: str = "250 yes"
    mails: list[bytes] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    talks: list["asyncio.Task[None]"] = field(default_factory=list)

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.append(asyncio.create_task(self.serve(reader, writer)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            self.spoken.append(line.decode().strip())
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif verb == b"RCPT":
                writer.write(self.recipient_answer.encode() + b"\r\n")
            elif verb == b"EHLO":
                writer.write(b"250-here\r\n250 SMTPUTF8\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")
            await writer.drain()
            if verb == b"QUIT":
                break
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def mail_server(recipient_answer: str = "250 yes") -> AsyncIterator[MailServer]:
    """Listen for the length of a with block."""
    server = MailServer(recipient_answer=recipient_answer)
    listening = await asyncio.start_server(server.begin, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
        await asyncio.wait_for(asyncio.gather(*server.talks), timeout=10)
