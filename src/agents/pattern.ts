/** Names with `*`: the only pattern language of agent definitions. */

const compiled = new Map<string, RegExp>()

/** Whether one of the patterns is this whole name. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => pattern === name || (pattern.includes('*') && expressionOf(pattern).test(name)))
}

function expressionOf(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  compiled.set(pattern, expression)
  return expression
}
