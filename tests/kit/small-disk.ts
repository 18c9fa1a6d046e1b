/** File systems that are full or read-only: memory file systems, mounted for one test. Needs root and Linux. */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../src/platform/perch-error.js'

export interface SmallDisk extends AsyncDisposable {
  /** Writes until not one byte more goes in. */
  fill(): void
  /** Gives back what `fill` took. */
  empty(): void
}

/** Mounts a tmpfs on an existing folder; `options` as `mount -o` takes them. Disposing twice does nothing. */
export function mountSmallDisk(folder: string, options: string): SmallDisk {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  const filling = join(folder, 'fill')
  let isMounted = true
  return {
    fill: () => {
      for (const bytes of [4096, 1]) appendUntilFull(filling, Buffer.alloc(bytes))
    },
    empty: () => rmSync(filling, { force: true }),
    async [Symbol.asyncDispose]() {
      if (isMounted) execFileSync('umount', ['-l', folder])
      isMounted = false
    },
  }
}

function appendUntilFull(path: string, bytes: Uint8Array): void {
  try {
    for (;;) writeFileSync(path, bytes, { flag: 'a' })
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC') throw error
  }
}
