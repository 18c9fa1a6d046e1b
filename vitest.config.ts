import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const manifest = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }
const dist = fileURLToPath(new URL('./dist', import.meta.url))

export default defineConfig({
  define: { PERCH_BUNDLE_FOLDER: JSON.stringify(dist), PERCH_VERSION_AT_BUILD: JSON.stringify(manifest.version) },
  test: {
    include: ['tests/**/*.test.ts'],
    // Real processes and descriptors are counted by the leak check: each file has a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
