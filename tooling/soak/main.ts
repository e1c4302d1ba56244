import { parseArgs } from 'node:util'

import { soakWals } from './soak-wals.ts'
import { soak, soakControl } from './soak.ts'

/** `pnpm soak [sqlite|postgres|wal ...] [--kills 1000] [--wals 300] [--seed S] [--from 1] [--jobs 2]` */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '1000' },
    wals: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
  },
})

function number(name: 'kills' | 'wals' | 'from' | 'jobs'): number {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${name} needs a whole number above 0, and not ${values[name]}`)
}

async function soakBackend(backend: 'sqlite' | 'postgres'): Promise<void> {
  const started = performance.now()
  const { seed } = values
  console.log(
    `${backend}: the control, which acknowledges before it commits, failed after ${await soakControl(backend, seed)} kills, as it must`,
  )
  const asked = { backend, seed, kills: number('kills'), from: number('from'), jobs: number('jobs') }
  const { kills, acknowledged, lost, windows } = await soak({ ...asked, tell: console.log })
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `${backend}: ${kills} kills in ${seconds} s hit ${windows.size} windows:\n${windows.lines().join('\n')}`,
  )
  console.log(
    `${backend}: ${acknowledged} operations were acknowledged; none was lost, repeated, torn or out of order. SEED=${seed}`,
  )
  if (backend === 'postgres')
    console.log(
      `${backend}: ${lost} of those that asked for no barrier went with a crash of the server, as they may`,
    )
}

async function soakLogs(): Promise<void> {
  const { seed } = values
  const { wals, kept, control } = await soakWals({
    wals: number('wals'),
    seed,
    from: number('from'),
    tell: console.log,
  })
  console.log(
    `wal: ${wals} damaged logs, each an exact beginning of what was written:\n${kept.lines().join('\n')}`,
  )
  console.log(
    `wal: the control, the same damage to the file itself, showed in ${control} of 20, as it must. SEED=${seed}`,
  )
}

const asked = positionals.length === 0 ? ['sqlite', 'postgres', 'wal'] : positionals
for (const what of asked) {
  if (what === 'wal') await soakLogs()
  else if (what === 'sqlite' || what === 'postgres') await soakBackend(what)
  else throw new Error(`soak knows sqlite, postgres and wal, and not ${what}`)
}
