import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type JsonObject, systemClock, type ToolOutcome, trustedLabel } from '@keepup/core'
import { repositoryRoot } from '@keepup/repository/repository-root'
import { toolkit } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'
import { expect, onTestFinished, test, vi } from 'vitest'

import { documentedTools } from '../documented-tool.ts'
import { type FailureMode, failureModes, makesFailures } from '../failure-modes.ts'
import { reachedDeclarations } from '../reached-declarations.ts'
import { sourceModule } from '../source-module.ts'

vi.setConfig({ testTimeout: 60_000 })

const tools = await documentedTools()
const reachedBy = new Map(
  tools.map(({ tool, made, through }) => [tool.name, reachedDeclarations([made, ...through])] as const),
)

/** What is no tool's own: rooms that are told of elsewhere, and what a language server did wrong, which an answer tells as that server's state. */
const elsewhere =
  /^packages\/toolkit\/src\/(sandbox\/|rollback\/|formatter\/|leashed-process|web\/search\/find-web-search|code-intelligence\/(server-|diagnostics-check))/

test('every failure that the code of the toolkit makes is on the page of a tool', () => {
  const reached = new Set([...reachedBy.values()].flat().map(({ path, name }) => `${path}#${name}`))
  const unlisted = globSync('packages/toolkit/src/**/*.ts', { cwd: repositoryRoot })
    .filter((path) => !elsewhere.test(path))
    .flatMap((path) => [...sourceModule(path).declarations.values()])
    .filter((declaration) => makesFailures(declaration))
    .map(({ path, name }) => `${path}#${name}`)
    .filter((place) => !reached.has(place))
  expect(unlisted).toEqual([])
})

test('every failure on a page has a code that can be read, and says what happened', () => {
  const all = [...reachedBy.values()].flatMap((reached) => failureModes(reached))
  expect(all.filter(({ code }) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([])
  expect(all.filter(({ code, message }) => code !== 'timed-out' && !/[a-z]{3}/.test(message))).toEqual([])
})

const cases: readonly (readonly [string, JsonObject, string])[] = [
  ['ls', { path: 'none' }, 'tool-failed'],
  ['ls', { path: 'a.txt' }, 'tool-failed'],
  ['ls', { path: '../..' }, 'tool-denied'],
  ['read', { path: 'a\0b' }, 'tool-input-invalid'],
  ['read', { path: 'folder' }, 'tool-failed'],
  ['read', { path: 'bytes' }, 'tool-failed'],
  ['read', { path: 'a.txt', offset: 1, line: 1 }, 'tool-input-invalid'],
  ['read', { path: 'artifact:00' }, 'artifact-unknown'],
  ['edit', { path: 'a.txt', old_text: 'one', new_text: 'two' }, 'edit-ambiguous'],
  ['edit', { path: 'a.txt', old_text: 'none', new_text: 'two' }, 'edit-not-found'],
  ['edit', { path: 'a.txt', old_text: 'one', new_text: 'one' }, 'edit-changes-nothing'],
  ['multi_edit', { path: 'a.txt', edits: [{ old_text: 'x', new_text: 'y' }] }, 'edit-not-found'],
  ['apply_patch', { patch: 'nonsense' }, 'tool-input-invalid'],
  ['apply_patch', { patch: '*** Begin Patch\n*** Delete File: none\n*** End Patch\n' }, 'tool-failed'],
  ['grep', { pattern: '(' }, 'tool-input-invalid'],
  ['glob', { pattern: '../../*' }, 'tool-denied'],
  ['shell', { command: 'sleep 20', timeout_ms: 20 }, 'timed-out'],
]

test.each(cases)('%s %j fails as its page says: %s', async (name, input, code) => {
  const outcome = await call(name, input)
  const modes = failureModes(reachedBy.get(name) ?? [])
  const said = { code: codeOf(outcome), message: messageOf(outcome) }
  expect({ ...said, told: modes.some((mode) => fits(mode, said)) }).toMatchObject({ code, told: true })
})

test('a failure that no page tells of would be noticed', () => {
  const modes = failureModes(reachedBy.get('ls') ?? [])
  expect(modes.some((mode) => fits(mode, { code: 'tool-failed', message: 'There is no moon "x".' }))).toBe(
    false,
  )
  expect(
    modes.some((mode) =>
      fits(mode, { code: 'other', message: 'There is no folder "x". Look for it with glob.' }),
    ),
  ).toBe(false)
})

function fits({ code, message }: FailureMode, said: FailureMode): boolean {
  const pattern = message.split('…').map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return (
    code === said.code && new RegExp(pattern.join('[^]*')).test(said.message.replaceAll(/\s+/g, ' ').trim())
  )
}

async function call(name: string, input: JsonObject): Promise<ToolOutcome> {
  const root = project()
  const { signal } = new AbortController()
  const coordinator = createToolCoordinator({
    registry: toolkit({ root }),
    modePolicy: () => ({ type: 'allow' }),
  })
  const asked = { thread: 't', id: '1', key: 'k', name, input }
  const prepared = await coordinator.prepare(asked, { mode: 'yolo', exposure: trustedLabel, signal })
  if (prepared.type === 'refused') return prepared.outcome
  if (prepared.type === 'ask') throw new Error('nobody is to be asked')
  const clock = systemClock
  const { outcome } = await prepared.run({
    call: asked,
    signal,
    clock,
    idempotencyKey: 'k',
    progress() {},
    processStarted: async () => {},
  })
  return outcome
}

function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'failures-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'folder'))
  writeFileSync(join(root, 'a.txt'), 'one\none\n')
  writeFileSync(join(root, 'bytes'), Buffer.from([0, 1, 2, 0, 255]))
  return root
}

function codeOf(outcome: ToolOutcome): string {
  return outcome.type === 'failed' ? outcome.code : outcome.type
}

function messageOf(outcome: ToolOutcome): string {
  if (outcome.type === 'failed') return outcome.message
  return outcome.type === 'denied' || outcome.type === 'unknown' ? outcome.reason : ''
}
