import { Mismatch } from './check-life.ts'
import type { Ground } from './ground.ts'
import { Histogram } from './histogram.ts'
import { postgresGround } from './postgres-ground.ts'
import { liveRound } from './round.ts'
import { sqliteGround } from './sqlite-ground.ts'

/** What to kill, and how often. */
export interface Soaking {
  readonly backend: 'sqlite' | 'postgres'
  readonly kills: number
  readonly seed: string
  /** How many kills one store sees; 25 when left out. */
  readonly killsPerStore?: number
  /** The first round, counted from 1: a soak that was broken off goes on there. 1 when left out. */
  readonly from?: number
  /** How many rounds run beside each other; 1 when left out. */
  readonly jobs?: number
  /** Told of every round. */
  readonly tell?: (line: string) => void
}

/** What a soak found, where everything held. */
export interface Soaked {
  readonly kills: number
  /** Operations that were acknowledged: not one of them is lost, but for those in `lost`. */
  readonly acknowledged: number
  /** Acknowledged without a barrier, and gone with a crash of the server, which is allowed. */
  readonly lost: number
  readonly windows: Histogram
}

/** Kills until so many kills are done, and fails with the seed and the round where a store does not hold what it must. */
export async function soak(soaking: Soaking): Promise<Soaked> {
  const { kills, killsPerStore = 25, from = 1, jobs = 1 } = soaking
  const rounds = Math.ceil(kills / killsPerStore)
  const waiting = Array.from({ length: Math.max(0, rounds - from + 1) }, (_, index) => from + index)
  const sums = { kills: 0, acknowledged: 0, lost: 0, windows: new Histogram() }
  const lanes = Array.from({ length: Math.min(jobs, waiting.length) }, async () => {
    const ground = await openGround(soaking.backend)
    try {
      for (let round = waiting.shift(); round !== undefined; round = waiting.shift())
        await liveOne(
          soaking,
          ground,
          round,
          Math.min(killsPerStore, kills - (round - 1) * killsPerStore),
          sums,
        )
    } finally {
      // After a failure the other lanes end with their round.
      waiting.length = 0
      await ground.close()
    }
  })
  // A lane that failed leaves no server of another behind.
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return sums
}

async function liveOne(
  { backend, seed, tell }: Soaking,
  ground: Ground,
  round: number,
  kills: number,
  sums: { kills: number; acknowledged: number; lost: number; windows: Histogram },
): Promise<void> {
  try {
    await liveRound({ ground, seed: `${seed}/${round}`, kills }, ({ window, acknowledged, lost }) => {
      sums.kills += 1
      sums.acknowledged += acknowledged
      sums.lost += lost
      sums.windows.add(window)
    })
  } catch (error) {
    throw new Error(
      `${backend}: round ${round} failed. Repeat it: pnpm soak ${backend} --seed ${seed} --from ${round}`,
      {
        cause: error,
      },
    )
  }
  tell?.(
    `${backend}: round ${round} held; ${sums.kills} kills, ${sums.acknowledged} operations acknowledged, SEED=${seed}`,
  )
}

/** The control: workers that say that something is done before it is. After how many kills it shows; fails where it does not within 60. */
export async function soakControl(backend: 'sqlite' | 'postgres', seed: string): Promise<number> {
  const ground = await openGround(backend)
  let held = 0
  try {
    await liveRound({ ground, seed: `${seed}/control`, kills: 60, acknowledge: 'early' }, () => (held += 1))
  } catch (error) {
    if (error instanceof Mismatch) return held + 1
    throw error
  } finally {
    await ground.close()
  }
  throw new Error(`${backend}: the control held over 60 kills, so this soak would not notice a loss`)
}

function openGround(backend: 'sqlite' | 'postgres'): Promise<Ground> {
  return backend === 'postgres' ? postgresGround() : Promise.resolve(sqliteGround())
}
