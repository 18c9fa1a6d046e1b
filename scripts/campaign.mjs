/** `npm run campaign -- NAME [ARGUMENT…]`: sets up, bundles `tests/campaign/` and runs it. */
import { runBundled } from './bundled-program.mjs'

await runBundled({ entry: 'tests/campaign/main.ts', name: 'perch-campaign', args: process.argv.slice(2) })
