// Beside every built file its brotli and gzip forms, made once and as small as can be; and the manifest for the server.
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = new URL('..', import.meta.url).pathname
copyFileSync(`${root}src/api/gen/manifest.json`, `${root}dist/documents.json`)
let first = 0
for (const file of readdirSync(`${root}dist`, { recursive: true })) {
  if (!/\.(html|js|css|svg)$/.test(file)) continue
  const whole = readFileSync(`${root}dist/${file}`)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: whole.length }
  const small = brotliCompressSync(whole, { params })
  writeFileSync(`${root}dist/${file}.br`, small)
  writeFileSync(`${root}dist/${file}.gz`, gzipSync(whole, { level: 9 }))
  if (/^index|assets\/index/.test(file)) first += small.length
  console.log(`${String(small.length).padStart(7)} ${file}`)
}
console.log(`${String(first).padStart(7)} the frame of every page`)
