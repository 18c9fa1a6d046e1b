import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { SkippedTestsReporter } from './tests/kit/skipped-tests-reporter.js'

const manifest = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }
const dist = process.env.PERCH_TEST_DIST ?? fileURLToPath(new URL('./dist', import.meta.url))

export default defineConfig({
  define: { PERCH_BUNDLE_FOLDER: JSON.stringify(dist), PERCH_VERSION_AT_BUILD: JSON.stringify(manifest.version) },
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/kit/setup.ts'],
    reporters: ['default', new SkippedTestsReporter(), ['json', { outputFile: 'node_modules/.cache/perch-tests.json' }]],
    // Real processes are counted by the leak check: the files are tested in processes, not in threads. One process takes a
    // file after the other, each with a folder of its own (`tests/kit/setup.ts`): to start and load anew for each took two
    // minutes.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
