import { forEachChild, type ParameterExpansionPart, type ParsedScript, type SyntaxNode } from 'unbash'

import type { Reading } from './call.ts'
import { doubt, refuse } from './findings.ts'
import type { ShellState } from './shell-state.ts'

/** Everything that runs inside words: substitutions of commands and processes, in arithmetic and in here-documents too. */
export function walkSubstitutions(node: SyntaxNode, state: ShellState, reading: Reading): void {
  switch (node.type) {
    case 'Statement':
    case 'CompoundList':
    case 'Script':
    case 'CaseItem':
      // Walked by themselves, as parts of the tree.
      return
    case 'CommandExpansion':
    case 'ProcessSubstitution':
    case 'ArithmeticCommandExpansion':
      return walkSubstitution(node.script, state, reading)
    case 'ParameterExpansion':
      examineExpansion(node, reading)
      break
    case 'ArithmeticExpansion':
      refuse(reading, 'arithmetic', 'arithmetic may evaluate what a variable holds')
      doubt(reading, 'arithmetic', 'arithmetic may evaluate what a variable holds')
      break
    default:
  }
  forEachChild(node, (child) => walkSubstitutions(child, state, reading))
}

function walkSubstitution(script: ParsedScript | undefined, state: ShellState, reading: Reading): void {
  refuse(reading, 'substitution', 'a substitution runs a command of its own')
  if (script === undefined) return doubt(reading, 'unparsable', 'a substitution that cannot be read')
  for (const error of script.errors ?? []) doubt(reading, 'unparsable', error.message)
  reading.walk(script, { ...state, depth: state.depth + 1 })
}

function examineExpansion(
  { operation, index, prefix, text }: ParameterExpansionPart,
  reading: Reading,
): void {
  if (operation === undefined && index === undefined && prefix === undefined) return
  refuse(reading, 'expansion', `${text} is more than a plain variable`)
  if (prefix === '!' || operation?.type === 'Transform' || index !== undefined)
    doubt(reading, 'dynamic', `${text} may evaluate what a variable holds`)
}
