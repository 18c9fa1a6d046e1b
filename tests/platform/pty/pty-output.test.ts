import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryHome } from '../../kit/temporary-home.js'
import { watchPty } from '../watched-child.js'

const LEAVES_A_WRITER = fileURLToPath(new URL('../../fixtures/leaves-a-writer.sh', import.meta.url))

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('the output of a child on a terminal', () => {
  it('loses no byte of 100 children that write 20 KB and are gone', async () => {
    await using home = temporaryHome()
    const short: number[] = []
    for (let round = 0; round < 100; round += 1) {
      await using watched = await watchPty(home, ['head', '-c', '20000', '/dev/zero'])
      expect(await watched.finished()).toEqual({ code: 0, signal: null })
      if (watched.output().byteLength !== 20_000) short.push(watched.output().byteLength)
    }
    expect(short).toEqual([])
  })

  it.each([1, 4_095, 4_096, 65_536, 8 * 1024 * 1024])(
    'is what the child wrote, %i bytes of all values in raw mode',
    async (size) => {
      await using home = temporaryHome()
      const everyValue = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
      const bytes = Buffer.concat([everyValue, randomBytes(size)]).subarray(0, size)
      const path = join(home.root, 'bytes')
      writeFileSync(path, bytes)
      await using watched = await watchPty(home, ['sh', '-c', 'stty raw; exec cat "$0"', path])
      await watched.finished()
      expect(watched.output().byteLength).toBe(size)
      expect(sha256(watched.output())).toBe(sha256(bytes))
    },
  )

  it('comes before its end, once, and the end comes after the exit', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['echo', 'hello'])
    await watched.finished()
    expect(watched.text()).toBe('hello\r\n')
    expect(watched.events()).toEqual(['pty data', 'pty end'])
  })

  it('shows a prompt that ends without a line feed', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['sh', '-c', 'printf "name? "; read -r name; echo "hello $name"'])
    await watched.saw('name? ')
    await watched.type('ada\r')
    await watched.finished()
    expect(watched.text()).toBe('name? ada\r\nhello ada\r\n')
  })

  it('is whole when it was stopped with Ctrl-S at the end', async () => {
    await using home = temporaryHome()
    // The leader ends while its output is stopped: the mark meets a terminal that takes nothing.
    await using watched = await watchPty(home, ['sh', '-c', 'echo before; read -r line; kill -KILL $$'])
    await watched.saw('before')
    await watched.type('\x13\n')
    expect(await watched.finished()).toEqual({ code: null, signal: 'SIGKILL' })
    expect(watched.text()).toMatch(/^before\r\n(\r\n)?$/)
    expect(watched.events().at(-1)).toBe('pty end')
  })

  it('is whole when Ctrl-S cannot be undone, because the terminal has no start key', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['sh', '-c', 'stty start undef -echo; echo before; read -r line; kill -KILL $$'])
    await watched.saw('before')
    await watched.type('\x13\n')
    await watched.finished()
    expect(watched.text()).toBe('before\r\n')
  })

  it('goes on after the leader while a descendant has the terminal, and then ends', async () => {
    await using home = temporaryHome()
    const fifo = join(home.root, 'go')
    await using watched = await watchPty(home, [LEAVES_A_WRITER, fifo])
    expect(await watched.child.exited).toEqual({ code: 7, signal: null })
    await watched.saw('waiting')
    expect(watched.events()).not.toContain('pty end')
    writeFileSync(fifo, 'words\n')
    await watched.finished()
    expect(watched.text()).toContain('late words\r\n')
    expect(watched.text()).not.toContain('\x1b_')
  })

  it('ends at the bound though a descendant still has the terminal', async () => {
    await using home = temporaryHome()
    const fifo = join(home.root, 'go')
    await using watched = await watchPty(home, [LEAVES_A_WRITER, fifo])
    await watched.saw('waiting')
    expect(await watched.finished(50)).toEqual({ code: 7, signal: null })
    expect(watched.events().at(-1)).toBe('pty end')
    writeFileSync(fifo, 'words\n')
  })

  it('keeps the tail that a descendant writes just before it goes', async () => {
    await using home = temporaryHome()
    const script = 'trap "" HUP; sh -c "head -c 20000 /dev/zero; printf end" & exit 0'
    for (let round = 0; round < 30; round += 1) {
      await using watched = await watchPty(home, ['sh', '-c', script])
      await watched.finished()
      expect(watched.output().byteLength).toBe(20_003)
    }
  })

  it('reads on when the child closes its own stdout', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['sh', '-c', 'echo one; exec >&- 2>&-; echo three >/dev/tty; exit 3'])
    expect(await watched.finished()).toEqual({ code: 3, signal: null })
    expect(watched.text()).toBe('one\r\nthree\r\n')
  })

  it('waits for a reader that comes after the exit', async () => {
    await using home = temporaryHome()
    const { spawnPty } = await import('../../../src/platform/pty/pty-process.js')
    const child = await spawnPty({
      program: '/bin/sh',
      argv: ['sh', '-c', 'echo early'],
      cwd: home.home,
      env: home.env,
      size: { cols: 80, rows: 24 },
    })
    await child.exited
    let seen = ''
    child.start({
      data: (_, bytes) => {
        seen += Buffer.from(bytes).toString()
      },
      end: () => {
        seen += '<end>'
      },
    })
    await child.drain(2_000)
    expect(seen).toBe('early\r\n<end>')
  })
})
