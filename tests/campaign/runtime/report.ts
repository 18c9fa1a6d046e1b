/** All that is known of an interleaving that lost something: to be looked at, and to be run again. */
import type { ProfileLab } from '../../runtime/profile-lab.js'
import type { Happening } from './history.js'
import type { Plan } from './plan.js'

export function reportOf(
  plan: Plan,
  losses: readonly string[],
  history: readonly Happening[],
  labs: readonly ProfileLab[],
): string {
  const happenings = [...history, ...labs.flatMap(journalOf)].sort((a, b) => a.atMs - b.atMs)
  const from = happenings[0]?.atMs ?? 0
  const lines = happenings.map(({ atMs, who, phase, what, id, detail }) => {
    const about = [id, detail === undefined ? undefined : JSON.stringify(detail)].filter((part) => part !== undefined)
    return `  ${(atMs - from).toFixed(1).padStart(9)}  ${who.padEnd(16)} ${phase.padEnd(7)} ${[what, ...about].join('  ')}`
  })
  return [
    ...losses,
    `again: npm run campaign -- runtime ${plan.seed} 1 ${plan.linkMode}`,
    `the plan: ${JSON.stringify(plan)}`,
    'what everybody did, in milliseconds:',
    ...lines,
  ].join('\n')
}

/** What perch did, in its own words; its clock has milliseconds only. */
function journalOf({ profile: { name }, journal }: ProfileLab): readonly Happening[] {
  return journal().map(({ at, what, ...rest }) => {
    return { atMs: Date.parse(String(at)), who: `perch (${name})`, phase: 'note', what: String(what), detail: rest }
  })
}
