"""The AsyncAPI 3 document of /live, generated from the frame structs. `docs/asyncapi.json` is kept equal by a test.

python -m server.realtime.asyncapi > docs/asyncapi.json
"""

import inspect
import json
import sys
from typing import Any, get_args

import msgspec

from server.realtime import frames
from server.realtime.codes import CLOSE_REASONS, ERRORS

_ENTRY = {
    "type": "object",
    "description": "The next entry of a topic: its number, the chain after it, the fact's kind and fields.",
    "required": ["type", "t", "s", "c", "k", "p"],
    "properties": {
        "type": {"const": "entry"},
        "t": {"type": "string", "description": "The topic."},
        "s": {"type": "integer", "description": "The number: the last one plus one."},
        "c": {"type": "string", "description": "The chain after this entry: with epoch and number, the new position."},
        "k": {"type": "string", "description": "The fact's kind."},
        "p": {"type": "object", "description": "The fact's fields."},
    },
}


def document() -> dict[str, Any]:
    """Return the whole document."""
    client, server = get_args(frames.ClientFrame), get_args(frames.ServerFrame)
    _, schemas = msgspec.json.schema_components([*client, *server], ref_template="#/components/schemas/{name}")
    schemas["Entry"] = _ENTRY
    names = [*(kind.__name__ for kind in (*client, *server)), "Entry"]
    messages = {name: _message(name, schemas[name]) for name in names}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Alongside /live",
            "version": "1",
            "description": "Subprotocol alongside.v1. A text message is one frame or an array of frames; "
            "docs/protocol.md tells how they work together.",
        },
        "channels": {
            "live": {
                "address": "/live",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
            }
        },
        "operations": {
            "send": _operation("receive", [kind.__name__ for kind in client]),
            "receive": _operation("send", [*(kind.__name__ for kind in server), "Entry"]),
        },
        "components": {"messages": messages, "schemas": schemas},
        "x-close-codes": {str(int(code)): reason for code, reason in CLOSE_REASONS.items()},
        "x-error-codes": {error.code: {"temporary": error.temporary, "message": error.message} for error in ERRORS},
    }


def _message(name: str, schema: Any) -> dict[str, Any]:
    kind = getattr(frames, name, None)
    summary = schema["description"] if kind is None else inspect.cleandoc(kind.__doc__ or "")
    return {"name": name, "summary": summary, "payload": {"$ref": f"#/components/schemas/{name}"}}


def _operation(action: str, names: list[str]) -> dict[str, Any]:
    """Return what the server does with messages: receive or send."""
    return {
        "action": action,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in names],
    }


def text() -> str:
    """Return the document as it is kept in docs/."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
