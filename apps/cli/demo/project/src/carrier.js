import { setTimeout as sleep } from 'node:timers/promises'

/** Books a parcel. A busy carrier is asked again, three times in all, after a wait that doubles. */
export async function book(parcel, send, wait = 400) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send(parcel)
    if (answer.status !== 'busy' || attempt === 3) return { ...answer, attempt }
    await sleep(wait * 2 ** (attempt - 1))
  }
}
