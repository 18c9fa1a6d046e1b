/** Compares a terminal that a session is shown on with one that was fed everything the program wrote, without interruption. */
import { expect } from 'vitest'
import { ScreenModel, type ScreenSize } from '../../src/screen/screen-model.js'
import { terminalState } from '../screen/terminal-state.js'
import { until } from './bounded.js'
import { perch } from './perch-program.js'
import type { TestHome } from './temporary-home.js'
import type { OpenTerminal } from './terminal.js'

const BOUND_MS = 20_000

async function modelOf(bytes: Uint8Array, size: ScreenSize): Promise<ScreenModel> {
  const model = new ScreenModel({ size, scrollback: 100 })
  await model.feed(bytes)
  return model
}

/** What the title was before, and is after, is the terminal's own business. */
function comparable(model: ScreenModel): unknown {
  const { kept, ...state } = terminalState(model)
  model.dispose()
  return { ...state, kept: String(kept).replace(/\x1b\]0;[^\x1b]*\x1b\\|\x1b\[22;0t/g, '') }
}

/** The two are the same as soon as everything that the program wrote has come through. */
export async function expectTwin(
  home: TestHome,
  session: string,
  terminal: Pick<OpenTerminal, 'output'>,
  size: ScreenSize,
): Promise<void> {
  const states = async () => {
    const { stdout } = await perch(home, ['logs', session, '--raw'])
    return [comparable(await modelOf(terminal.output(), size)), comparable(await modelOf(stdout, size))]
  }
  let last: readonly unknown[] = []
  await until(
    async () => {
      last = await states()
      return JSON.stringify(last[0]) === JSON.stringify(last[1])
    },
    BOUND_MS,
    () => 'the twin',
  ).catch(() => expect(last[0]).toEqual(last[1]))
}
