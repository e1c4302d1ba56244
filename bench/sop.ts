import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type ToolCoordinator, systemClock, trustedLabel } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { createSopExecutor, type Sop, type SopEvent } from '@keepup/roles/sop'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { toolkit } from '@keepup/toolkit'
import { memoryWorkspace } from '@keepup/toolkit/rollback'
import { createToolCoordinator } from '@keepup/tools'
import { gitWorkspace } from '@keepup/workspace'

import { publishResults, type Row } from './publish-results.ts'

const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 7)
const files = Number(process.env['KEEPUP_BENCH_FILES'] ?? 1_400)

function sopOf(gates: number): Sop {
  const exit = Array.from(
    { length: gates },
    (_, index) => ({ kind: 'command', id: `g${index}`, run: ['true'] }) as const,
  )
  return {
    id: 'bench',
    version: 1,
    initial: 'work',
    phases: { work: { exit, on: { pass: 'done' } }, done: { final: true } },
  }
}

function fill(root: string): void {
  for (let index = 0; index < files; index += 1) {
    const folder = join(root, `folder${index % 40}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `file${index}.ts`), `export const value${index} = ${index}\n`)
  }
}

/** The same commands, one after the other, without gates around them. */
async function bare(coordinator: ToolCoordinator, count: number): Promise<number> {
  const began = performance.now()
  for (let index = 0; index < count; index += 1) {
    const call = {
      thread: 'bare',
      id: `${index}`,
      key: `${index}`,
      name: 'shell',
      input: { command: 'true', timeout_ms: 120_000 },
    }
    const { signal } = new AbortController()
    const prepared = await coordinator.prepare(call, { mode: 'yolo', exposure: trustedLabel, signal })
    if (prepared.type !== 'ready') throw new Error(prepared.type)
    const context = {
      call,
      signal,
      clock: systemClock,
      idempotencyKey: call.key,
      progress: () => {},
      processStarted: () => Promise.resolve(),
    }
    await prepared.run(context)
  }
  return performance.now() - began
}

/** From the end of the agent's work to the transition. */
async function gated(events: AsyncIterable<SopEvent>): Promise<number> {
  let began = 0
  let ended = 0
  for await (const { type } of events) {
    if (type === 'work-ended') began = performance.now()
    if (type === 'transition-taken') ended = performance.now()
  }
  return ended - began
}

const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
try {
  const root = join(folder, 'project')
  mkdirSync(root)
  fill(root)
  await using database = await openSqlite(join(folder, 'store.db'))
  const checkpointer = sqliteCheckpointer(database)
  await using git = await gitWorkspace({ root, storage: join(folder, 'snapshots') })
  await using memory = await memoryWorkspace(root)
  await using kit = toolkit({ root, background: false })
  const coordinator = createToolCoordinator({ registry: kit })
  const model = scriptedModel({ steps: [{ text: 'Done.', repeat: true }] })
  const rows: Row[] = []
  for (const [kept, workspace] of Object.entries({ git, memory })) {
    const executor = createSopExecutor({
      checkpointer,
      workspace,
      coordinator,
      mode: 'yolo',
      agent: (seat) => createRuntime({ model, checkpointer, tools: [...seat.tools], mode: 'yolo' }).run,
    })
    const looks: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now()
      await workspace.treeHash()
      looks.push(performance.now() - began)
    }
    const look = Math.min(...looks)
    let none = 0
    for (const gates of [0, 1, 5, 20]) {
      const [without, around]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        without.push(await bare(coordinator, gates))
        const thread = `${kept}-${gates}-${round}`
        around.push(await gated(executor.start({ thread, sop: sopOf(gates), task: 'Nothing' })))
      }
      const [commands, all] = [Math.min(...without), Math.min(...around)]
      if (gates === 0) none = all
      rows.push({
        'files kept by': kept,
        gates,
        'commands alone ms': commands,
        'gates and transition ms': all,
        'one look at all files ms': look,
        // What the first gate adds is the transition's look and commit as well; the next column leaves these out.
        'added per gate ms': gates === 0 ? undefined : (all - commands) / gates,
        'beyond a transition without gates ms': gates === 0 ? undefined : (all - commands - none) / gates,
      })
    }
  }
  publishResults({
    name: 'sop',
    about: `Gates that run \`true\`, beside the same commands alone; ${files} files, SQLite; the best of ${rounds}.`,
    rows,
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
