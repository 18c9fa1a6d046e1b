/** Runs a program of the tree's own (bench, campaign) against the built perch: sets up, bundles it with the sources it measures. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

/**
 * Bundles `entry` and runs it to its end, whose code becomes this process's. `PERCH_TEST_DIST` names another folder of
 * built programs.
 */
export async function runBundled({ entry, name, args }) {
  setUp()
  const { build } = await import('esbuild')
  const outfile = join(root, `node_modules/.cache/${name}.mjs`)
  const dist = process.env.PERCH_TEST_DIST ?? join(root, 'dist')
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    define: { PERCH_BUNDLE_FOLDER: JSON.stringify(dist), PERCH_VERSION_AT_BUILD: JSON.stringify(name) },
    logLevel: 'warning',
  })
  const env = { ...process.env, PERCH_TEST_DIST: dist }
  process.exitCode = spawnSync(process.execPath, [outfile, ...args], { cwd: root, env, stdio: 'inherit' }).status ?? 1
}
