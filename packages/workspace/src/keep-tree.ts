import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { Hash } from '@keepup/core'

import { alone } from './beside-others.ts'
import { git } from './git-command.ts'
import { nulList } from './nul-list.ts'
import type { Shadow } from './shadow.ts'

const space = 'refs/keepup'

/** Holds a tree, so that no clean-up takes it, in the name of this holder. */
export function keepTree(shadow: Shadow, id: Hash): Promise<void> {
  return holdTree(shadow, shadow.holder, id)
}

/** {@link keepTree} without a working tree. */
export async function holdTree(
  { repository, storage: tree }: Place,
  holder: string,
  id: Hash,
): Promise<void> {
  if (await writeRef(join(repository, refOf(holder, id)), tree, id)) return
  await git(['update-ref', refOf(holder, id), id], { repository, tree })
}

/** A ref is a file with its id (gitrepository-layout): written without a process, which would take as long as the rest of a small look. `false` where git must do it. */
async function writeRef(path: string, storage: string, id: Hash): Promise<boolean> {
  const draft = join(storage, `draft-${randomUUID()}`)
  try {
    if ((await readFile(path, 'utf8').catch(() => '')) === `${id}\n`) return true
    await mkdir(dirname(path), { recursive: true })
    await writeFile(draft, `${id}\n`, { flush: true })
    await rename(draft, path)
    return true
  } catch {
    // Refs are kept otherwise here, or git took the empty folder away in this moment.
    await rm(draft, { force: true })
    return false
  }
}

function refOf(holder: string, id: Hash): string {
  return `${space}/${holder}/${id}`
}

/** Whether a tree is held in the name of this holder, as far as that can be told without a process. */
export function isKept({ repository, holder }: Shadow, id: Hash): boolean {
  try {
    return readFileSync(join(repository, refOf(holder, id)), 'utf8') === `${id}\n`
  } catch {
    return false
  }
}

/** A held tree, and in whose name. */
export interface HeldTree {
  readonly holder: string
  readonly id: Hash
}

/** Where refs are looked at. */
type Place = Pick<Shadow, 'repository' | 'storage'>

/** Every tree that somebody holds. */
export async function heldTrees({ repository, storage: tree }: Place): Promise<readonly HeldTree[]> {
  const args = ['for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', space]
  const lines = (await git(args, { repository, tree })).toString('utf8').split('\n').filter(Boolean)
  return lines.map((line) => {
    const [name = '', id = ''] = line.split(' ')
    return { holder: name.slice(0, name.lastIndexOf('/')), id }
  })
}

/** Lets go of trees in the name of a holder. */
export async function dropTrees(place: Place, holder: string, ids: readonly Hash[]): Promise<void> {
  const { repository, storage: tree } = place
  const input = nulList(ids.flatMap((id) => [`delete ${refOf(holder, id)}`, '']))
  if (ids.length > 0) await git(['update-ref', '-z', '--stdin'], { repository, tree, input })
}

/** Deletes every byte that no held tree has, nor the index where one is given. Nobody else may look meanwhile. */
export async function deleteLoose({ repository, storage: tree }: Place, index?: string): Promise<void> {
  const place = { repository, tree, ...(index === undefined ? {} : { index }) }
  await git(['repack', '-a', '-d', '-q'], place)
  await git(['prune', '--expire=now'], place)
}

/** Lets go of every tree that this holder holds but these, and deletes what only the others had. */
export function retainTrees(shadow: Shadow, ids: ReadonlySet<Hash>): Promise<readonly Hash[]> {
  return alone(shadow.storage, async () => {
    const held = (await heldTrees(shadow)).filter(({ holder }) => holder === shadow.holder)
    const released = held.map(({ id }) => id).filter((id) => !ids.has(id))
    await dropTrees(shadow, shadow.holder, released)
    await deleteLoose(shadow, shadow.index)
    return released
  })
}
