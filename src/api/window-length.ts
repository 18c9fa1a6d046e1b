/** How long a window lasts, as its kind says: `5h`, `7d`. Pure. */

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds; undefined for a kind that does not say. */
export function windowLengthMs(kind: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,4})(m|h|d)$/.exec(kind) ?? []
  const unitMs = UNIT_MS[unit]
  return amount === undefined || unitMs === undefined || Number(amount) === 0 ? undefined : Number(amount) * unitMs
}
