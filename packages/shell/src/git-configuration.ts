import { join } from 'node:path'

import type { Reading } from './call.ts'
import { refuse } from './findings.ts'
import { isInside } from './ground.ts'
import type { ShellState } from './shell-state.ts'

/** Keys of a configuration that name programs which git runs while it reads. */
const programs =
  /^\s*(fsmonitor\s*=\s*(?!true\s*$|false\s*$)|textconv\s*=|command\s*=|external\s*=|clean\s*=|smudge\s*=|process\s*=|program\s*=|path\s*=.*|hookspath\s*=|alternaterefscommand\s*=|showsignature\s*=\s*true)/im

/**
 * A repository's own configuration may name programs that git runs even where it only reads: file watchers, converters, filters, other diff
 * programs. Where it does, git asks. The configuration of the user and of the system is the user's own.
 */
export function refuseConfiguredPrograms(state: ShellState, reading: Reading): void {
  const { ground } = reading
  for (const folder of state.folders) {
    const text = configurationAbove(folder, reading)
    const named = text === undefined ? null : programs.exec(text)
    if (named === null) continue
    refuse(
      reading,
      'git-configuration',
      `the configuration of ${ground.root} names a program or another file: ${named[0].trim()}`,
    )
    return
  }
}

function configurationAbove(folder: string, { ground }: Reading): string | undefined {
  for (let at = folder; isInside(ground, at); at = join(at, '..')) {
    const text = ground.text(`${at}/.git/config`)
    if (text !== undefined) return `${text}\n${ground.text(`${at}/.git/config.worktree`) ?? ''}`
    if (at === ground.root) return undefined
  }
  return undefined
}
