/**
 * A plugin of esbuild for a program whose start is all that counts: modules of Node that most of its runs never come to are
 * loaded at the first use of something in them, not at the start. Each takes Node 1 to 10 ms (measured).
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

/**
 * In a bundle that is itself CommonJS the way to other files is there already, and `node:module`, which would load the loader
 * of ES modules, is not needed to make one. The bundle's own folder is where every path starts.
 */
export const ownRequire = {
  name: 'own-require',
  setup(build) {
    build.onResolve({ filter: /^node:module$/ }, ({ path }) => ({ path, namespace: 'own-require' }))
    build.onLoad({ filter: /.*/, namespace: 'own-require' }, () => ({
      contents: 'exports.createRequire = () => require',
      loader: 'js',
    }))
  },
}

function getters(path) {
  const properties = Object.keys(require(path)).map(
    (key) => `${JSON.stringify(key)}: { enumerable: true, get: () => load().${key} }`,
  )
  return `const load = () => require(${JSON.stringify(path)})\nObject.defineProperties(exports, { ${properties.join(',\n')} })`
}
