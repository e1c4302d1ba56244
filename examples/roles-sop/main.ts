/** An agent in a role, walked through a procedure. The model of the script claims, cheats, and then works; the gates tell the difference. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { createRoleRegistry, loadRoles, rolePolicy, roleToolPolicy } from '@keepup/roles'
import { createSopExecutor, joinHooks, parseSop, readSop, type Seat } from '@keepup/roles/sop'
import { createRuntime } from '@keepup/runtime'
import { toolkit } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'
import { gitWorkspace } from '@keepup/workspace'

import { model } from './model.ts'

const write = (path: string, content: string) => ({ calls: [{ name: 'write', input: { path, content } }] })
const chosen = model({
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

// A small project with a bug. Put the folder of yours here.
const folder = mkdtempSync(join(tmpdir(), 'roles-sop-'))
const root = join(folder, 'project')
mkdirSync(join(root, 'tests'), { recursive: true })
writeFileSync(join(root, 'answer.txt'), '41\n')
writeFileSync(join(root, 'run-tests.sh'), 'for test in tests/*.sh; do sh "$test" || exit 1; done\n')

await using database = await openSqlite(join(folder, 'threads.db'))
const checkpointer = sqliteCheckpointer(database)
await using workspace = await gitWorkspace({ root, storage: join(folder, 'snapshots') })
await using tools = toolkit({ root, background: false })

const { roles } = loadRoles({ folder: import.meta.dirname, scope: 'project', formats: ['keepup'] })
const role = createRoleRegistry(roles).get('fixer')
const mayUse = roleToolPolicy(role)

/** Both the role and the seat of the phase take away, and neither adds. */
function agent(seat: Seat) {
  const hooks = joinHooks(undefined, seat.hooks)
  const allowed = tools.filter((tool) => seat.toolPolicy(tool.name) && mayUse(tool.name))
  return createRuntime({
    model: chosen,
    system: role.system,
    checkpointer,
    tools: [...allowed, ...seat.tools],
    policies: [seat.policy, rolePolicy(role, { root })],
    mode: 'yolo',
    ...(hooks && { hooks }),
  }).run
}

const coordinator = createToolCoordinator({ registry: tools })
const executor = createSopExecutor({ checkpointer, workspace, coordinator, agent, mode: 'yolo' })
const file = join(import.meta.dirname, 'fix.yaml')
const sop = parseSop(readSop(readFileSync(file, 'utf8'), file).sop)
for await (const event of executor.start({
  thread: 'fix',
  sop,
  task: process.argv[2] ?? 'The answer is wrong',
})) {
  if ('live' in event) continue
  if (event.type === 'phase-entered') console.log(event.data.phase)
  if (event.type === 'gate-finished') {
    const { gate, outcome, reason } = event.data.evidence
    console.log(`  ${gate} ${outcome}: ${reason}`)
  }
}
console.log((await executor.state('fix')).machine.end?.type)
