"""Serves as `alongside serve` does, with everything on. The cost budget alone is wide: it is asked, and says yes."""

import os
import sys

from server.app import serve_listener
from server.config import Settings
from server.observability.logs import configure_logs

BUDGET = {
    "ALONGSIDE_GRAPHQL_COST_CAPACITY": "1000000000",
    "ALONGSIDE_GRAPHQL_COST_REFILL_PER_SECOND": "1000000",
}


def main() -> None:
    """Serve from the socket named on the command line until SIGTERM."""
    settings = Settings.from_env(os.environ)
    configure_logs(settings)
    serve_listener(settings, int(sys.argv[1]), lambda: None)


if __name__ == "__main__":
    main()
