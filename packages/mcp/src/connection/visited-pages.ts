import type { Clock, Milliseconds } from '@keepup/core'
import type { Client } from '@modelcontextprotocol/client'

/** How long a server may take to say that a page was visited. Many never do: then the call is simply made again. */
const longest: Milliseconds = 60_000
/** How many that nobody waits for are remembered: a server may say it before the person's answer is back. */
const mostRemembered = 100

/** Waits for servers of 2025-11-25 to say that what they asked at a page is done. */
export function watchVisits(
  client: Client,
  clock: Clock,
): (id: string, signal?: AbortSignal) => Promise<void> {
  const waiting = new Map<string, () => void>()
  const done = new Set<string>()
  client.setNotificationHandler('notifications/elicitation/complete', ({ params: { elicitationId } }) => {
    waiting.get(elicitationId)?.()
    done.add(elicitationId)
    const [oldest] = done
    if (done.size > mostRemembered && oldest !== undefined) done.delete(oldest)
  })
  return async (id, signal) => {
    if (done.has(id)) return
    const over = new AbortController()
    const said = new Promise<void>((resolve) => waiting.set(id, resolve))
    const late = clock.sleep(
      longest,
      AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]),
    )
    await Promise.race([said, late]).finally(() => {
      waiting.delete(id)
      late.catch(() => {})
      over.abort()
    })
  }
}
