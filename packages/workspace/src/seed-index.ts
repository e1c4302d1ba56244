import { copyFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

import { borrowObjects } from './borrow-objects.ts'
import { git, tryGit } from './git-command.ts'
import { nulList } from './nul-list.ts'
import { readIndex } from './read-index.ts'
import type { Shadow } from './shadow.ts'
import { unfitEntries } from './unfit-entries.ts'

/** The user's repository, where the workspace is the whole of its working tree. */
export interface Project {
  /** Absolute, of this working tree. */
  readonly folder: string
  /** Absolute, shared by all of its working trees. */
  readonly common: string
}

/**
 * Starts an index from that of the user's repository, if there is one, so that a first snapshot reads only what git has not read before. Everything that it
 * takes over is checked; whatever is in doubt is left to be read. It changes nothing of the user's, and saves nothing but time: any failure means an empty index.
 */
export async function seedIndex(shadow: Shadow, index: string): Promise<void> {
  const project = await findProject(shadow)
  if (project === undefined) return
  try {
    await borrowObjects(project.common, shadow.repository)
    await copyIndex(join(project.folder, 'index'), index)
    await dropUnfit(shadow, project, index)
  } catch {
    await rm(index, { force: true })
  }
}

async function findProject({ root, repository }: Shadow): Promise<Project | undefined> {
  const questions = ['--git-dir', '--git-common-dir', '--show-toplevel', '--show-object-format']
  const args = ['rev-parse', '--path-format=absolute', ...questions]
  const end = await tryGit(args, { tree: root })
  const [folder, common, top, format] = end.output.toString('utf8').split('\n')
  if (end.code !== 0 || folder === undefined || common === undefined || top !== root) return undefined
  const own = await git(['rev-parse', '--show-object-format'], { repository, tree: root })
  return own.toString('utf8').trim() === format ? { folder, common } : undefined
}

/** Git takes an entry as young as the index for one that may have changed unseen: the copy must not look younger. */
async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from)
  await copyFile(from, to)
  const time = Math.floor(mtimeMs) / 1_000
  await utimes(to, time, time)
}

async function dropUnfit(shadow: Shadow, project: Project, index: string): Promise<void> {
  const { repository, root: tree } = shadow
  const entries = await readIndex(shadow, index)
  const unfit = await unfitEntries(shadow, project, entries)
  if (unfit.length === 0) return
  const input = nulList(unfit.map((path) => `0 ${'0'.repeat(40)}\t${path}`))
  await git(['update-index', '-z', '--index-info'], { repository, tree, index, input })
}
