import type { Effect } from '@keepup/core'
import type { ApprovedCalls, IsApproved } from '@keepup/permissions'

/**
 * Whether a command of the shell was allowed for good as it stands: run in the project, with no input beside it, and touching what it touched then. Fails
 * `configuration-invalid` where the file of a project is malformed.
 */
export function approvedCommands(approved: ApprovedCalls): IsApproved {
  const calls = approved
    .list()
    .filter(({ tool, folder = approved.project }) => tool === 'shell' && folder === approved.project)
  return (command, effects) =>
    calls.some(({ input, effects: then }) => isCommand(input, command) && known(then) === known(effects))
}

function isCommand(input: unknown, command: string): boolean {
  if (typeof input !== 'object' || input === null || !('command' in input)) return false
  return Object.keys(input).length === 1 && input.command === command
}

/** What is known to be touched; what is not known is declared in more words by the tool than by the analysis. */
function known(effects: readonly Effect[]): string {
  const texts = effects.flatMap(({ kind, target }) => (target === '*' ? [] : [`${kind}:${target}`]))
  return [...new Set(texts)].toSorted().join('\n')
}
