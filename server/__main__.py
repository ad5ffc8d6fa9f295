"""`python -m server` is `alongside`: the supervisor starts its children by it."""

from server.cli import main

main()
