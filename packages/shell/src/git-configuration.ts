import { dirname, join, resolve } from 'node:path'

import type { Reading } from './call.ts'
import { refuse } from './findings.ts'
import { repositoryIn, type Repository } from './git-repository.ts'
import { follow, type Ground, isInside } from './ground.ts'
import type { ShellState } from './shell-state.ts'

/**
 * Keys of a configuration that name programs which git runs while it reads, or other files, or that let it fetch while it reads. They may stand
 * behind the name of their section. The filters of git-lfs are its own.
 */
const programs =
  /(?:^|\])\s*(fsmonitor\s*=(?!\s*(true|false)\s*$).*|(textconv|command|cmd|external|clean|smudge|process|program|path|alternaterefscommand)\s*=(?!\s*git-lfs (clean -- %f|smudge -- %f|filter-process)\s*$).*|showsignature\b(?!\s*=\s*false).*|promisor\b(?!\s*=\s*false).*|partialclone\b.*|sort\s*=.*signature.*|[\w.-]+\s*=.*%[-+ ]*G.*)$/im

/**
 * A repository's own configuration may name programs that git runs even where it only reads: file watchers, converters, filters, other diff
 * programs, and those of every submodule that it looks into. Where it does, git asks; and where a folder poses as a repository, as a tree that was
 * cloned may hold one, and where a hook would run. The configuration of the user and of the system is the user's own.
 */
export function refuseConfiguredPrograms(state: ShellState, reading: Reading): void {
  for (const folder of state.folders) {
    const fault = folderFault(folder, reading.ground)
    if (fault !== undefined) return refuse(reading, 'git-configuration', fault)
  }
}

function folderFault(folder: string, ground: Ground): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const repository = repositoryIn(at, ground)
    if (repository !== undefined) return repositoryFault(repository, ground, new Set())
    if (isInside(ground, at) && ground.text(join(at, 'HEAD')) !== undefined)
      return `${at} poses as a repository`
    if (dirname(at) === at) return undefined
  }
}

/** Submodules are looked into as git does, and those inside them. */
function repositoryFault(repository: Repository, ground: Ground, seen: Set<string>): string | undefined {
  const { top, place, configuration } = repository
  if (seen.has(top)) return undefined
  seen.add(top)
  if (configuration === undefined) return `${top} names a repository that is not there`
  const named = programs.exec(configuration) ?? leadsElsewhere(configuration, place, ground)
  if (named !== null)
    return `the configuration of ${top} names a program or another place: ${(named[1] ?? named[0]).trim()}`
  if (hasHook(repository, configuration, ground)) return `a hook of ${top} may run: post-index-change`
  const tracked = ground.tracked(join(place, 'index'))
  if (tracked === 'unreadable') return `what ${top} tracks cannot be told`
  for (const { path } of tracked.submodules) {
    const inner = repositoryIn(join(top, path), ground)
    const fault = inner === undefined ? undefined : repositoryFault(inner, ground, seen)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** A working tree that is named must lie in the workspace. */
function leadsElsewhere(configuration: string, place: string, ground: Ground): RegExpExecArray | null {
  const named = /(?:^|\])\s*worktree\s*=(.*)$/im.exec(configuration)
  return named === null || isInside(ground, follow(ground, place, named[1]?.trim() ?? '')) ? null : named
}

/** `git diff` and `git status` may refresh the index, which this hook follows. */
function hasHook({ top, common }: Repository, configuration: string, ground: Ground): boolean {
  const elsewhere = Array.from(
    configuration.matchAll(/(?:^|\])\s*hookspath\s*=\s*"?(.*?)"?\s*$/gim),
    ([, path = '']) => resolve(top, path),
  )
  return [join(common, 'hooks'), ...elsewhere].some((folder) =>
    (ground.list(folder) ?? []).some(({ name }) => name === 'post-index-change'),
  )
}
