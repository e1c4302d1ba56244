/** A procedure from a file, held by gates: a model that first claims, then cheats, then works; and a person who agrees from elsewhere. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { createSopExecutor, joinHooks, parseSop, readSop, type Seat, type SopEvent } from '@keepup/roles/sop'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { toolkit } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'
import { gitWorkspace } from '@keepup/workspace'

const folder = mkdtempSync(join(tmpdir(), 'keepup-example-'))
const root = join(folder, 'project')
mkdirSync(join(root, 'tests'), { recursive: true })
writeFileSync(join(root, 'answer.txt'), '41\n')
writeFileSync(join(root, 'run-tests.sh'), 'for test in tests/*.sh; do sh "$test" || exit 1; done\n')

const write = (path: string, content: string) => ({ calls: [{ name: 'write', input: { path, content } }] })
const model = scriptedModel({
  steps: [
    { text: 'I wrote a test, and it fails.' }, // it did not
    write('tests/answer.sh', 'grep -q 42 answer.txt\n'),
    { text: 'Now there is one.' },
    write('tests/answer.sh', 'true\n'),
    { text: 'Fixed: all tests pass.' }, // they do, and are not the same
    write('answer.txt', '42\n'),
    { text: 'Fixed.' },
  ],
})

await using database = await openSqlite(join(folder, 'threads.db'))
const checkpointer = sqliteCheckpointer(database)
await using workspace = await gitWorkspace({ root, storage: join(folder, 'snapshots') })
await using tools = toolkit({ root, background: false })

/** Everything of the seat is heeded: its tools, its policy, its hooks. */
function agent(seat: Seat) {
  const hooks = joinHooks(undefined, seat.hooks)
  const own = [...tools.filter(({ name }) => seat.toolPolicy(name)), ...seat.tools]
  return createRuntime({
    model,
    checkpointer,
    tools: own,
    policies: [seat.policy],
    mode: 'yolo',
    ...(hooks && { hooks }),
  }).run
}

const coordinator = createToolCoordinator({ registry: tools })
const executor = createSopExecutor({ checkpointer, workspace, coordinator, agent, mode: 'yolo' })
const file = join(import.meta.dirname, 'sops/careful-fix.yaml')
const sop = parseSop(readSop(readFileSync(file, 'utf8'), file).sop)

function tell(event: SopEvent): void {
  if ('live' in event) return
  if (event.type === 'phase-entered') console.log(event.data.phase)
  if (event.type === 'gate-finished') {
    const { gate, outcome, reason } = event.data.evidence
    console.log(`  ${gate} ${outcome}: ${reason}`)
  }
  if (event.type === 'approval-requested') console.log(`  asked: ${event.data.question}`)
}

for await (const event of executor.start({ thread: 'fix', sop, task: 'The answer is wrong' })) tell(event)

// Any process may answer; the procedure needs not run meanwhile.
for (const { approval, digest } of Object.values((await executor.state('fix')).asked)) {
  const data = { approval, digest, allow: true }
  const signal = {
    id: 'yes',
    thread: 'fix',
    channel: `answers:${approval}`,
    type: 'answer',
    time: Date.now(),
    by: 'ann',
    data,
  }
  await checkpointer.signal([signal], 'power')
}
for await (const event of executor.resume({ thread: 'fix' })) tell(event)
console.log((await executor.state('fix')).machine.end)

await checkpointer[Symbol.asyncDispose]()
rmSync(folder, { recursive: true })
