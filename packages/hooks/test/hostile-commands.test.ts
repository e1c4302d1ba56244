import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { HookSituation, HookVerdict } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { type CommandHook, createHooks, pinHooks, readClaudeHooks, readClineHooks } from '../src/index.ts'
import { script, temporaryFolder } from './folder.ts'
import { situationOf, toolEnded, toolRequested } from './moment.ts'

vi.setConfig({ testTimeout: 30_000 })

interface Guard {
  readonly command: string
  readonly args?: readonly string[]
  readonly timeout?: number
  readonly event?: string
}

function guardOf({ event = 'PreToolUse', ...entry }: Guard): readonly CommandHook[] {
  return readClaudeHooks({ hooks: { [event]: [{ hooks: [{ type: 'command', timeout: 5, ...entry }] }] } })
    .hooks
}

function run(folder: string, guard: Guard, situation: Partial<HookSituation> = {}): Promise<HookVerdict> {
  const hooks = createHooks({ hooks: guardOf(guard), folder, mostAtOnce: 8 })
  const event = guard.event === 'PostToolUse' ? toolEnded() : toolRequested()
  return hooks.run(event, situationOf(situation))
}

/** Whether a process that wrote its number into a file is still there. */
function isAlive(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

async function gone(file: string): Promise<void> {
  await vi.waitFor(() => expect(isAlive(file)).toBe(false), { timeout: 5_000 })
}

const denied = (reason: RegExp): HookVerdict => ({
  decision: { type: 'deny', reason: expect.stringMatching(reason) },
})

test('a guard that floods its output denies, and is ended', async () => {
  const folder = temporaryFolder()
  const said = await run(folder, { command: 'echo $$ > pid; exec yes "{}"', timeout: 20 })
  expect(said).toMatchObject(denied(/more than 1 MiB/))
  await gone(join(folder, 'pid'))
})

test('a guard that ignores SIGTERM is ended all the same', async () => {
  const folder = temporaryFolder()
  const command = 'trap "" TERM; echo $$ > pid; while :; do sleep 0.1; done'
  expect(await run(folder, { command, timeout: 0.5 })).toMatchObject(denied(/longer than 0\.5 s/))
  // It has been waited for.
  expect(isAlive(join(folder, 'pid'))).toBe(false)
})

test('what a guard leaves behind in its group is ended, and what it said counts', async () => {
  const folder = temporaryFolder()
  const command =
    '(echo $BASHPID > pid; exec sleep 60) & until [ -s pid ]; do sleep 0.02; done; echo "{\\"decision\\":\\"block\\",\\"reason\\":\\"no\\"}"'
  expect(await run(folder, { command })).toMatchObject(denied(/^no$/))
  await gone(join(folder, 'pid'))
})

test('a daemon that keeps the output open holds nobody up', async () => {
  const folder = temporaryFolder()
  const command =
    'setsid sh -c "echo \\$\\$ > pid; exec sleep 60" & until [ -s pid ]; do sleep 0.02; done; echo "{}"'
  try {
    expect(await run(folder, { command })).toEqual({})
  } finally {
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL')
  }
})

test('half a JSON and then nothing is a time-out', async () => {
  const folder = temporaryFolder()
  const command = 'printf "{\\"decision\\": \\"al"; sleep 60'
  expect(await run(folder, { command, timeout: 0.5 })).toMatchObject(denied(/longer than/))
})

test('half a JSON and then the end is a failure', async () => {
  const said = await run(temporaryFolder(), { command: 'printf "{\\"decision\\": \\"al"' })
  expect(said).toMatchObject(denied(/no JSON/))
})

test('a guard that closes its input at once is heard', async () => {
  const folder = temporaryFolder()
  const big = toolRequested({ command: 'x'.repeat(2_000_000) })
  const hooks = createHooks({ hooks: guardOf({ command: 'exec 0<&-; echo no >&2; exit 2' }), folder })
  expect(await hooks.run(big, situationOf())).toMatchObject(denied(/^no$/))
})

test('10 MB of errors are drained, and their beginning is the reason', async () => {
  const command = 'echo begin >&2; head -c 10000000 /dev/zero | tr "\\0" x >&2; exit 2'
  const { decision } = await run(temporaryFolder(), { command, timeout: 20 })
  if (decision?.type !== 'deny') throw new Error('it must deny')
  expect(decision.reason).toMatch(/^begin/)
  expect(decision.reason.length).toBeLessThanOrEqual(50_000)
})

test('a guard that is a folder, or may not be run, denies', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'PreToolUse'))
  expect(await run(folder, { command: './PreToolUse' })).toMatchObject(denied(/exit code 126/))
  expect(await run(folder, { command: join(folder, 'PreToolUse'), args: [] })).toMatchObject(
    denied(/exit code 126/),
  )
  script(folder, 'guard.sh', 'exit 0', 0o644)
  expect(await run(folder, { command: './guard.sh' })).toMatchObject(denied(/not executable/))
  const hooks = createHooks({ hooks: readClineHooks(folder).hooks, folder })
  expect(await hooks.run(toolRequested(), situationOf())).toMatchObject(denied(/exit code 126/))
})

test('names with spaces, quotes and dollars are names', async () => {
  const folder = temporaryFolder()
  const path = script(folder, `a 'b' "c" $(d); e/guard.sh`, '#!/bin/sh\necho "$1" >&2; exit 2\n')
  expect(await run(folder, { command: path, args: ['$(touch made) it is'] })).toMatchObject(
    denied(/^\$\(touch made\) it is$/),
  )
})

test('arguments may name the folder of the project', async () => {
  const folder = temporaryFolder()
  script(folder, 'guard.sh', '#!/bin/sh\nexit 2\n')
  // oxlint-disable-next-line no-template-curly-in-string
  const said = await run(folder, { command: '${CLAUDE_PROJECT_DIR}/guard.sh', args: [] })
  expect(said.decision?.type).toBe('deny')
})

test.each(['"echo hi"', '["echo hi"]', '7', 'true'])('a rewrite that is %s denies', async (value) => {
  const folder = temporaryFolder()
  const output = `{"hookSpecificOutput":{"hookEventName":"PreToolUse","updatedInput":${value}}}`
  writeFileSync(join(folder, 'output'), output)
  expect(await run(folder, { command: 'cat output' })).toMatchObject(denied(/no object/))
})

test('a program that is not there denies', async () => {
  const said = await run(temporaryFolder(), { command: '/nowhere/guard', args: [] })
  expect(said).toMatchObject(denied(/exit code 127 \(not found\).*\/nowhere\/guard/))
})

test('a folder that is not there denies', async () => {
  expect(await run('/nowhere', { command: 'true' })).toMatchObject(denied(/could not be started/))
})

test('bytes that are no text, and escape sequences, cannot hide a denial', async () => {
  const folder = temporaryFolder()
  const said = await run(folder, { command: String.raw`printf '\033[2Jno\377\r' >&2; exit 2` })
  expect(said.decision).toEqual({ type: 'deny', reason: '␛[2Jno�' })
})

test('an interrupt ends a guard at work, and it denies', async () => {
  const folder = temporaryFolder()
  const interrupt = new AbortController()
  const running = run(
    folder,
    { command: 'echo $$ > pid; sleep 60 & wait', timeout: 60 },
    { signal: interrupt.signal },
  )
  await vi.waitFor(() => expect(isAlive(join(folder, 'pid'))).toBe(true), { timeout: 5_000 })
  interrupt.abort()
  expect(await running).toMatchObject(denied(/interrupt/))
  await gone(join(folder, 'pid'))
})

test('nothing is started before what led to it is kept', async () => {
  const folder = temporaryFolder()
  const order: string[] = []
  const recorded = async (): Promise<void> => {
    order.push(isAlive(join(folder, 'pid')) ? 'too late' : 'recorded')
  }
  await run(folder, { command: 'echo $$ > pid' }, { recorded })
  expect(order).toEqual(['recorded'])
  const failed = await run(
    folder,
    { command: 'touch made' },
    { recorded: () => Promise.reject(new Error('full')) },
  )
  expect(failed).toMatchObject(denied(/full/))
})

test('a hook that watches fails without harm, whatever the way', async () => {
  for (const command of ['exit 1', '/nowhere', 'printf "{x"', 'kill -9 $$', 'sleep 60']) {
    const said = await run(temporaryFolder(), { command, event: 'PostToolUse', timeout: 0.5 })
    expect(said.decision).toBeUndefined()
    expect(said.messages).toHaveLength(1)
  }
})

test('two hundred calls at once get two hundred answers, from a few processes at a time', async () => {
  const folder = temporaryFolder()
  const hooks = createHooks({
    hooks: guardOf({ command: 'grep -o "victim-[0-9]*" >&2; exit 2', timeout: 60 }),
    folder,
    mostAtOnce: 8,
  })
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      hooks.run(toolRequested({ command: `rm victim-${index}` }), situationOf()),
    ),
  )
  expect(answers.map(({ decision }) => decision)).toEqual(
    answers.map((_, index) => ({ type: 'deny', reason: `victim-${index}` })),
  )
})

test('a hook in the background decides nothing and is ended after the session', async () => {
  const folder = temporaryFolder()
  const hooks = createHooks({
    hooks: readClaudeHooks({
      hooks: {
        PreToolUse: [
          { hooks: [{ type: 'command', command: 'echo $$ > pid; sleep 60; exit 2', async: true }] },
        ],
      },
    }).hooks,
    folder,
    farewell: 300,
  })
  expect(await hooks.run(toolRequested(), situationOf())).toEqual({})
  await vi.waitFor(() => expect(isAlive(join(folder, 'pid'))).toBe(true), { timeout: 5_000 })
  expect(hooks.listens('session-ended')).toBe(true)
  await hooks.run({ type: 'session-ended', reason: 'completed' }, situationOf())
  await gone(join(folder, 'pid'))
})

test('hooks in the background take no place from guards, and end with the hooks', async () => {
  const folder = temporaryFolder()
  const behind = guardOf({ command: 'echo $$ > pid; exec sleep 60' }).map(
    (hook) => ({ ...hook, background: true }) as const,
  )
  const hooks = createHooks({ hooks: [...behind, ...guardOf({ command: 'exit 2' })], folder, mostAtOnce: 1 })
  expect(await hooks.run(toolRequested(), situationOf())).toMatchObject(denied(/refused/))
  await vi.waitFor(() => expect(isAlive(join(folder, 'pid'))).toBe(true), { timeout: 5_000 })
  await hooks[Symbol.asyncDispose]()
  await gone(join(folder, 'pid'))
})

test('what a child prints just after its parent has ended counts', async () => {
  const command = '(echo "{\\"decision\\":\\"block\\",\\"reason\\":\\"no\\"}") & exit 0'
  expect(await run(temporaryFolder(), { command })).toMatchObject(denied(/^no$/))
})

test('a hook may say itself that it goes on in the background, for so long', async () => {
  const folder = temporaryFolder()
  const command = `echo $$ > pid; echo '{"async": true, "asyncTimeout": 1}'; exec sleep 60`
  expect(await run(folder, { command })).toEqual({})
  expect(isAlive(join(folder, 'pid'))).toBe(true)
  await gone(join(folder, 'pid'))
})

test('a guard whose files were approved denies once one of them is another', async () => {
  const folder = temporaryFolder()
  script(folder, 'guard.sh', 'exit 0')
  const pinned = await pinHooks(
    guardOf({ command: 'bash "$CLAUDE_PROJECT_DIR"/guard.sh ./later.sh' }),
    folder,
  )
  expect(pinned[0]?.pins?.map(({ path }) => path)).toEqual([
    join(folder, 'guard.sh'),
    join(folder, 'later.sh'),
  ])
  const hooks = createHooks({ hooks: pinned, folder })
  expect(await hooks.run(toolRequested(), situationOf())).toEqual({})
  spawnSync('mkfifo', [join(folder, 'later.sh')])
  expect(await hooks.run(toolRequested(), situationOf())).toMatchObject(denied(/later\.sh has changed/))
  rmSync(join(folder, 'later.sh'))
  script(folder, 'later.sh', 'exit 0')
  expect(await hooks.run(toolRequested(), situationOf())).toMatchObject(denied(/later\.sh has changed/))
  rmSync(join(folder, 'later.sh'))
  script(folder, 'guard.sh', 'exit 0 # really')
  expect(await hooks.run(toolRequested(), situationOf())).toMatchObject(denied(/guard\.sh has changed/))
})
