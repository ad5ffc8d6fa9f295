// From docs/schema.graphql and every src/**/*.graphql: the types of their answers, and the manifest of trusted documents.
// The bundle holds a hash for each document and not its text; the server is given the manifest at its start.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'

import { codegen } from '@graphql-codegen/core'
import * as operations from '@graphql-codegen/typescript-operations'
import { Kind, TypeInfo, buildSchema, parse, print, separateOperations, validate, visit, visitWithTypeInfo } from 'graphql'

const root = new URL('..', import.meta.url).pathname
const target = `${root}src/api/gen`
const schemaText = readFileSync(`${root}../docs/schema.graphql`, 'utf8')
const schema = buildSchema(schemaText)

const files = readdirSync(`${root}src`, { recursive: true })
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => `src/${file}`)
  .sort()
const sources = files.map((file) => ({ location: file, document: parse(readFileSync(root + file, 'utf8')) }))
const everything = { kind: Kind.DOCUMENT, definitions: sources.flatMap((source) => source.document.definitions) }

const problems = validate(schema, everything)
if (problems.length > 0) {
  console.error(problems.map((problem) => problem.toString()).join('\n\n'))
  process.exit(1)
}

const types = await codegen({
  filename: `${relative(root, target)}/types.ts`,
  schema: parse(schemaText),
  schemaAst: schema,
  documents: [{ location: 'src', document: everything }],
  config: {
    avoidOptionals: { field: true, inputValue: false, object: true, defaultValue: false },
    enumType: 'string-literal',
    immutableTypes: true,
    nonOptionalTypename: true,
    skipTypeNameForRoot: true,
    scalars: { ID: 'string', DateTime: 'string', Date: 'string', Time: 'string', JSON: 'unknown' },
    strictScalars: false,
    useTypeImports: true,
  },
  plugins: [{ operations: {} }],
  pluginMap: { operations },
})

// A module for each file of questions, so that a page's chunk holds the hashes of its own questions only.
const manifest = {}
const home = new Map(
  sources.flatMap(({ location, document }) => document.definitions.map((definition) => [definition.name.value, location])),
)
const modules = new Map()
const separated = separateOperations(withTypeNames(everything))
for (const [name, document] of Object.entries(separated).sort()) {
  const text = print(document)
  const hash = createHash('sha256').update(text).digest('hex')
  const { operation } = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const kind = operation[0].toUpperCase() + operation.slice(1)
  manifest[hash] = text
  const module = home.get(name).slice('src/'.length, -'.graphql'.length).replaceAll('/', '-')
  const lines = modules.get(module) ?? ["import { trusted } from '../../trusted'", "import type * as t from '../types'", '']
  lines.push(`export const ${name} = /* @__PURE__ */ trusted<t.${name}${kind}, t.${name}${kind}Variables>('${hash}')`)
  modules.set(module, lines)
}

rmSync(`${target}/documents`, { recursive: true, force: true })
mkdirSync(`${target}/documents`, { recursive: true })
writeFileSync(`${target}/types.ts`, types)
for (const [module, lines] of modules) writeFileSync(`${target}/documents/${module}.ts`, lines.join('\n') + '\n')
const names = [...modules.keys()].sort()
writeFileSync(`${target}/documents.ts`, names.map((name) => `export * from './documents/${name}'\n`).join(''))
writeFileSync(`${target}/manifest.json`, JSON.stringify(manifest))
console.log(`${Object.keys(manifest).length} documents`)

/** The cache needs to know which types an answer holds. */
function withTypeNames(document) {
  const info = new TypeInfo(schema)
  const field = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return visit(
    document,
    visitWithTypeInfo(info, {
      SelectionSet(node, _key, parent) {
        if (parent?.kind === Kind.OPERATION_DEFINITION || parent?.kind === Kind.INLINE_FRAGMENT) return undefined
        if (node.selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename')) {
          return undefined
        }
        return { ...node, selections: [field, ...node.selections] }
      },
    }),
  )
}
