import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { AgentManager } from '../agent-manager.ts'
import { agentTimeout, refusal, roleField, suspended, told } from './agent-call.ts'

/** @limit In characters: how much of what a role says of itself every request carries. */
const longestRole = 300

interface Input {
  readonly role: string
  readonly task: string
  readonly background?: boolean
}

/**
 * `delegate_to_agent`: an agent of its own, with a thread of its own, does a task and answers once. Safe to repeat: run again, the call finds the agent that
 * it started, and every effect is one of that agent's own calls, judged and recorded there.
 */
export function delegateTool({ spawn, collect, roles }: Omit<AgentManager, 'tools'>): Tool<Input> {
  const list = roles
    .map(({ name, description }) => `- ${name}: ${description.slice(0, longestRole)}`)
    .join('\n')
  return {
    name: 'delegate_to_agent',
    description: [
      'Has another agent do a task. It sees nothing but the task you write: say what it needs to know, and what to answer.',
      'Several calls in one turn run side by side. With background it works while you go on: read its answer with collect_agents.',
      `Roles:\n${list}`,
    ].join('\n'),
    input: jsonSchema<Input>({
      type: 'object',
      properties: {
        role: roleField(roles),
        task: { type: 'string', minLength: 1, description: 'All that it is told' },
        background: { type: 'boolean', description: 'Go on while it works' },
      },
      required: ['role', 'task'],
      additionalProperties: false,
    }),
    repeat: 'safe',
    effects: () => [],
    sinks: { '/role': 'scalar', '/task': 'content', '/background': 'scalar' },
    produces: { default: 'free-text' },
    timeout: agentTimeout,
    async run({ role, task, background = false }, context) {
      const spawned = await spawn({ role, task, parent: context, background })
      if (spawned.type === 'refused') return refusal(spawned.reason)
      if (background)
        return told(`Agent ${spawned.agent} (${role}) is at work. Read its answer with collect_agents.`)
      return (await collect(context, [spawned.agent])) ?? suspended
    },
  }
}
