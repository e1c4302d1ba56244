import { dirname, join, resolve } from 'node:path'

import type { Reading } from './call.ts'
import { refuse } from './findings.ts'
import { follow, type Ground, isInside } from './ground.ts'
import type { ShellState } from './shell-state.ts'

/** Keys of a configuration that name programs which git runs while it reads, or other files. Those of git-lfs are its own. */
const programs =
  /^\s*(?:\[[^\]\n]*\]\s*)?(fsmonitor\s*=(?!\s*(true|false)\s*$).*|(textconv|command|external|clean|smudge|process|program|path|alternaterefscommand)\s*=(?!\s*git-lfs (clean -- %f|smudge -- %f|filter-process)\s*$).*|showsignature\b(?!\s*=\s*false).*)$/im

/**
 * A repository's own configuration may name programs that git runs even where it only reads: file watchers, converters, filters, other diff
 * programs. Where it does, git asks; and where a folder poses as a repository, as a tree that was cloned may hold one. The configuration of the
 * user and of the system is the user's own.
 */
export function refuseConfiguredPrograms(state: ShellState, reading: Reading): void {
  for (const folder of state.folders) {
    const fault = configurationFault(folder, reading.ground)
    if (fault !== undefined) return refuse(reading, 'git-configuration', fault)
  }
}

function configurationFault(folder: string, ground: Ground): string | undefined {
  for (let at = folder; isInside(ground, at); at = dirname(at)) {
    const own = configurationOf(at, ground)
    if (own !== undefined) {
      const named = programs.exec(own.text) ?? leadsElsewhere(own, ground)
      return named === null
        ? undefined
        : `the configuration of ${at} names a program or another place: ${named[0].trim()}`
    }
    if (ground.text(join(at, 'HEAD')) !== undefined) return `${at} poses as a repository`
    if (at === ground.root) return undefined
  }
  return undefined
}

/** A working tree that is named must lie in the workspace. */
function leadsElsewhere({ text, place }: Configuration, ground: Ground): RegExpExecArray | null {
  const named = /^\s*(?:\[[^\]\n]*\]\s*)?worktree\s*=(.*)$/im.exec(text)
  return named === null || isInside(ground, follow(ground, place, named[1]?.trim() ?? '')) ? null : named
}

interface Configuration {
  readonly text: string
  /** The folder that holds it. */
  readonly place: string
}

/** The configuration of the repository that a folder holds, whose `.git` may be a file that names another place. */
function configurationOf(folder: string, ground: Ground): Configuration | undefined {
  const git = join(folder, '.git')
  const text = ground.text(join(git, 'config'))
  if (text !== undefined)
    return { text: `${text}\n${ground.text(join(git, 'config.worktree')) ?? ''}`, place: git }
  const named = /^gitdir: (.+)\n?$/.exec(ground.text(git) ?? '')?.[1]
  if (named === undefined) return undefined
  const place = resolve(folder, named)
  const common = resolve(place, ground.text(join(place, 'commondir'))?.trim() ?? '.')
  const texts = [join(common, 'config'), join(place, 'config.worktree')].map(
    (path) => ground.text(path) ?? '',
  )
  return { text: texts[0] === '' ? 'path = nowhere' : texts.join('\n'), place }
}
