import { connectAgent, remoteAgent } from '@keepup/a2a/client'
import { type AgentManager, createAgentManager } from '@keepup/agents'
import type { AgentRole, RunAgent } from '@keepup/core'
import { createRuntime } from '@keepup/runtime'

import { usageError } from '../error-report.ts'
import type { Host } from '../host.ts'
import type { Store } from '../store.ts'
import { agentUrl, connectionOf } from './connect.ts'

/** Makes agents of A2A such that tasks can be delegated to them, by the names that they are given. Each is connected to when it is first needed. */
export function openRemoteAgents(
  host: Host,
  store: Store,
  named: readonly string[],
): AgentManager | undefined {
  if (named.length === 0) return undefined
  const urls = new Map(named.map(parseNamed))
  const agents = new Map<string, Promise<RunAgent>>()
  return createAgentManager({
    checkpointer: store.checkpointer,
    clock: host.clock,
    roles: [...urls].map(([name, url]) => roleOf(name, url)),
    agentOf({ name }) {
      const known = agents.get(name) ?? open(host, store, urls.get(name))
      agents.set(name, known)
      // One that cannot be reached now may be later.
      known.catch(() => agents.delete(name))
      return known
    },
  })
}

function parseNamed(text: string): readonly [string, URL] {
  const [, name, address] = /^([a-z0-9][a-z0-9-]{0,63})=(.+)$/.exec(text) ?? []
  if (name === undefined || address === undefined)
    throw usageError(
      `--remote ${text} names no agent`,
      'write it as NAME=URL, the name in lower-case letters and digits',
    )
  return [name, agentUrl(address)]
}

function roleOf(name: string, url: URL): AgentRole {
  return {
    name,
    description: `An agent elsewhere, at ${url.host}. It sees nothing of this machine but the task.`,
    system: '',
    tools: () => false,
    writes: false,
    mayStart: () => false,
  }
}

async function open(host: Host, { checkpointer }: Store, url: URL | undefined): Promise<RunAgent> {
  if (url === undefined) throw usageError('the agent was not named', 'name it with --remote NAME=URL')
  const connected = await connectAgent({ url: url.href }, { ...connectionOf(host, url), retries: 10 })
  return remoteAgent(connected, {
    checkpointer,
    agent: (model) => createRuntime({ model, checkpointer, clock: host.clock }).run,
  })
}
