import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Program, startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test, vi } from 'vitest'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 600_000 })

const kills = Number(process.env['KEEPUP_BRANCH_KILLS'] ?? 6)

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-sop-'))
  const root = join(folder, 'project')
  mkdirSync(root)
  writeFileSync(join(root, 'x.txt'), '1\n2\n3\n4\n5\n6\n7\n')
  const started: Program[] = []
  onTestFinished(() => {
    for (const { process: child } of started) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    text: () => readFileSync(join(root, 'x.txt'), 'utf8'),
    start(...more: readonly string[]) {
      const program = startProgram(
        new URL('programs/run-branches.ts', import.meta.url),
        folder,
        root,
        ...more,
      )
      started.push(program)
      return program
    },
  }
}

/** Runs it on until it has ended. */
async function outcome(home: ReturnType<typeof place>) {
  const program = home.start()
  await program.ended
  return { end: program.lines.at(-1), text: home.text() }
}

/** What both branches wrote is there, once. */
const both = { end: 'finished', text: 'B\n2\n3\n4\n5\n6\nA\n' }

test('killed between a merge and its record: merged again, nothing is there twice or lost', async () => {
  const home = place()
  // Once after each of the two merges.
  for (let kill = 0; kill < 2; kill += 1) {
    const program = home.start('after-merge')
    while (!program.lines.includes('merged')) await sleep(5)
    program.process.kill('SIGKILL')
    await program.ended
  }
  expect(await outcome(home)).toEqual(both)
})

test(`killed ${kills} times wherever it is: branches go on in their trees, and are merged once`, async () => {
  const windows: string[] = []
  for (let kill = 0; kill < kills; kill += 1) {
    const home = place()
    const program = home.start()
    const stop = ['sop-started', 'branch-opened', 'work-began', 'work-ended', 'merged', 'branch-merged'][
      kill % 6
    ]
    while (!program.lines.includes(stop ?? '') && program.process.exitCode === null) await sleep(1)
    await sleep((kill * 37) % 11)
    program.process.kill('SIGKILL')
    await program.ended
    windows.push(program.lines.at(-1) ?? 'nothing')
    expect(await outcome(home)).toEqual(both)
  }
  console.log(windows.join(', '))
  expect(new Set(windows).size).toBeGreaterThan(2)
})
