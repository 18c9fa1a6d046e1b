/**
 * The quick part of a program: the same sources, without most of what they load later. A command that only asks and prints
 * needs a quarter of the code, and what Node takes to read the rest is the larger part of such a command's own time. Where it
 * comes to something that it does not contain (a daemon to start, an error to explain), it hands over to the whole program,
 * which does the command from its start (`src/cli/whole-program.ts`).
 */
import { join, relative } from 'node:path'

/**
 * A plugin of esbuild: of what `sources` load later, the modules in `contains` are bundled, and those in `leaves` are where the
 * part hands over; both are paths in the folder, or beginnings of paths that end with a slash, and the first list wins. The
 * build fails at any other, so that nobody makes a command be done twice by loading something late.
 */
export function quickPart(sources, { name, contains, leaves }) {
  return {
    name: 'quick-part',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined
        const source = join(resolveDir, path.replace(/\.js$/, '.ts'))
        const inSources = relative(sources, source)
        if (isIn(contains, inSources)) return undefined
        if (isIn(leaves, inSources)) return { path: source, namespace: 'not-contained' }
        return {
          errors: [{ text: `${inSources} is neither contained in ${name} nor left to the whole program (scripts/build.mjs)` }],
        }
      })
      handOverAt(build, sources)
    },
  }
}

/**
 * A plugin for the whole program: of what `sources` load later, `paths` are in one of the parts alone, which the program starts
 * in its turn. For something large that every other command would have to read along; its part contains all that it needs.
 */
export function leftToPart(sources, paths) {
  return {
    name: 'left-to-part',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const source = join(resolveDir, path.replace(/\.js$/, '.ts'))
        if (kind !== 'dynamic-import' || !isIn(paths, relative(sources, source))) return undefined
        return { path: source, namespace: 'not-contained' }
      })
      handOverAt(build, sources)
    },
  }
}

function handOverAt(build, sources) {
  build.onLoad({ filter: /.*/, namespace: 'not-contained' }, () => ({
    contents: `import { NeedsWholeProgram } from './cli/whole-program.js'\nthrow new NeedsWholeProgram()`,
    resolveDir: sources,
  }))
}

function isIn(paths, path) {
  return paths.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one))
}
