import type { Task } from '@a2a-js/sdk'
import { A2AError } from '@a2a-js/sdk/errors'

import type { ConnectedAgent } from './connect-agent.ts'

/** Reads a task. Where that failed on its way it is tried again, as often as the agent is to be: reading changes nothing. */
export async function readTask(
  { client, clock, retries, firstPause }: ConnectedAgent,
  id: string,
  signal?: AbortSignal,
): Promise<Task> {
  const options = signal === undefined ? {} : { signal }
  for (let failures = 0, pause = firstPause; ; failures += 1, pause = Math.min(pause * 2, 10_000)) {
    try {
      return await client.getTask({ id, tenant: '' }, options)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof A2AError || failures >= retries) throw error
    }
    await clock.sleep(pause, signal)
  }
}
