/**
 * Builds one program of perch: its bundle, V8's code cache of the bundle for the Node that builds, and the file that starts
 * it. All three lie side by side; the package works without the cache. A program may have a quick part beside it
 * (`quick-part.mjs`), with a bundle and a cache of its own.
 */
import { createHash } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { build } from 'esbuild'
import { quickPart } from './quick-part.mjs'

const LOADER = fileURLToPath(new URL('program-loader.cjs', import.meta.url))
/** The loader calls the bundle as Node calls a module, and gives the quick part the way to the whole program. */
const AS_FUNCTION = { js: '(function (exports, require, module, __filename, __dirname, startWholeProgram) {' }

/**
 * Writes `<name>.cjs`, and `<name>.bundle.js` with its cache; for a program with a quick part (`{ words, contains }`) the
 * same of `<name>-quick` too.
 */
export async function buildProgram({ name, entry, folder, options, quick }) {
  const whole = { name, hash: await buildBundle({ name, entry, folder, options }) }
  const part = quick && (await buildQuickPart({ name: `${name}-quick`, entry, folder, options, quick }))
  const outfile = join(folder, `${name}.cjs`)
  await build({
    entryPoints: [LOADER],
    outfile,
    platform: 'node',
    minifySyntax: true,
    define: { WHOLE: JSON.stringify(whole), QUICK: JSON.stringify(part ?? null) },
  })
  chmodSync(outfile, 0o755)
}

async function buildQuickPart({ name, entry, folder, options, quick }) {
  const plugins = [quickPart(join(options.absWorkingDir, 'src'), quick.contains)]
  return { name, hash: await buildBundle({ name, entry, folder, options: { ...options, plugins } }), words: quick.words }
}

/** Writes the bundle and its cache, and gives the hash in the cache's name. */
async function buildBundle({ name, entry, folder, options }) {
  const bundled = await build({
    ...options,
    entryPoints: [entry],
    format: 'cjs',
    banner: AS_FUNCTION,
    footer: { js: '})' },
    // A script of `node:vm` cannot import; what is loaded later is in the bundle, or is Node's own.
    supported: { 'dynamic-import': false },
    write: false,
  })
  const source = Buffer.from(bundled.outputFiles[0].contents).toString('latin1')
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 8)
  writeFileSync(join(folder, `${name}.bundle.js`), source, 'latin1')
  const { platform, arch, versions } = process
  writeFileSync(join(folder, `${name}.${hash}.${platform}-${arch}-${versions.v8}.cache`), codeCache(source))
  return hash
}

/**
 * With every function compiled. The flag is part of what V8 compares, and must be the usual one again before the cache is
 * made.
 */
function codeCache(source) {
  setFlagsFromString('--no-lazy')
  const script = new Script(source)
  setFlagsFromString('--lazy')
  return script.createCachedData()
}
