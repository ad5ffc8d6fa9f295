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
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/live': { target: server, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
