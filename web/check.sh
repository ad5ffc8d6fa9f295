#!/bin/sh
# Types, lint, unused code and tests of the web client, with the node that built it; without one says so and ends well.
set -eu
PATH="$(cd "$1" && pwd):$PATH"
cd "$(dirname "$0")"

if ! command -v node > /dev/null || [ ! -d node_modules ]; then
  echo "the web client is not checked here (no node)"
  exit 0
fi
npm run --silent check
npm test --silent
