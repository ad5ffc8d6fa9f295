"""The WebSocket door and the live layer behind it: order, fan-out, presence, resume."""
