import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'
import { createRandom, type Random } from '@keepup/testing/simulation'

import { Actor } from './actor.ts'
import { appearance, checkChainsAndFolds } from './appearance.ts'
import { Mismatch } from './check-life.ts'
import { Histogram } from './histogram.ts'
import { Model } from './model.ts'
import { perform } from './operation.ts'
import { openSoakStore, type SoakStore } from './soak-store.ts'

/** How many logs to damage. */
export interface WalSoaking {
  readonly wals: number
  readonly seed: string
  /** The first log, counted from 1. 1 when left out. */
  readonly from?: number
  readonly tell?: (line: string) => void
}

/** What was found, where everything held. */
export interface SoakedWals {
  readonly wals: number
  /** How many of its operations a store was left with, in tenths of what it had, for each kind of damage. */
  readonly kept: Histogram
  /** The control, the same damage to the file, which has no checksums: how many of 20 showed. */
  readonly control: number
}

/** A file and its write-ahead log, and what a store shows after each operation that is in the log. */
interface Written {
  readonly file: Buffer
  readonly log: Buffer
  /** The same store with its log emptied into the file. */
  readonly whole: Buffer
  readonly model: Model
  readonly shown: ReadonlyMap<string, number>
  readonly operations: number
}

const operations = 90
const walsPerStore = 50

/** Damages logs of SQLite in random places: each must open as an exact beginning of what was written, sound, and fit to go on. */
export async function soakWals({ wals, seed, from = 1, tell }: WalSoaking): Promise<SoakedWals> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-soak-'))
  const kept = new Histogram()
  let written: Written | undefined
  try {
    for (let wal = from; wal <= wals; wal += 1) {
      const store = Math.ceil(wal / walsPerStore)
      if (written === undefined || wal % walsPerStore === 1) written = await write(folder, `${seed}/${store}`)
      const random = createRandom(`${seed}/wal ${wal}`)
      kept.add(await damageLog(folder, written, random, `wal ${wal}, SEED=${seed}`))
      if (wal % walsPerStore === 0) tell?.(`wal: ${wal} logs held, SEED=${seed}`)
    }
    const sample = written ?? (await write(folder, seed))
    return { wals: wals - from + 1, kept, control: await damageFiles(folder, sample, seed) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function write(folder: string, seed: string): Promise<Written> {
  const path = join(folder, `${createHash('sha256').update(seed).digest('hex').slice(0, 12)}.db`)
  const store = await openSoakStore({ backend: 'sqlite', path, checkpoints: false })
  const actor = new Actor(store, { random: createRandom(seed), life: 1, isPowerOnly: false })
  const model = new Model()
  const shown = new Map<string, number>()
  const tools = { ...store, token: actor.token }
  while (model.length < operations) {
    for (const operation of await actor.next()) {
      // Erasing empties the log.
      if (operation.kind === 'erase') continue
      actor.note(operation, await perform(operation, tools))
      await model.apply(operation)
      shown.set(digest(await model.appearance()), model.length)
    }
  }
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)]
  await store.close()
  return { file, log, whole: readFileSync(path), model, shown, operations: model.length }
}

type Damage = 'cut' | 'bit flipped' | 'block zeroed'

function damaged(bytes: Buffer, kind: Damage, random: Random): Buffer {
  const place = random.below(bytes.length)
  if (kind === 'cut') return bytes.subarray(0, place)
  const copy = Buffer.from(bytes)
  if (kind === 'bit flipped') copy[place] = (copy[place] ?? 0) ^ (1 << random.below(8))
  else copy.fill(0, place, Math.min(place + 4_096, copy.length))
  return copy
}

async function damageLog(folder: string, written: Written, random: Random, name: string): Promise<string> {
  const kind = random.pick<Damage>(['cut', 'bit flipped', 'block zeroed'])
  const path = join(folder, `${name.replaceAll(/\W/g, '-')}.db`)
  writeFileSync(path, written.file)
  writeFileSync(`${path}-wal`, damaged(written.log, kind, random))
  const store = await openSoakStore({ backend: 'sqlite', path })
  try {
    const found = await shownBy(store, written)
    if (found === undefined) throw new Mismatch(`${name}: the store is no beginning of what was written`)
    const damage = await store.findDamage()
    if (damage.length > 0) throw new Mismatch(`${name}: ${damage.join('; ')}`)
    await checkChainsAndFolds(store.checkpointer)
    await goOn(store, random)
    return `${kind}: ${Math.min(9, Math.floor((10 * found) / written.operations))} tenths kept`
  } finally {
    await store.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  }
}

/** After how many operations a store looked like this; 0 for an empty one. */
async function shownBy(store: SoakStore, { model, shown }: Written): Promise<number | undefined> {
  const lines = await appearance(store.checkpointer, store.artifacts, model.sought)
  return lines.length === 0 ? 0 : shown.get(digest(lines))
}

async function goOn(store: SoakStore, random: Random): Promise<void> {
  const actor = new Actor(store, { random, life: 2, isPowerOnly: true })
  for (const operation of await actor.next()) {
    const outcome = await perform(operation, { ...store, token: actor.token })
    if (/^(?:lease-|checkpoint-conflict|thread-damaged|database-)/.test(outcome))
      throw new Mismatch(`the store does not go on: ${outcome}`)
  }
}

/** The same damage where nothing protects against it. */
async function damageFiles(folder: string, written: Written, seed: string): Promise<number> {
  let noticed = 0
  for (let file = 1; file <= 20; file += 1) {
    const random = createRandom(`${seed}/control ${file}`)
    const path = join(folder, `control ${file}.db`)
    writeFileSync(path, damaged(written.whole, random.pick<Damage>(['bit flipped', 'block zeroed']), random))
    noticed += (await isNoticed(path, written)) ? 1 : 0
  }
  if (noticed > 0) return noticed
  throw new Error('the control held: damage to the file itself was not noticed in 20 cases')
}

async function isNoticed(path: string, written: Written): Promise<boolean> {
  try {
    const store = await openSoakStore({ backend: 'sqlite', path })
    try {
      return (await shownBy(store, written)) !== written.operations || (await store.findDamage()).length > 0
    } finally {
      await store.close()
    }
  } catch (error) {
    if (KeepupError.is(error)) return true
    throw error
  }
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
