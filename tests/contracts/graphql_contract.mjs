// Talks to a running GraphQL server as other people's clients do, and prints what came of it as one JSON object.
// Usage: node graphql_contract.mjs audits|ws|sse URL QUERY [TOKEN]. With a token, a subscription is left after its first event.
// The clients are resolved from the working folder.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const [, , kind, url, query, token] = process.argv;
const headers = token ? { Authorization: `Bearer ${token}` } : {};

async function audits() {
  const { serverAudits } = require("graphql-http");
  const results = [];
  for (const audit of serverAudits({ url, fetchFn: fetch })) {
    const { status, name, reason } = await audit.fn();
    results.push({ id: audit.id, status, name, reason: reason ?? null });
  }
  return results;
}

function collect(subscribe) {
  const seen = [];
  return new Promise((resolve, reject) => {
    const next = (value) => {
      seen.push(value);
      if (token) resolve(seen);
    };
    subscribe({ query }, { next, error: reject, complete: () => resolve(seen) });
  });
}

async function ws() {
  const { createClient } = require("graphql-ws");
  const client = createClient({ url: url.replace("http", "ws"), webSocketImpl: require("ws"), retryAttempts: 0, connectionParams: headers });
  const seen = await collect((request, sink) => client.subscribe(request, sink));
  await client.dispose();
  return seen;
}

async function sse() {
  const { createClient } = require("graphql-sse");
  const client = createClient({ url, headers, retryAttempts: 0 });
  const seen = await collect((request, sink) => client.subscribe(request, sink));
  client.dispose();
  return seen;
}

const run = { audits, ws, sse }[kind];
console.log(JSON.stringify(await run()));
