/**
 * Builds one program of perch: its bundle, V8's code cache of the bundle for the Node that builds, and the file that starts
 * it. All three lie side by side; the package works without the cache. A program may have quick parts beside it
 * (`quick-part.mjs`), each with a bundle and a cache of its own. `cacheOf` makes the cache of the bundle at a path, if not of all of it.
 */
import { createHash } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { build } from 'esbuild'
import { leftToPart, quickPart } from './quick-part.mjs'

const LOADER = fileURLToPath(new URL('program-loader.cjs', import.meta.url))
/** The loader calls the bundle as Node calls a module, and gives the quick part the way to the whole program. */
const AS_FUNCTION = { js: '(function (exports, require, module, __filename, __dirname, startWholeProgram) {' }

/** Writes `<name>.cjs`, and `<name>.bundle.js` with its cache; and the same of each quick part under its name. */
export async function buildProgram({ name, entry, folder, options, quickParts, cacheOf = wholeCache }) {
  const sources = join(options.absWorkingDir, 'src')
  const inParts = quickParts.flatMap(({ alone = [] }) => alone)
  const wholeOptions = { ...options, plugins: [...(options.plugins ?? []), leftToPart(sources, inParts)] }
  const whole = { name, hash: await buildBundle({ name, entry, folder, options: wholeOptions, cacheOf }) }
  const parts = []
  for (const part of quickParts) {
    const plugins = [quickPart(sources, part)]
    const hash = await buildBundle({ name: part.name, entry, folder, options: { ...options, plugins, minifyWhitespace: true } })
    parts.push({ name: part.name, hash, words: part.words })
  }
  const outfile = join(folder, `${name}.cjs`)
  await build({
    entryPoints: [LOADER],
    outfile,
    platform: 'node',
    minifySyntax: true,
    define: { WHOLE: JSON.stringify(whole), QUICK_PARTS: JSON.stringify(parts) },
  })
  chmodSync(outfile, 0o755)
}

/** Writes the bundle and its cache, and gives the hash in the cache's name. */
async function buildBundle({ name, entry, folder, options, cacheOf = wholeCache }) {
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
  const source = asciiOnly(bundled.outputFiles[0].text)
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 8)
  const path = join(folder, `${name}.bundle.js`)
  writeFileSync(path, source, 'latin1')
  const { platform, arch, versions } = process
  writeFileSync(join(folder, `${name}.${hash}.${platform}-${arch}-${versions.v8}.cache`), cacheOf(path, source))
  return hash
}

/**
 * The loader reads ASCII, and V8 refuses a cache that was made of another text. The bundler escapes what is in code, and keeps
 * comments of members as they are.
 */
function asciiOnly(source) {
  const lines = source.split('\n').map((line) => (/^\s*(\/?\*|\/\/)/.test(line) ? line.replace(/[^\0-\x7f]/g, '?') : line))
  const other = lines.find((line) => /[^\0-\x7f]/.test(line))
  if (other !== undefined) throw new Error(`not ASCII, and so not to be started from a cache: ${other.trim()}`)
  return lines.join('\n')
}

/**
 * With every function compiled. The flag is part of what V8 compares, and must be the usual one again before the cache is
 * made.
 */
function wholeCache(_, source) {
  setFlagsFromString('--no-lazy')
  const script = new Script(source)
  setFlagsFromString('--lazy')
  return script.createCachedData()
}
