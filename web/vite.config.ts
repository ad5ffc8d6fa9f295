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
            {
              name: 'circle',
              test: /src[\\/](circles[\\/](circle|seat-name|meeting-line)\.|words[\\/]circles\.|api[\\/]gen[\\/]documents[\\/](circles|pages-circles))/,
            },
            {
              name: 'small',
              test: /src[\\/](ui[\\/](later|somebody|meter|numbers)\.|community[\\/]use-mine|mentorship[\\/]taps|safety[\\/]safety\.)/,
            },
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
