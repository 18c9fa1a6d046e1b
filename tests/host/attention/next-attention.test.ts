/** What hooks, terminal, silence and people make of the attention of a session. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AttentionMemory,
  type AttentionSignal,
  FIRST_QUIET_MS,
  firstMemory,
} from '../../../src/host/attention/attention-memory.js'
import { nextAttention } from '../../../src/host/attention/next-attention.js'
import type { HookSignal } from '../../../src/host/signals/hook-signal.js'

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never
type Step = WithoutTime<AttentionSignal>

const started: Step = { hook: 'session-started' }
const prompted: Step = { hook: 'prompt-submitted' }
const toolStarted: Step = { hook: 'tool-started' }
const toolEnded: Step = { hook: 'tool-ended' }
const stopped: Step = { hook: 'turn-ended' }
const over: Step = { hook: 'session-ended' }
const mayI: Step = { hook: 'permission-asked', tool: 'Bash' }
const reminded: Step = { hook: 'notified', about: 'permission_prompt', message: 'needs your permission to use Bash' }
const waits: Step = { hook: 'notified', about: 'idle_prompt', message: 'is waiting for your input' }
const limited: Step = { hook: 'turn-failed', error: 'rate_limit' }
const output: Step = { terminal: 'output' }
const silent: Step = { terminal: 'silent' }
const bell: Step = { terminal: 'bell' }
const told: Step = { terminal: 'notified', text: 'done' }
const prompt: Step = { terminal: 'prompt-shown' }
const command: Step = { terminal: 'command-started' }
const commandOver: Step = { terminal: 'command-ended' }
const entered: Step = { person: 'typed', submits: true }
const key: Step = { person: 'typed', submits: false }
const left: Step = { person: 'left' }
const resized: Step = { person: 'resized' }

/** Two steps are so far apart. */
const STEP_MS = 5_000

function come(steps: readonly Step[], start: Partial<Parameters<typeof firstMemory>[0]> = {}, stepMs = STEP_MS): AttentionMemory {
  const first = firstMemory({ atMs: 0, kind: 'pty', hooksExpected: false, ...start })
  return steps.reduce<AttentionMemory>((memory, step, at) => nextAttention(memory, { ...step, at: (at + 1) * stepMs }), first)
}

describe('by its hooks an agent', () => {
  const cases: readonly [what: string, steps: readonly Step[], state: string, reason?: string][] = [
    ['that has started and was asked nothing is idle', [started], 'idle'],
    ['works after a prompt', [started, prompted], 'working'],
    ['works on while tools run', [prompted, toolStarted, toolEnded, toolStarted], 'working'],
    ['whose turn is over waits', [prompted, stopped], 'waiting'],
    ['that waits and was seen is idle', [prompted, stopped, left], 'idle'],
    ['that is idle is not called for by the reminder that it waits', [prompted, stopped, left, waits], 'idle'],
    ['that was never asked anything is not called for by it either', [started, waits], 'idle'],
    [
      'whose turn was broken off waits as soon as it says so',
      [prompted, toolStarted, waits],
      'waiting',
      'is waiting for your input',
    ],
    ['asks for a permission', [prompted, toolStarted, mayI], 'permission', 'Bash'],
    ['keeps what it said first when it says it again', [prompted, toolStarted, mayI, reminded, waits], 'permission', 'Bash'],
    ['that asks and was seen still asks', [prompted, toolStarted, mayI, left], 'permission', 'Bash'],
    ['that was answered works', [prompted, toolStarted, mayI, key], 'working'],
    ['that was answered elsewhere works when the tool has run', [prompted, toolStarted, mayI, toolEnded], 'working'],
    ['asks on while another tool ends', [prompted, toolStarted, toolStarted, mayI, toolEnded], 'permission', 'Bash'],
    ['asks on while another tool runs', [prompted, toolStarted, mayI, toolStarted, toolEnded], 'permission', 'Bash'],
    ['asks on whatever its screen does', [prompted, toolStarted, mayI, output, silent, bell, output], 'permission', 'Bash'],
    ['asks by the notification alone', [prompted, toolStarted, reminded], 'permission', 'needs your permission to use Bash'],
    ['whose turn ends after a refusal waits', [prompted, toolStarted, mayI, key, stopped], 'waiting'],
    ['whose turn fails for the limit is at the limit', [prompted, limited], 'limit', 'rate_limit'],
    ['is at the limit until the next prompt', [prompted, limited, waits, left, stopped, entered], 'limit', 'rate_limit'],
    ['works after that', [prompted, limited, prompted], 'working'],
    [
      'whose turn fails otherwise waits',
      [prompted, { hook: 'turn-failed', error: 'authentication_failed' }],
      'waiting',
      'authentication_failed',
    ],
    ['that goes on by itself works', [prompted, stopped, toolStarted], 'working'],
    ['that has ended its conversation is idle', [prompted, toolStarted, mayI, over], 'idle'],
    ['that compacts in the middle of a turn works on', [started, prompted, started], 'working'],
    [
      'that asks for something in the middle of a turn waits',
      [prompted, toolStarted, { hook: 'notified', about: 'elicitation_dialog', message: 'Name?' }],
      'waiting',
      'Name?',
    ],
    [
      'that was seen asking still waits',
      [prompted, toolStarted, { hook: 'notified', about: 'elicitation_dialog', message: 'Name?' }, left],
      'waiting',
      'Name?',
    ],
    [
      'of a version that says less is understood by its message',
      [prompted, { hook: 'notified', about: null, message: 'Claude needs your permission to use Bash' }],
      'permission',
      'Claude needs your permission to use Bash',
    ],
    [
      'that says something else is left alone',
      [prompted, { hook: 'notified', about: 'auth_success', message: 'Logged in' }],
      'working',
    ],
    ['is not judged by its terminal', [prompted, bell, told, silent, prompt], 'working'],
    ['is judged by it before the first hook', [bell], 'waiting'],
  ]
  test.each(cases)('%s', (_, steps, state, reason = '') => {
    const { current } = come(steps, { hooksExpected: true })
    expect([current.state, current.reason ?? '']).toEqual([state, reason])
  })

  test('that says nothing of its start asks something before it', () => {
    expect(come([output, silent], { hooksExpected: true }).current.state).toBe('waiting')
    expect(come([output, silent, started], { hooksExpected: true }).current.state).toBe('idle')
  })
})

describe('by its terminal a program', () => {
  const cases: readonly [what: string, steps: readonly Step[], state: string, reason?: string][] = [
    ['that has just started works', [], 'working'],
    ['that writes nothing is idle', [silent], 'idle'],
    ['that writes works', [silent, output], 'working'],
    ['that writes no more is idle', [output, silent], 'idle'],
    ['that rings waits', [output, bell], 'waiting'],
    ['that rang waits in silence', [output, bell, silent], 'waiting'],
    ['that rang waits whatever it draws', [output, bell, output, silent, output], 'waiting'],
    ['that rang works when somebody has typed', [output, bell, entered], 'working'],
    ['that rang and was seen is idle', [output, bell, left], 'idle'],
    ['that goes on after that works', [output, bell, left, output], 'working'],
    ['that notifies waits, and says why', [output, told], 'waiting', 'done'],
    ['that rings and notifies says why', [output, bell, told], 'waiting', 'done'],
    ['that shows its first prompt is idle', [output, prompt], 'idle'],
    ['that runs a command works, however quiet that is', [prompt, command, output, silent], 'working'],
    ['whose command is over waits', [prompt, command, commandOver, prompt, prompt], 'waiting'],
    ['whose prompt is typed at is still waiting', [prompt, command, commandOver, prompt, key, output, silent], 'waiting'],
    ['whose command is over and was seen is idle', [prompt, command, prompt, left], 'idle'],
    ['that is given an empty line is idle', [prompt, commandOver, prompt], 'idle'],
    ['that rings in a command waits after it as well', [prompt, command, told, commandOver, prompt], 'waiting', 'done'],
  ]
  test.each(cases)('%s', (_, steps, state, reason = '') => {
    const { current } = come(steps)
    expect([current.state, current.reason ?? '']).toEqual([state, reason])
  })

  test('whose clock was set back after a key calls all the same', () => {
    const back = (step: Step) => nextAttention(come([silent, key]), { ...step, at: -3_600_000 })
    expect(back(bell).current.state).toBe('waiting')
    expect(back(output).current.state).toBe('working')
  })

  test('that answers a key or a new size does no work, and calls nobody', () => {
    const quick = 100
    expect(come([silent, key, output, bell], {}, quick).current.state).toBe('idle')
    expect(come([silent, resized, output], {}, quick).current.state).toBe('idle')
    expect(come([silent, entered, output, bell], {}, quick).current.state).toBe('waiting')
  })

  test('whose command is over at once is idle', () => {
    expect(come([prompt, command, commandOver, prompt], {}, 500).current.state).toBe('idle')
  })

  test('that goes on by itself after a silence is given longer for the next, until somebody types', () => {
    expect(come([output, silent, output]).quietMs).toBe(2 * FIRST_QUIET_MS)
    const long = Array.from({ length: 20 }, () => [silent, output]).flat()
    expect(come(long).quietMs).toBe(60_000)
    expect(come([...long, key]).quietMs).toBe(FIRST_QUIET_MS)
  })

  test('on pipes works until it ends, unless hooks say otherwise', () => {
    const pipe = { kind: 'pipe' } as const
    expect(come([output, silent, bell, told, prompt, left], pipe).current.state).toBe('working')
    expect(come([prompted, stopped], pipe).current.state).toBe('idle')
    expect(come([prompted, limited], pipe).current.state).toBe('limit')
  })
})

describe('whatever comes', () => {
  const hooks: readonly Step[] = [started, prompted, toolStarted, toolEnded, stopped, over, mayI, reminded, waits, limited]
  const others: readonly Step[] = [output, silent, bell, told, prompt, command, commandOver, entered, key, left, resized]
  const story = fc.array(fc.constantFrom(...hooks, ...others), { maxLength: 40 })
  const start = fc.record({ hooksExpected: fc.boolean(), kind: fc.constantFrom('pty' as const, 'pipe' as const) })

  test('a state has its time, and keeps it as long as it lasts', () => {
    fc.assert(
      fc.property(story, start, (steps, options) => {
        let memory = firstMemory({ atMs: 0, ...options })
        steps.forEach((step, index) => {
          const at = (index + 1) * STEP_MS
          const { current } = nextAttention(memory, { ...step, at })
          expect(current.sinceMs).toBe(current.state === memory.current.state ? memory.current.sinceMs : at)
          memory = nextAttention(memory, { ...step, at })
        })
      }),
    )
  })

  test('terminal and silence change nothing once a hook was heard', () => {
    const terminal = others.filter((step) => 'terminal' in step)
    fc.assert(
      fc.property(story, start, fc.array(fc.constantFrom(...terminal)), (steps, options, noise) => {
        const before = come([...steps, prompted], options)
        const later = noise.reduce((memory, step) => nextAttention(memory, { ...step, at: 1e9 }), before)
        expect(later).toBe(before)
      }),
    )
  })

  test('a prompt makes it work, and the end of the turn needs somebody', () => {
    fc.assert(
      fc.property(story, start, (steps, options) => {
        expect(come([...steps, prompted], options).current.state).toBe('working')
        expect(come([...steps, prompted, stopped], options).current.state).toBe(options.kind === 'pty' ? 'waiting' : 'idle')
      }),
    )
  })

  test('who was there and left is not called for the same turn again', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const { current, asks } = come([...steps, left])
        if (current.state === 'waiting') expect(asks).toBe(true)
        if (current.state === 'permission' || current.state === 'limit' || asks) expect(current.seenMs).not.toBeNull()
      }),
    )
  })

  test('times of hooks are taken as they are told', () => {
    const signal: HookSignal = { hook: 'prompt-submitted', at: 42 }
    expect(nextAttention(come([started]), signal).current.sinceMs).toBe(42)
  })
})
