import preact from '@preact/preset-vite'
import { defineConfig } from 'vitest/config'

const server = process.env['ALONGSIDE_URL'] ?? 'http://localhost:8000'

/** Modules of `src`, by the beginnings of their names without it. */
function from(...names: readonly string[]): RegExp {
  return new RegExp(`[/\\\\]src[/\\\\](${names.join('|').replaceAll('/', '[/\\\\]')})`)
}

const DOCUMENTS = 'api/gen/documents'
const FILES = [
  // What every page needs: the libraries and the frame. Then what most pages need.
  { name: 'libraries', test: /node_modules[/\\](?!yjs|lib0)|preload-helper/ },
  {
    name: 'frame',
    test: from(
      'api/answer',
      'api/flights',
      'api/trusted',
      `${DOCUMENTS}/(rooms-live|viewer)`,
      'live/',
      'rooms/live',
      'ui/(parts|thing)\\.',
      'viewer',
      'words/(en|index)\\.',
    ),
  },
  {
    name: 'small',
    test: from(
      'api/(fields|outcome)\\.',
      'community/use-mine',
      'kudos/link',
      'mentorship/(taps|tie)\\.',
      'safety/safety\\.',
      'ui/(later|meter|numbers|somebody|tabs|unfold|when)\\.',
      'webinars/use-news',
    ),
  },
  // What the pages of one kind share.
  {
    name: 'fields',
    test: from('ui/(chosen|finder|person-field|skill-field|skill-of)\\.', `${DOCUMENTS}/(pages-people|ui-person-field)`),
  },
  { name: 'circle', test: from('circles/(circle|seat-name)\\.', 'words/circles\\.', `${DOCUMENTS}/circles-one`) },
  { name: 'circle-seat', test: from('circles/(leave|seat)\\.', 'words/circle-seat\\.', `${DOCUMENTS}/circles-seat`) },
  { name: 'gatherings', test: from('gatherings/(at|cards)\\.', 'words/gatherings\\.') },
  { name: 'matching', test: from('matching/not-yet', 'words/matching\\.', `${DOCUMENTS}/matching-matching`) },
  { name: 'mentorship', test: from('mentorship/next\\.', `${DOCUMENTS}/pages-mentorships?\\.`) },
  { name: 'mentorship-papers', test: from('mentorship/scale\\.', 'words/papers\\.') },
  { name: 'mentorship-said', test: from('mentorship/(join|moment)\\.', 'words/mentorship\\.') },
  { name: 'mentorship-road', test: from('words/road\\.', `${DOCUMENTS}/mentorship-road`) },
  { name: 'small-asks', test: from('small-asks/card\\.', 'words/small-asks\\.', `${DOCUMENTS}/small-asks`) },
]

export default defineConfig({
  plugins: [preact()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // A small file costs more in heads and round trips than in itself, so what goes together is one file.
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: FILES } } },
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/live': { target: server, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
