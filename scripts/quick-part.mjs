/**
 * The quick part of a program: the same sources, without most of what they load later. A command that only asks and prints
 * needs a quarter of the code, and what Node takes to read the rest is the larger part of such a command's own time. Where it
 * comes to something that it does not contain (a daemon to start, an error to explain), it hands over to the whole program,
 * which does the command from its start (`src/cli/whole-program.ts`).
 */
import { join } from 'node:path'

/** A plugin of esbuild: of what `sources` load later, only the modules in `contains` (paths in the folder) are bundled. */
export function quickPart(sources, contains) {
  const contained = new Set(contains.map((path) => join(sources, path)))
  return {
    name: 'quick-part',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined
        const source = join(resolveDir, path.replace(/\.js$/, '.ts'))
        return contained.has(source) ? undefined : { path: source, namespace: 'not-contained' }
      })
      build.onLoad({ filter: /.*/, namespace: 'not-contained' }, () => ({
        contents: `import { NeedsWholeProgram } from './cli/whole-program.js'\nthrow new NeedsWholeProgram()`,
        resolveDir: sources,
      }))
    },
  }
}
