import { KeepupError, type ThreadId } from '@keepup/core'

import type { Awaiting } from './await-agent.ts'
import { endAgent } from './end-agents.ts'
import { knownAgent } from './settle-agent.ts'

/** Ends agents that a thread started. Fails `input-invalid` where it did not start one of them. */
export async function cancelAgents(
  awaiting: Awaiting,
  agents: readonly ThreadId[],
  reason: string,
): Promise<void> {
  const open = agents.map((agent) => {
    const known = knownAgent(awaiting.thread, agent)
    if (known !== undefined) return known
    throw new KeepupError('input-invalid', `You did not start an agent ${agent}.`)
  })
  // Whatever the call records is the call's.
  const own = open.map((agent) => ({ ...agent, key: awaiting.key }))
  await Promise.all(
    own.filter(({ settled }) => settled === undefined).map((agent) => endAgent(awaiting, agent, reason)),
  )
}
