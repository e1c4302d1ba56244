import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { expect, test } from 'vitest'

import { scratch } from './scratch.ts'

const operations = Number(process.env['KEEPUP_OPERATIONS'] ?? 150)
const seed = Number(process.env['KEEPUP_SEED'] ?? Math.floor(Math.random() * 1e9))

/** A file as a plain copy has it: its kind and all its bytes. */
type Copy = Readonly<Record<string, string>>

test(
  `${operations} operations over a tree give what plain copies give (SEED=${seed})`,
  { timeout: 600_000 },
  async () => {
    const { root, open } = await scratch()
    let workspace = await open()
    const chance = generator(seed)
    const kept = new Map<string, Copy>()
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      items[Math.floor(chance() * items.length)]
    for (let step = 0; step < operations; step += 1) {
      const roll = chance()
      if (roll < 0.5) await change(root, chance)
      else if (roll < 0.75) {
        const before = await copyOf(root)
        const { id, uncovered } = await workspace.snapshot()
        expect(uncovered).toEqual([])
        kept.set(id, before)
      } else if (roll < 0.95) {
        const wanted = pick([...kept.keys()])
        if (wanted === undefined) continue
        const before = await copyOf(root)
        const undo = await workspace.restore(wanted)
        expect(await copyOf(root)).toEqual(kept.get(wanted))
        kept.set(undo, before)
        if (chance() < 0.3) {
          await workspace.restore(undo)
          expect(await copyOf(root)).toEqual(before)
        }
      } else workspace = await open()
    }
    expect(kept.size).toBeGreaterThan(5)
  },
)

/** Writes, removes, links, or turns a file into a folder and back. */
async function change(root: string, chance: () => number): Promise<void> {
  const parts = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => `n${Math.floor(chance() * 5)}`)
  const path = join(root, ...parts)
  const kind = chance()
  await clearWay(root, dirname(path))
  await rm(path, { recursive: true, force: true })
  if (kind < 0.25) return
  await mkdir(dirname(path), { recursive: true })
  if (kind < 0.35) await symlink(`n${Math.floor(chance() * 5)}`, path)
  else {
    await writeFile(path, `${Math.floor(chance() * 4)}\r\n`)
    if (kind > 0.85) await chmod(path, 0o755)
  }
}

/** What is no folder on the way to a folder is removed. */
async function clearWay(root: string, folder: string): Promise<void> {
  if (folder === root) return
  await clearWay(root, dirname(folder))
  const found = await lstat(folder).catch(() => undefined)
  if (found !== undefined && !found.isDirectory()) await rm(folder)
}

async function copyOf(root: string): Promise<Copy> {
  const copy: Record<string, string> = {}
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const shown = path.slice(root.length + 1)
    if (entry.isSymbolicLink()) copy[shown] = `link ${await readlink(path)}`
    else if (entry.isFile()) {
      const program = ((await lstat(path)).mode & 0o100) === 0 ? 'file' : 'program'
      copy[shown] = `${program} ${await readFile(path, 'utf8')}`
    }
  }
  return copy
}

/** Mulberry32. */
function generator(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
