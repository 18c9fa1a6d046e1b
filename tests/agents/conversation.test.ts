/** Which conversation an agent is started with, from its arguments. */
import { expect, test } from 'vitest'
import { claude } from '../../src/agents/claude.js'
import { command } from '../../src/agents/command.js'
import { resumeArguments, startedConversation } from '../../src/agents/conversation.js'

const NEW = '11111111-2222-4333-8444-555555555555'
const KNOWN = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'
const started = (...args: readonly string[]) => startedConversation(claude.conversation, args, () => NEW)

test.each([
  ['nothing', []],
  ['a question', ['what is this?']],
  ['a question with options', ['-p', 'hi', '--model', 'opus']],
  ['an option that looks like one behind --', ['-p', '--', '--resume']],
])('%s begins a new one, under an id that perch gives', (_, args) => {
  expect(started(...args)).toEqual({ args: ['--session-id', NEW], id: NEW })
})

test.each([
  ['continued by its id', ['--resume', KNOWN]],
  ['in the short form', ['-r', KNOWN.toUpperCase()]],
  ['in one word', [`--resume=${KNOWN}`, '-p', 'hi']],
  ['named by the person', ['-p', 'hi', '--session-id', KNOWN]],
])('one that is %s is known', (_, args) => expect(started(...args)).toEqual({ args: [], id: KNOWN }))

test.each([
  ['the latest of the folder', ['--continue']],
  ['one that is chosen in a list', ['-r']],
  ['one that is searched for', ['--resume', 'words']],
  ['no conversation at all', ['mcp', 'list']],
  ['the version', ['--version']],
])('%s: nothing is added, and nothing is known', (_, args) => expect(started(...args)).toEqual({ args: [], id: null }))

test('an agent of which nothing is known is left alone', () => {
  expect(startedConversation(command.conversation, [], () => NEW)).toEqual({ args: [], id: null })
  expect(claude.conversation && resumeArguments(claude.conversation, KNOWN)).toEqual(['--resume', KNOWN])
})
