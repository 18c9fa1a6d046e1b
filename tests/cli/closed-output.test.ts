import { expect, test } from 'vitest'
import { ClosedOutput } from '../../src/cli/streams/closed-output.js'
import { PerchError } from '../../src/platform/perch-error.js'

/** A connection to a host that answers `closeOutput` with this, and what it was asked. */
function connectionThat(answer: PerchError | undefined) {
  const asked: string[] = []
  return {
    asked,
    request: (method: string, params: object): Promise<unknown> => {
      asked.push(`${method} ${JSON.stringify(params)}`)
      return answer && method === 'closeOutput' ? Promise.reject(answer) : Promise.resolve({})
    },
    signal: (signal: string): Promise<void> => {
      asked.push(`signal ${signal}`)
      return Promise.resolve()
    },
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a host that can close the output of the program is asked for nothing else', async () => {
  const connection = connectionThat(undefined)
  const closed = new ClosedOutput(connection)
  closed.begin('stdout')
  closed.begin('stderr')
  await turn()
  closed.written()
  expect(connection.asked).toEqual(['closeOutput {"stream":"stdout"}', 'closeOutput {"stream":"stderr"}'])
})

test('an older host, or one with a terminal, is asked for the signal, once', async () => {
  const connection = connectionThat(new PerchError('bad-request', 'the request is not understood'))
  const closed = new ClosedOutput(connection)
  closed.begin('stdout')
  closed.begin('stderr')
  await turn()
  expect(connection.asked.filter((what) => what.startsWith('signal'))).toEqual(['signal SIGPIPE'])
})

test('a session that has just ended is not signalled', async () => {
  const connection = connectionThat(new PerchError('host-lost', 'the host closed the connection'))
  new ClosedOutput(connection).begin('stdout')
  await turn()
  expect(connection.asked).toEqual(['closeOutput {"stream":"stdout"}'])
})
