/** Amounts of bytes as people write them: `4096`, `64K`, `64KiB`, `10MB`. Pure. */
import { PerchError } from '../../platform/perch-error.js'

/** As in coreutils: `K` and `KiB` are 1024, `KB` is 1000. */
const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
}

/** @throws PerchError `usage` for anything but at least one whole byte */
export function parseByteSize(text: string, option: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s?([a-z]*)$/i.exec(text) ?? []
  const name = unit.toLowerCase()
  const unitBytes = Object.hasOwn(UNIT_BYTES, name) ? UNIT_BYTES[name] : undefined
  const bytes = amount === undefined || unitBytes === undefined ? 0 : Math.floor(Number(amount) * unitBytes)
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes
  throw new PerchError('usage', `${option} takes a size, not ${JSON.stringify(text)}`, {
    hint: 'In bytes, or with a unit: 4096, 64KiB, 10M, 1G.',
  })
}
