/**
 * A plugin of esbuild: modules of Node that most runs of a program never come to are loaded at the first use of something in
 * them, not at the start. Each of these takes Node 1 to 3 ms (measured), which is what the rest of a shim's start has.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** What is imported from `names` (`node:zlib`, …) is looked up where it is used. */
export function lazyBuiltins(names) {
  const filter = new RegExp(`^(${names.join('|')})$`)
  return {
    name: 'lazy-builtins',
    setup(build) {
      build.onResolve({ filter }, ({ path, namespace }) =>
        namespace === 'lazy-builtin' ? { path, external: true } : { path, namespace: 'lazy-builtin' },
      )
      build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ contents: getters(path), loader: 'js' }))
    },
  }
}

function getters(path) {
  const load = `() => require(${JSON.stringify(path)})`
  const properties = Object.keys(require(path)).map(
    (key) => `${JSON.stringify(key)}: { enumerable: true, get: () => load().${key} }`,
  )
  return `const load = ${load}\nObject.defineProperties(exports, { ${properties.join(',\n')} })`
}
