import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { RunAgent, Workspace } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { toolkit } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'
import { gitWorkspace } from '@keepup/workspace'

import { createSopExecutor, isLiveSopEvent, type Seat, type Sop } from '../../../src/sop/index.ts'

const [folder = '', root = '', stands = ''] = process.argv.slice(2)

/** Two branches that change one file, in different lines. */
const sop: Sop = {
  id: 'both',
  version: 1,
  initial: 'work',
  phases: {
    work: {
      isolation: 'worktree',
      parallel: { b: { prompt: 'You are b.' }, a: { prompt: 'You are a.' } },
      on: { pass: 'done' },
    },
    done: { final: true },
  },
}
const writes = (branch: string, content: string) => ({
  calls: [{ name: 'write', input: { path: 'x.txt', content } }],
  when: { lastUser: new RegExp(`You are ${branch}\\.`) },
  repeat: true,
})
const model = scriptedModel({
  steps: [
    { text: 'Done.', when: { lastToolResult: /.*/ }, repeat: true },
    writes('a', '1\n2\n3\n4\n5\n6\nA\n'),
    writes('b', 'B\n2\n3\n4\n5\n6\n7\n'),
  ],
})
const database = await openSqlite(join(folder, 'store.db'))
const checkpointer = sqliteCheckpointer(database)
const files = await gitWorkspace({ root, storage: join(folder, 'snapshots') })

/** Merges, says so, and stands still where it is told to: there it is killed, before anything of the merge is recorded. */
async function merge(from: Workspace): ReturnType<Workspace['merge']> {
  const report = await files.merge(from)
  console.log('merged')
  if (stands === 'after-merge') await new Promise(() => setInterval(() => {}, 1_000))
  return report
}
const workspace: Workspace = { ...files, merge }
const registryOf = (tree: Workspace) => toolkit({ root: tree.root, background: false })
const agent = ({ tools, policy, workspace: tree = workspace }: Seat): RunAgent =>
  createRuntime({
    model,
    checkpointer,
    mode: 'yolo',
    tools: createToolCoordinator({ registry: [...registryOf(tree), ...tools], policies: [policy] }),
  }).run
const executor = createSopExecutor({
  checkpointer,
  workspace,
  agent,
  mode: 'yolo',
  coordinator: createToolCoordinator({ registry: registryOf(workspace) }),
  coordinatorOf: (tree) => Promise.resolve(createToolCoordinator({ registry: registryOf(tree) })),
})
const { status } = await executor.state('t')
const events =
  status === 'empty' ? executor.start({ thread: 't', sop, task: 'Do it' }) : executor.resume({ thread: 't' })
for await (const event of events) if (!isLiveSopEvent(event)) console.log(event.type)
console.log((await executor.state('t')).status)
process.exit()
