/** A TypeScript fixture as a program of its own, for tests in which the process that uses perch's code must die or be young. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles `tests/fixtures/<name>.ts` into the folder and returns the path of the program. `bundles` is where the fixture
 * believes perch's own programs to lie.
 */
export async function builtFixture(name: string, folder: string, bundles: string = join(ROOT, 'dist')): Promise<string> {
  const outfile = join(folder, `${name}.cjs`)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [`tests/fixtures/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['@lydell/node-pty', '@lydell/node-pty-*', 'fs-native-extensions', 'libsql'],
    define: { PERCH_BUNDLE_FOLDER: JSON.stringify(bundles), PERCH_VERSION_AT_BUILD: '"0.0.0"' },
    logLevel: 'warning',
  })
  return outfile
}
