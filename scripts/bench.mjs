/** `npm run bench [-- GROUP…]`: sets up, bundles `bench/` and runs it. */
import { runBundled } from './bundled-program.mjs'

await runBundled({ entry: 'bench/main.ts', name: 'perch-bench', args: process.argv.slice(2) })
