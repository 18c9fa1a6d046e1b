/** The attributes of a log record in OTLP's JSON, as plain values. Pure, and takes nothing for granted. */

export type Attributes = ReadonlyMap<string, string | number>

/** Reads `[{key, value: {stringValue | intValue | doubleValue}}, ...]`; what is something else is left out. */
export function attributesOf(list: unknown): Attributes {
  const attributes = new Map<string, string | number>()
  for (const entry of Array.isArray(list) ? list : []) {
    const key = field(entry, 'key')
    const value = plainValue(field(entry, 'value'))
    if (typeof key === 'string' && value !== undefined) attributes.set(key, value)
  }
  return attributes
}

/** A value that is one, whatever the exporter wrote it as; undefined for anything else. */
export function numberIn(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name)
  if (value === undefined || value === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}

export function textIn(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name)
  return value === undefined || value === '' ? undefined : String(value).slice(0, TEXT_LIMIT)
}

/** A member of what may be an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

/** A model's name, an id: nobody's is longer, and what is written down is bounded. */
const TEXT_LIMIT = 256

function plainValue(value: unknown): string | number | undefined {
  for (const kind of ['stringValue', 'intValue', 'doubleValue']) {
    const found = field(value, kind)
    if (typeof found === 'string' || typeof found === 'number') return found
  }
  return undefined
}
