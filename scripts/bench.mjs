/** `npm run bench [-- GROUP…]`: sets up, bundles `bench/` and runs it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

setUp()
const { build } = await import('esbuild')
const outfile = join(root, 'node_modules/.cache/perch-bench.cjs')
await build({
  absWorkingDir: root,
  entryPoints: ['bench/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  external: ['@lydell/node-pty', '@lydell/node-pty-*', 'fs-native-extensions'],
  define: { PERCH_BUNDLE_FOLDER: JSON.stringify(join(root, 'dist')), PERCH_VERSION_AT_BUILD: '"bench"' },
  logLevel: 'warning',
})
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1)
