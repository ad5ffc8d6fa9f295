// The page of mentors from PostgreSQL on Fastify with Mercurius, its JIT, its loaders and pg: `node _json_node.mjs PORT FILE`.
// The file holds the address of the database, the statements that the API sends, with their values, and the labels of skills.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const [port, file] = process.argv.slice(2);
const { database, statements, labels, places: defaults, levels } = JSON.parse(readFileSync(file, "utf8"));
const pool = new (require("pg").Pool)(database);

const schema = `
  input ProfileFilter { hasOpenPlaces: Boolean }
  type Skill { id: ID! label: String! }
  type ProfileSkill { direction: String! level: String! skill: Skill! }
  type ProfileLanguage { code: String! proficiency: String! }
  type OpenPlaces { format: String! places: Int! }
  type Profile {
    id: ID! name: String! headline: String
    skills: [ProfileSkill!]! languages: [ProfileLanguage!]! openPlaces: [OpenPlaces!]
  }
  type Edge { node: Profile! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Connection { edges: [Edge!]! pageInfo: PageInfo! }
  type Query { profiles(filter: ProfileFilter!, first: Int!): Connection! }
`;

// Named, so that each connection prepares it once, as the API's driver does.
const ask = async (name, values) => (await pool.query({ name, text: statements[name].text, values })).rows;
const hanging = (name, keys) => ask(name, [...statements[name].values.slice(0, 2), keys]);
const globalId = (kind, key) => Buffer.from(`${kind}:${key}`).toString("base64url");

function loader(name, owner, row) {
  return {
    loader: async (queries) => {
      const found = new Map();
      for (const each of await hanging(name, queries.map(({ obj }) => obj.key))) {
        if (!found.has(each[owner])) found.set(each[owner], []);
        found.get(each[owner]).push(row(each));
      }
      return queries.map(({ obj }) => found.get(obj.key) ?? []);
    },
    opts: { cache: false },
  };
}

const skill = (row) => ({
  direction: row.direction.toUpperCase(),
  level: levels[row.level],
  skill: { id: globalId("Skill", row.skill_id), label: labels[row.skill_id] },
});
const open = loader("places", "id", (row) => [row.format, row.places]);

async function places(queries) {
  return (await open.loader(queries)).map((rows) => {
    const all = { ...defaults, ...Object.fromEntries(rows.filter(([format]) => format !== null)) };
    return Object.entries(all).map(([format, count]) => ({ format: format.toUpperCase(), places: count }));
  });
}

async function profiles(_, { first }) {
  const found = await ask("search", statements.search.values);
  const page = found.slice(0, first);
  const node = ({ id, pseudonym, display_name, headline }) => ({
    key: id,
    id: globalId("Profile", id),
    name: pseudonym ?? display_name,
    headline,
  });
  const last = page.at(-1);
  return {
    edges: page.map((one) => ({ node: node(one) })),
    pageInfo: {
      hasNextPage: found.length > first,
      endCursor: Buffer.from(JSON.stringify([last.coverage, last.placed_at, last.id])).toString("base64url"),
    },
  };
}

const app = require("fastify")();
app.addHook("onRequest", async (request, reply) => {
  const token = createHash("sha256").update((request.headers.authorization ?? "").replace("Bearer ", "")).digest("hex");
  const [, , ...rest] = statements.login.values;
  if ((await ask("login", [token, new Date().toISOString(), ...rest])).length === 0) reply.code(401).send();
});
app.register(require("mercurius"), {
  schema,
  resolvers: { Query: { profiles } },
  loaders: {
    Profile: {
      skills: loader("skills", "owner", skill),
      languages: loader("languages", "owner", (row) => ({ code: row.code, proficiency: row.proficiency.toUpperCase() })),
      openPlaces: { loader: places, opts: { cache: false } },
    },
  },
  jit: 1,
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
