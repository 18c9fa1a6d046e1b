import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHECKOUT, npm, requiresInstallableDependencies, SET_UP_BOUND_MS } from '../kit/npm.js'
import { runProgram } from '../kit/running-program.js'
import { temporaryHome } from '../kit/temporary-home.js'

describe('the package', { timeout: SET_UP_BOUND_MS }, () => {
  it('installs from its tarball, without install scripts, and runs a session', async (context) => {
    await using home = temporaryHome()
    await requiresInstallableDependencies(context, home)
    const prefix = home.folder('prefix')
    const packed = await npm(home, CHECKOUT, ['pack', '--ignore-scripts', '--json', '--pack-destination', prefix])
    expect(packed.code, packed.stderr).toBe(0)
    const tarball = readdirSync(prefix).find((name) => name.endsWith('.tgz')) ?? expect.fail('npm pack made no tarball')
    const installed = await npm(home, prefix, [
      'install',
      '--global',
      '--ignore-scripts',
      '--prefix',
      prefix,
      join(prefix, tarball),
      '--loglevel=error',
    ])
    expect(installed.code, installed.stderr).toBe(0)

    const perch = join(prefix, 'bin/perch')
    const run = (...args: string[]) => runProgram(perch, args, { env: home.env, cwd: home.home })
    expect((await run('--version')).stdout.toString()).toMatch(/^perch \d+\.\d+\.\d+\n$/)
    expect(await run('exec', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toMatchObject({ code: 7, stderr: 'err\n' })
    const onTerminal = await run('exec', '--pty', '--', 'sh', '-c', 'test -t 1 && echo terminal')
    expect(onTerminal.stdout.toString()).toContain('terminal')
    const usage = await run('usage', '--json')
    expect(JSON.parse(usage.stdout.toString()), usage.stderr).toMatchObject({ schema: 1, rows: [] })
  })

  it('can be imported as a library by an ES module', async () => {
    await using home = temporaryHome()
    const script = `import { connectPerch, PerchError } from ${JSON.stringify(join(CHECKOUT, 'dist/index.js'))}
      console.log(typeof connectPerch, new PerchError('x', 'y').code)`
    const done = await runProgram(process.execPath, ['--input-type=module', '-e', script], { env: home.env, cwd: home.home })
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(done.stdout.toString()).toBe('function x\n')
  })

  it('ships the programs, the library and its types, and no source, test or secret', async () => {
    await using home = temporaryHome()
    const listed = await npm(home, CHECKOUT, ['pack', '--dry-run', '--ignore-scripts', '--json'])
    const [{ files }] = JSON.parse(listed.stdout.toString()) as [{ files: { path: string }[] }]
    const paths = files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/perch.cjs',
        'dist/perchd.cjs',
        'dist/host.cjs',
        'dist/index.js',
        'dist/types/index.d.ts',
      ]),
    )
    expect(paths.filter((path) => !/^(dist\/|docs\/|README\.md|CHANGELOG\.md|LICENSE|package\.json)/.test(path))).toEqual([])
  })
})
