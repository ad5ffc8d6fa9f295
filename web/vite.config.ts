import preact from '@preact/preset-vite'
import { defineConfig } from 'vitest/config'

const server = process.env['ALONGSIDE_URL'] ?? 'http://localhost:8000'

export default defineConfig({
  plugins: [preact()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // What several parts of one road share is one file: a small file costs more in heads and round trips than in itself.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // First come the libraries and the frame, which every page needs; then what most pages need.
            { name: 'libraries', test: /node_modules[\\/](?!yjs|lib0)|preload-helper/ },
            { name: 'frame', test: /src[\\/](api[\\/](answer|trusted)|viewer|live[\\/]|rooms[\\/]live|ui[\\/]parts|words[\\/](index|en)\.|api[\\/]gen[\\/]documents[\\/](viewer|rooms-live))/ },
            {
              name: 'small',
              test: /src[\\/](ui[\\/](later|meter|numbers|somebody|tabs|unfold|when)\.|api[\\/]outcome|community[\\/]use-mine|mentorship[\\/](taps|tie)|safety[\\/]safety\.|webinars[\\/]use-news)/,
            },
            // What the pages of one kind share.
            { name: 'fields', test: /src[\\/](ui[\\/](chosen|finder|person-field|skill-field|skill-of)\.|api[\\/]gen[\\/]documents[\\/](pages-people|ui-person-field))/ },
            { name: 'circle', test: /src[\\/](circles[\\/](circle|seat-name)\.|words[\\/]circles\.|api[\\/]gen[\\/]documents[\\/]circles-one)/ },
            { name: 'circle-seat', test: /src[\\/](circles[\\/](seat|leave)\.|words[\\/]circle-seat\.|api[\\/]gen[\\/]documents[\\/]circles-seat)/ },
            { name: 'gatherings', test: /src[\\/](gatherings[\\/](at|cards)\.|words[\\/]gatherings\.)/ },
            { name: 'small-asks', test: /src[\\/](small-asks[\\/]card\.|words[\\/]small-asks\.)/ },
            { name: 'mentorship', test: /src[\\/](mentorship[\\/]next\.|api[\\/]gen[\\/]documents[\\/]pages-mentorships?\.)/ },
            { name: 'matching', test: /src[\\/](matching[\\/]not-yet\.|words[\\/]matching\.)/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/live': { target: server, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
