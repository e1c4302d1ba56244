import type { Effect } from '@keepup/core'

import { lexicalPath } from '../resolve-path.ts'
import type { CodeIntelligence } from './code-intelligence.ts'

/** What asking about a file touches: the whole project is read, by programs that may be the project's own. */
export function codeEffects(intelligence: CodeIntelligence, path: string): readonly Effect[] {
  return [
    { kind: 'read', target: intelligence.root },
    ...execEffects(intelligence, lexicalPath(intelligence.root, path)),
  ]
}

/** The programs that may be started for a file. */
export function execEffects(intelligence: CodeIntelligence, path: string): readonly Effect[] {
  return intelligence.commandsFor(path).map((target) => ({ kind: 'exec', target }))
}
