import type { Clock } from '@keepup/core'

import type { Finding } from '../commands/finding.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'

/** Leases end by the server's clock; what people read is this machine's. In milliseconds. */
const tolerable = 2_000

/** How far this machine's clock is from that of the server that keeps the store. Says nothing of files. */
export async function lookAtClock(store: string, clock: Clock): Promise<readonly Finding[]> {
  if (!isDatabaseAddress(store)) return []
  const { openPostgres, statement } = await import('@keepup/database-postgres')
  await using database = await openPostgres(store, { connections: 1 })
  const before = clock.now()
  const [row] = await database.query(
    statement<{ now: string }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS now'),
    [],
  )
  const here = (before + clock.now()) / 2
  const apart = Math.round(Number(row?.now ?? here) - here)
  const check = 'clock'
  if (Math.abs(apart) <= tolerable)
    return [{ check, state: 'good', text: `within ${tolerable / 1000} s of the server's` }]
  const text = `${(Math.abs(apart) / 1000).toFixed(1)} s ${apart > 0 ? 'behind' : 'ahead of'} the server's: times of entries are off by that`
  return [
    { check, state: 'missing', text, fix: 'let both machines take their time from a time server (NTP)' },
  ]
}
