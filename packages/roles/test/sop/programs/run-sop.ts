import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { KeepupError, type RunAgent } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { systemProcessTable, toolkit } from '@keepup/toolkit'
import { copiesWorkspace } from '@keepup/toolkit/rollback'
import { createToolCoordinator } from '@keepup/tools'

import { createSopExecutor, isLiveSopEvent, type Seat, type Sop } from '../../../src/sop/index.ts'

/** Notes in a file outside of the project that it ran; where nothing else is in the way, it would do so twice. */
const note = (effects: string, name: string, seconds: string): readonly string[] => [
  'sh',
  '-c',
  `echo ${name} begun >> "$1"; sleep ${seconds}; echo ${name} ended >> "$1"`,
  'sh',
  effects,
]

function sopOf(effects: string): Sop {
  const check = { kind: 'command', id: 'check', run: note(effects, 'check', '0.2') } as const
  const publish = {
    kind: 'command',
    id: 'publish',
    run: note(effects, 'publish', '0.2'),
    repeat: 'once',
  } as const
  return {
    id: 'release',
    version: 1,
    initial: 'work',
    phases: {
      work: { exit: [check], on: { pass: 'publish' } },
      publish: { exit: [publish], on: { pass: 'done' }, retries: { max: 9, sameErrorMax: 9 } },
      done: { final: true },
    },
  }
}

const [folder = '', root = ''] = process.argv.slice(2)
const database = await openSqlite(join(folder, 'store.db'))
const checkpointer = sqliteCheckpointer(database)
const workspace = await copiesWorkspace(root, join(folder, 'snapshots'))
const kit = toolkit({ root, background: false })
const model = scriptedModel({
  steps: [
    { calls: [{ name: 'write', input: { path: 'a.txt', content: 'a' } }], delay: 50 },
    { text: 'Done.', delay: 50, repeat: true },
  ],
})
const processes = systemProcessTable()
const agent = (seat: Seat): RunAgent =>
  createRuntime({
    model,
    checkpointer,
    processes,
    mode: 'yolo',
    tools: createToolCoordinator({ registry: [...kit, ...seat.tools], policies: [seat.policy] }),
  }).run
const executor = createSopExecutor({
  checkpointer,
  workspace,
  processes,
  agent,
  mode: 'yolo',
  coordinator: createToolCoordinator({ registry: kit }),
})
try {
  const { status } = await executor.state('t')
  const events =
    status === 'empty'
      ? executor.start({ thread: 't', sop: sopOf(join(folder, 'effects')), task: 'Release it' })
      : executor.resume({ thread: 't' })
  for await (const event of events) if (!isLiveSopEvent(event)) console.log(event.type)
  console.log((await executor.state('t')).status)
} catch (error) {
  console.log(KeepupError.is(error) ? `${error.code}: ${error.message}` : String(error))
}
await kit[Symbol.asyncDispose]()
await checkpointer[Symbol.asyncDispose]()
await database.close()
