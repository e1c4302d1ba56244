import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Repository } from './find-repositories.ts'
import { isHarmlessGitConfig } from './git-config-harm.ts'
import { heldBack, holdBack, lookAt } from './hold-back.ts'

/** What is known from before a command. */
export interface BeforeCommand {
  /** When it began, in milliseconds: what did not change since is not its work. */
  readonly since: number
  /** The repositories that were there, by inode. */
  readonly known: ReadonlySet<number>
  /** The folder that commands may write. */
  readonly root: string
}

/** A file's time may lag behind the clock by a tick of the kernel. */
const tick = 20

/**
 * Makes harmless what a command left in repositories that git, run outside, would obey: programs among the hooks, configuration that starts programs, a
 * shared folder that is no repository itself. They are renamed, not removed. Says what was done.
 */
export function disarmRepositories(
  repositories: readonly Repository[],
  before: BeforeCommand,
): readonly string[] {
  const folders = new Set(repositories.map(({ folder }) => folder))
  return repositories.flatMap((repository) => {
    const isOld = (path: string): boolean =>
      before.known.has(repository.inode) && !changedSince(path, before.since)
    return [
      ...configs(repository.folder, before.root, isOld),
      ...hooks(repository.folder, isOld),
      ...sharedFolder(repository.folder, folders, isOld),
    ]
  })
}

function configs(folder: string, root: string, isOld: (path: string) => boolean): readonly string[] {
  return ['config', 'config.worktree'].flatMap((name) => {
    const path = `${folder}/${name}`
    const found = lookAt(path)
    if (found === undefined || found.isDirectory() || isOld(path)) return []
    if (found.isFile() && isHarmlessGitConfig(readText(path), folder, root)) return []
    return told(path, 'It may start programs when git is used there')
  })
}

function hooks(folder: string, isOld: (path: string) => boolean): readonly string[] {
  const path = `${folder}/hooks`
  const found = lookAt(path)
  if (found === undefined) return []
  if (!found.isDirectory()) return isOld(path) ? [] : told(path, 'Git would run what it leads to')
  return readdirSync(path)
    .filter((name) => !name.endsWith('.sample') && !name.includes(heldBack))
    .map((name) => `${path}/${name}`)
    .filter((hook) => !isOld(hook))
    .flatMap((hook) => told(hook, 'Git would run it, outside of the sandbox'))
}

/** A repository may take its configuration and hooks from another folder. That one is looked at by itself, if it is a repository. */
function sharedFolder(
  folder: string,
  folders: ReadonlySet<string>,
  isOld: (path: string) => boolean,
): readonly string[] {
  const path = `${folder}/commondir`
  const found = lookAt(path)
  if (found === undefined || isOld(path)) return []
  if (found.isFile() && folders.has(resolve(folder, readText(path).trim()))) return []
  return told(path, 'Git would take its configuration from the folder that it names')
}

function told(path: string, why: string): readonly string[] {
  const aside = holdBack(path)
  return [
    aside === undefined
      ? `${path} could not be made harmless: look at it before you use git there. ${why}.`
      : `${path} was renamed to ${aside}. ${why}. Look at it, and name it back if it is yours.`,
  ]
}

function changedSince(path: string, since: number): boolean {
  const found = lookAt(path)
  return found !== undefined && found.ctimeMs >= since - tick
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return 'unreadable'
  }
}
