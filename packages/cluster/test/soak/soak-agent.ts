import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { type AgentManager, createAgentManager } from '@keepup/agents'
import type { Checkpointer, RunAgent, Tool, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel, type Step } from '@keepup/testing/scripted-model'

import type { SoakSettings } from './soak-settings.ts'

/** An agent of so many turns: a call that is never repeated in each, but for one, in which another agent makes such a call. */
export function soakAgent(checkpointer: Checkpointer, settings: SoakSettings): RunAgent {
  const { turns, thinks, leaseTtl } = settings
  const tools = [recordTool(settings)]
  const manager: AgentManager = createAgentManager({
    checkpointer,
    poll: 50,
    roles: [{ name: 'helper', description: 'Helps.', system: 'You help.' }],
    agentOf: () =>
      agent([
        { ...record(0), delay: thinks },
        { text: 'helped', repeat: true },
      ]),
  })
  function agent(steps: readonly Step[]): RunAgent {
    return createRuntime({
      model: scriptedModel({ steps }),
      checkpointer,
      agents: manager,
      tools: [...tools, ...manager.tools],
      mode: 'yolo',
      leaseTtl,
      limits: { turns: 1_000 },
    }).run
  }
  const middle = Math.ceil(turns / 2)
  const steps = Array.from({ length: turns - 1 }, (_, index): Step => {
    const turn = index + 1
    return { ...(turn === middle ? delegate : record(turn)), when: { turn }, delay: thinks }
  })
  return agent([...steps, { text: 'done', repeat: true, delay: thinks }])
}

/** A call that is another one each time: the same again and again would be taken for standing still. */
const record = (turn: number): Step => ({ calls: [{ name: 'record', input: { turn } }] })
const delegate: Step = {
  calls: [{ name: 'delegate_to_agent', input: { role: 'helper', task: 'Record something' } }],
}

function recordTool({ effects, repeat, dies }: SoakSettings): Tool {
  return {
    name: 'record',
    description: 'Writes a line.',
    input: jsonSchema({ type: 'object' }),
    repeat,
    effects: () => [{ kind: 'exec', target: 'record' }],
    async run(_, { call, signal }): Promise<ToolOutput> {
      appendFileSync(effects, `${call.key}\n`)
      if (dies) process.kill(process.pid, 'SIGKILL')
      await sleep(10, undefined, { signal })
      return { content: [{ type: 'text', text: 'written' }] }
    },
  }
}
