/** `npm run campaign [-- ROUNDS [SEED]]`: sets up, bundles `tests/campaign/` and runs it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

setUp()
const { build } = await import('esbuild')
const outfile = join(root, 'node_modules/.cache/perch-campaign.mjs')
const dist = process.env.PERCH_TEST_DIST ?? join(root, 'dist')
await build({
  absWorkingDir: root,
  entryPoints: ['tests/campaign/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  define: { PERCH_BUNDLE_FOLDER: JSON.stringify(dist), PERCH_VERSION_AT_BUILD: '"campaign"' },
  logLevel: 'warning',
})
const env = { ...process.env, PERCH_TEST_DIST: dist }
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' }).status ?? 1)
