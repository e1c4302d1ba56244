import { lstat, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { KeepupError } from '@keepup/core'

import type { Shadow, TreeChange } from './shadow.ts'

/**
 * Refuses, before anything is touched, changes that would cost what no snapshot holds: a file in the place of one that is to come back but is uncovered now,
 * or a way to it that leads through a link, perhaps out of the workspace.
 *
 * @throws KeepupError `workspace-conflict`, naming them.
 */
export async function refuseLosses(shadow: Shadow, changes: readonly TreeChange[]): Promise<void> {
  const losses = await lossesOf(shadow, changes)
  if (losses.length > 0) throw conflict(losses.map(({ path, why }) => `${path}: ${why}`))
}

/** A change that would cost what no snapshot holds, and why. */
export interface Loss {
  readonly path: string
  readonly why: string
}

/** Which of these changes {@link refuseLosses} refuses. */
export async function lossesOf(shadow: Shadow, changes: readonly TreeChange[]): Promise<readonly Loss[]> {
  const leaving = new Set(changes.filter(({ before }) => before.kind !== 'none').map(({ path }) => path))
  const losses: Loss[] = []
  for (const { path, before, after } of changes) {
    if (after.kind === 'none') continue
    const way = await wayTo(shadow.root, dirname(path), leaving)
    if (way !== 'open' && way !== 'free')
      losses.push({ path, why: `${way} is in the way and in no snapshot` })
    else if (way === 'open' && before.kind === 'none' && (await isInTheWay(shadow.root, path, leaving))) {
      losses.push({ path, why: 'what is there now is in no snapshot' })
    }
  }
  return [...losses, ...twinsIn(shadow, changes)]
}

/** `open`: the folder is there. `free`: it is not, or what stands in its place leaves. Otherwise the first part of its path that is no folder and stays. */
async function wayTo(root: string, folder: string, leaving: ReadonlySet<string>): Promise<string> {
  if (folder === '.') return 'open'
  const above = await wayTo(root, dirname(folder), leaving)
  if (above !== 'open') return above
  const found = await lstat(join(root, folder)).catch(() => undefined)
  if (found?.isDirectory()) return 'open'
  return found === undefined || leaving.has(folder) ? 'free' : `./${folder}`
}

/** Whether anything stays at a path, or below it: folders that hold nothing do not count. */
async function isInTheWay(root: string, path: string, leaving: ReadonlySet<string>): Promise<boolean> {
  const found = await lstat(join(root, path)).catch(() => undefined)
  if (found === undefined || leaving.has(path)) return false
  if (!found.isDirectory()) return true
  for (const name of await readdir(join(root, path))) {
    if (await isInTheWay(root, `${path}/${name}`, leaving)) return true
  }
  return false
}

/** Where the disk knows no case, two names may be one file: then neither can come back whole. */
function twinsIn({ ignoresCase }: Shadow, changes: readonly TreeChange[]): readonly Loss[] {
  if (!ignoresCase) return []
  const twins: Loss[] = []
  const seen = new Map<string, string>()
  for (const { path, after } of changes) {
    if (after.kind === 'none') continue
    const folded = path.normalize('NFC').toLowerCase()
    const twin = seen.get(folded)
    if (twin !== undefined) twins.push({ path, why: `on this disk it would be the same file as ${twin}` })
    seen.set(folded, path)
  }
  return twins
}

function conflict(losses: readonly string[]): KeepupError {
  const shown = losses.slice(0, 20).map((loss) => `\n- ${loss}`)
  return new KeepupError(
    'workspace-conflict',
    `Nothing was brought back, for it would have lost something:${shown.join('')}${losses.length > shown.length ? `\n- and ${losses.length - shown.length} more` : ''}\nMove these away, or name the paths that you want back.`,
    { details: { losses } },
  )
}
