import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { containerSandbox, workspaceProfile } from '../../src/sandbox/index.ts'
import { temporaryFolder } from '../call-tool.ts'
import { eventually, processesWith } from '../find-processes.ts'
import { fakeEngine } from './fake-engine.ts'
import { run } from './run-breach.ts'

vi.setConfig({ testTimeout: 30_000 })

async function place(image = 'plain:1') {
  const folder = await temporaryFolder()
  const root = join(folder, 'root')
  await mkdir(join(root, '.claude'), { recursive: true })
  await writeFile(join(root, '.env'), 'secret')
  const { engine, log } = await fakeEngine(folder)
  const calls = async (): Promise<readonly (readonly string[])[]> =>
    (await readFile(log, 'utf8')).split('\n').map((line) => line.split('\t').slice(0, -1))
  let count = 0
  const newId = (): string => `id${process.pid}x${count++}`
  const sandbox = containerSandbox({ engine, image, state: join(folder, 'state'), newId })
  const profile = workspaceProfile({ root, home: folder, unreadable: [join(root, '.env')] })
  const program = {
    program: '/bin/bash',
    arguments: ['-c', 'pwd; echo "$KEEPUP_SANDBOX $LANG"'],
    folder: root,
    environment: { PATH: process.env['PATH'] ?? '', LANG: 'C', A_TOKEN: 'x' },
  }
  return { root, sandbox, profile, program, calls }
}

test('a command is run in a container that was ready, and the next one is made ready meanwhile', async () => {
  const { root, sandbox, profile, program, calls } = await place()
  await using held = sandbox
  const first = await held.contain(program, profile)
  expect(await run(first)).toBe(`${root}\ncontainer C\n`)
  await first.release()
  const second = await held.contain(program, profile)
  await second.release()
  const made = (await calls())
    .filter(([verb]) => verb === 'run')
    .map((words) => words.find((word) => word.startsWith('--name=')))
  expect(new Set(made).size).toBe(made.length)
  expect(made.length).toBeGreaterThanOrEqual(2)
  const names = [first, second].map((contained) =>
    contained.arguments.find((word) => word.startsWith('keepup-')),
  )
  expect(made).toContain(`--name=${names[0]}`)
  expect(names[0]).not.toBe(names[1])
})

test('the container gets no rights, no network, the project alone, and no variable with a secret', async () => {
  const { root, sandbox, profile, program, calls } = await place()
  await using held = sandbox
  const contained = await held.contain(program, profile)
  await contained.release()
  const words = (await calls()).find(([verb]) => verb === 'run') ?? []
  for (const word of [
    '--network=none',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--read-only',
    '--rm',
  ]) {
    expect(words).toContain(word)
  }
  expect(words).toContain(`--mount=type=bind,source=${root},target=${root}`)
  expect(words).toContain(`--mount=type=bind,source=${root}/.claude,target=${root}/.claude,readonly`)
  expect(words).toContain(`--mount=type=bind,source=/dev/null,target=${root}/.env,readonly`)
  expect(words.filter((word) => word.startsWith('--mount')).every((word) => word.includes(root))).toBe(true)
  expect(contained.arguments).toContain('LANG')
  expect(contained.arguments).not.toContain('A_TOKEN')
  expect(contained.arguments).not.toContain('PATH')
})

test('containers end with the command, with the pool, and with this process, whose input they wait for', async () => {
  const { sandbox, profile, program, calls } = await place()
  const contained = await sandbox.contain(program, profile)
  const name = contained.arguments.find((word) => word.startsWith('keepup-')) ?? ''
  await contained.release()
  expect(await calls()).toContainEqual(['rm', '--force', name])
  await sandbox[Symbol.asyncDispose]()
  await eventually(() => processesWith(`keepup-id${process.pid}x`).length === 0)
  expect(processesWith(`keepup-id${process.pid}x`)).toEqual([])
})

test('what a command left is made harmless here too', async () => {
  const { root, sandbox, profile, program } = await place()
  await using held = sandbox
  const contained = await held.contain({ ...program, arguments: ['-c', 'echo evil > .mcp.json'] }, profile)
  await run(contained)
  expect(await contained.release()).toEqual([
    expect.stringContaining(`${root}/.mcp.json, which no command may make`),
  ])
})

test('an image that is not there, and an engine that does not answer, are errors that say what to do', async () => {
  const { sandbox, profile, program } = await place('broken:1')
  await using held = sandbox
  await expect(held.contain(program, profile)).rejects.toMatchObject({
    code: 'sandbox-unavailable',
    message: expect.stringMatching(/broken:1 could not be started.*no such image.*run --rm broken:1/),
  })
  expect(() => containerSandbox({ engine: '/no/docker' })).toThrow(
    /"container" cannot be used.*does not answer.*install Docker/,
  )
})
