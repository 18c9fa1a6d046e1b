/** The programs of which an interleaving is made, built once for a run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildDriver, bundleProgram, type Driver } from '../../runtime/driver-process.js'

export interface InterleavingPrograms extends AsyncDisposable {
  readonly driver: Driver
  /** The path of the client. */
  readonly client: string
}

export async function buildInterleavingPrograms(): Promise<InterleavingPrograms> {
  const driver = await buildDriver()
  const folder = mkdtempSync(join(tmpdir(), 'client-'))
  const client = await bundleProgram('tests/campaign/runtime/client-program.ts', folder)
  return {
    driver,
    client,
    [Symbol.asyncDispose]: async () => {
      driver.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
