// The same page on Fastify with Mercurius and its JIT: `node _engine_node.mjs PORT`.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const [port] = process.argv.slice(2);
const hash = (text) => createHash("sha256").update(text).digest("hex");
const known = new Set([hash("a-token-of-somebody")]);

const schema = `
  type Row {
    id: ID! name: String! headline: String! city: String country: String
    age: Int! score: Float! isOpen: Boolean! zone: String! bio: String!
  }
  type Query { rows(first: Int!): [Row!]! }
`;
const rows = Array.from({ length: 100 }, (_, n) => ({
  id: `row-${n}`,
  name: `Person ${n}`,
  headline: "Courier and coder",
  city: n % 2 ? "Porto" : null,
  country: null,
  age: 20 + n,
  score: n / 8,
  isOpen: n % 3 === 0,
  zone: "Europe/Lisbon",
  bio: "Ten years on a bike, two at a desk.",
}));

const app = require("fastify")();
app.addHook("onRequest", async (request, reply) => {
  if (!known.has(hash((request.headers.authorization ?? "").replace("Bearer ", "")))) reply.code(401).send();
});
app.register(require("mercurius"), { schema, resolvers: { Query: { rows: async (_, { first }) => rows.slice(0, first) } }, jit: 1 });
await app.listen({ port: Number(port), host: "127.0.0.1" });
