import { homedir } from 'node:os'

import { judgeCommand, judgedEnvironment } from '@keepup/shell'

/**
 * The environment of a command: where it only reads, the one in which it means what it was judged to mean, so that no variable, hook or watcher makes it
 * run something else; else that of this process, as it is.
 */
export function commandEnvironment(
  command: string,
  place: { readonly root: string; readonly folder: string },
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { decision } = judgeCommand(command, 'read-only', { ...place, home: homedir() })
  if (decision === 'allow') return judgedEnvironment(variables)
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
