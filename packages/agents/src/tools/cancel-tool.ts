import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { AgentManager } from '../agent-manager.ts'
import { agentList, told } from './agent-call.ts'

interface Input {
  readonly agents: readonly string[]
}

/** `cancel_agents`: ends agents that the caller started, and all below them. */
export function cancelTool({ cancel }: Omit<AgentManager, 'tools'>): Tool<Input> {
  return {
    name: 'cancel_agents',
    description: 'Ends agents that you started in the background and that you do not need any more.',
    input: jsonSchema<Input>({
      type: 'object',
      properties: { agents: agentList(1, 'Their names, as you were told when they began') },
      required: ['agents'],
      additionalProperties: false,
    }),
    repeat: 'safe',
    effects: () => [],
    sinks: { '/agents': 'scalar' },
    produces: { default: 'structured' },
    async run({ agents }, context) {
      await cancel(context, agents, 'it is not needed any more')
      return told(`Ended: ${agents.join(', ')}.`)
    },
  }
}
