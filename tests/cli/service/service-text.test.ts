/** The files that service managers read: whatever paths hold, they hold exactly that. */
import { expect, test } from 'vitest'
import { launchdAgent } from '../../../src/cli/service/launchd-agent.js'
import { personService } from '../../../src/cli/service/person-service.js'
import { serviceEnvironment } from '../../../src/cli/service/service-environment.js'
import { systemdUnit } from '../../../src/cli/service/systemd-unit.js'
import { PerchError } from '../../../src/platform/perch-error.js'

const PROGRAM = { argv: ['/opt/a "b"/no%de', '/opt/$x\\y/perchd.cjs'], env: { PERCH_HOME: '/home/a&b <c>/50%' } }

test('a unit of systemd escapes what systemd would read in a path', () => {
  const lines = systemdUnit('/u', PROGRAM).text(null).split('\n')
  expect(lines).toContain('ExecStart="/opt/a \\"b\\"/no%%de" "/opt/$$x\\\\y/perchd.cjs"')
  expect(lines).toContain('Environment="PERCH_HOME=/home/a&b <c>/50%%"')
})

test('neither the end of the daemon nor an agent without memory ends the sessions', () => {
  const unit = systemdUnit('/u', PROGRAM).text(null)
  for (const line of ['KillMode=process', 'OOMPolicy=continue', 'Restart=on-failure']) expect(unit.split('\n')).toContain(line)
  const agent = launchdAgent('/a', PROGRAM).text(null)
  expect(agent).toMatch(/<key>AbandonProcessGroup<\/key>\s*<true\/>/)
  expect(agent).toMatch(/<key>KeepAlive<\/key>\s*<dict>\s*<key>SuccessfulExit<\/key>\s*<false\/>/)
})

test('an agent of launchd is XML of the same', () => {
  const agent = launchdAgent('/a', PROGRAM).text(null)
  expect(agent).toContain('<string>/opt/a "b"/no%de</string>')
  expect(agent).toContain('<key>PERCH_HOME</key>\n    <string>/home/a&amp;b &lt;c&gt;/50%</string>')
  expect(agent.startsWith('<?xml')).toBe(true)
})

test.each([systemdUnit, launchdAgent])(
  'the folder that was made for the file is read back, and a file of others is none',
  (define) => {
    const service = define('/folder', PROGRAM)
    for (const made of [null, '/home/a & "b"/.config']) expect(service.madeFolderOf(service.text(made))).toBe(made)
    expect(service.madeFolderOf('[Unit]\nDescription=mine\n')).toBeUndefined()
  },
)

test('the daemon of a service has the folders of whoever installed it, and nothing of the terminal', () => {
  const env = {
    HOME: '/h',
    PERCH_HOME: '/p',
    XDG_RUNTIME_DIR: '/run/user/7',
    XDG_SESSION_ID: '3',
    TERM: 'x',
    SECRET: 's',
    PATH: '/b',
  }
  expect(serviceEnvironment(env)).toEqual({ HOME: '/h', PERCH_HOME: '/p', PATH: '/b' })
})

test('where the file lies, by system', () => {
  expect(personService({ HOME: '/h' }, 'linux').path).toBe('/h/.config/systemd/user/perchd.service')
  expect(personService({ HOME: '/h', XDG_CONFIG_HOME: '/x' }, 'linux').path).toBe('/x/systemd/user/perchd.service')
  expect(personService({ HOME: '/h', XDG_CONFIG_HOME: 'relative' }, 'linux').path).toBe('/h/.config/systemd/user/perchd.service')
  expect(personService({ HOME: '/h' }, 'darwin').path).toBe('/h/Library/LaunchAgents/perch.perchd.plist')
  expect(() => personService({ HOME: '/h' }, 'win32')).toThrow(PerchError)
})
