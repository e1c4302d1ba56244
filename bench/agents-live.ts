import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type AgentManager, createAgentManager } from '@keepup/agents'
import { memoryCheckpointer } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { AssistantMessage, Checkpointer, JsonValue, Model, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime, type Runtime } from '@keepup/runtime'

import { median } from './median.ts'
import { liveReport, toolText } from './peers/measure.mjs'

/** One case of `agents.ts` in a process of its own. Arguments: the storage, how many agents live at once, the turns of each. */
const [, , storage = 'memory', live = '10', turns = '10'] = process.argv
const agents = Number(live)

type Call = readonly [name: string, input: JsonValue]

function model(answer: (turn: number) => Promise<readonly Call[]> | readonly Call[]): Model {
  return {
    id: 'bench/agents',
    async *stream({ messages }) {
      const turn = [...messages].filter(({ role }) => role === 'assistant').length
      const calls = await answer(turn)
      const content: AssistantMessage['content'] =
        calls.length === 0
          ? [{ type: 'text', text: 'done' }]
          : calls.map(([name, input], index) => ({ type: 'tool-call', id: `${turn}-${index}`, name, input }))
      const usage = { input: 10, cached: 0, cacheWritten: 0, output: 5, reasoning: 0 }
      yield { type: 'finished', message: { role: 'assistant', content }, reason: 'stop', usage }
    },
  }
}

const look: Tool = {
  name: 'look',
  description: 'Looks.',
  input: jsonSchema({ type: 'object' }),
  repeat: 'safe',
  effects: () => [],
  run: () => Promise.resolve({ content: [{ type: 'text', text: toolText }] }),
}

/** A tree whose first agent does what `main` says, and whose others look around for so many turns. */
function treeOf(checkpointer: Checkpointer, main: Model, worker: Model): Runtime {
  const bounds = { depth: 1, fanOut: agents + 1_000, concurrent: agents + 1_000, agents: agents + 1_000 }
  const manager: AgentManager = createAgentManager({
    checkpointer,
    bounds,
    roles: [{ name: 'worker', description: 'Works.', system: 'Work.', writes: false }],
    agentOf: () => below.run,
  })
  const parts = { checkpointer, agents: manager, limits: {} }
  const below = createRuntime({ ...parts, model: worker, tools: [look] })
  return createRuntime({ ...parts, model: main, tools: manager.tools })
}

async function finish(runtime: Runtime, thread: string): Promise<void> {
  for await (const event of runtime.run({ thread, input: 'Go', limits: {} }))
    if (event.type === 'run-finished' && event.data.outcome.type !== 'completed')
      throw new Error(JSON.stringify(event.data.outcome))
}

const delegate = (task: string): Call => ['delegate_to_agent', { role: 'worker', task }]

/** One agent after the other: from the answer of the model that wants it to its own first call of a model. */
async function spawnTimes(checkpointer: Checkpointer, count: number): Promise<readonly number[]> {
  const times: number[] = []
  let asked = 0
  const main = model((turn) => {
    asked = performance.now()
    return turn < count ? [delegate(`part ${turn}`)] : []
  })
  const worker = model(() => (times.push(performance.now() - asked), []))
  await finish(treeOf(checkpointer, main, worker), 'spawns')
  return times
}

const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const checkpointer =
  storage === 'sqlite' ? sqliteCheckpointer(await openSqlite(join(folder, 'bench.db'))) : memoryCheckpointer()

const spawns = await spawnTimes(checkpointer, 200)
const report = liveReport(agents, Number(turns))
const main = model((turn) =>
  turn === 0 ? Array.from({ length: agents }, (_, index) => delegate(`task ${index}`)) : [],
)
const worker = model(async (turn) => {
  if (turn === 0) await report.arrive()
  return turn < Number(turns) ? [['look', {}]] : []
})
await finish(treeOf(checkpointer, main, worker), 'live')
report.print({ spawn: median(spawns.slice(20)) })
