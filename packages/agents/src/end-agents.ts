import type { KnownAgent } from '@keepup/core'

import { attend, type Awaiting } from './await-agent.ts'
import type { LiveAgent } from './live-agents.ts'
import { knownAgent, settleAgent, tryRelease } from './settle-agent.ts'

/** Whose agents are ended, outside of any call. */
export type Ending = Pick<Awaiting, 'parts' | 'live' | 'trees' | 'thread'>

/** Ends every agent of a thread that is at work and settles it. Bounded in time; never rejects. */
export async function endAgents(ending: Ending): Promise<void> {
  const open = ending.thread.agents.filter(({ settled }) => settled === undefined)
  await Promise.all(open.map((agent) => endAgent(ending, agent, 'the agent that started it has finished')))
}

/** Ends one agent, whoever runs it. What cannot be ended in time is let go, where nobody holds it. */
export async function endAgent(ending: Ending, agent: KnownAgent, reason: string): Promise<void> {
  const { parts, thread } = ending
  // Outside of a call, the call that started it stands for the one that takes it.
  const { key } = agent
  try {
    if ((await settleAgent(parts, thread, agent, key)) !== undefined) return
    await stopped(ending, agent, reason)
    const settled = await settleAgent(parts, thread, agent, key)
    if (settled === undefined && isOpen(ending, agent)) await tryRelease(parts, thread, agent, key)
  } catch {
    // What is not settled stays set aside: nothing is spent twice.
  }
}

/** Resolves once it has ended, or its time is over. */
async function stopped(ending: Ending, agent: KnownAgent, reason: string): Promise<void> {
  const { parts } = ending
  const running: LiveAgent | undefined = await attend(ending, agent).catch(() => undefined)
  if (running === undefined) return
  running.stop(reason)
  const over = new AbortController()
  const late = parts.clock.sleep(parts.patience, over.signal).catch(() => {})
  await Promise.race([running.ended, late])
  over.abort()
}

function isOpen({ thread }: Ending, { agent }: KnownAgent): boolean {
  return knownAgent(thread, agent)?.settled === undefined
}
