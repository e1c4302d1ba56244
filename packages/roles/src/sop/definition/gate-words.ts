import type { EvidenceGate, Gate, SimpleGate } from './gate.ts'

/** A gate in a few words. */
export function gateWords(gate: Gate): string {
  if ('of' in gate) return `${gate.kind} of (${gate.of.map(gateWords).join('; ')})`
  return `${gate.id}: ${wordsOf(gate)}`
}

function wordsOf(gate: SimpleGate): string {
  switch (gate.kind) {
    case 'command': {
      const old = gate.baseline === undefined ? '' : ', findings that were there before aside'
      const run = typeof gate.run === 'string' ? gate.run : gate.run.join(' ')
      return `\`${run}\` must ${expectation(gate.expect?.exit)}${old}`
    }
    case 'schema':
      return `hand over "${gate.artifact}", as its JSON Schema demands`
    case 'files':
      return filesWords(gate)
    case 'evidence':
      return evidenceWords(gate)
    case 'judge':
      return `a judge gives at least ${gate.threshold} for: ${gate.rubric}`
    case 'human':
      return 'a person agrees'
  }
}

function expectation(exit: number | 'nonzero' | 'zero' | undefined): string {
  if (exit === 'nonzero') return 'fail, and not for want of a program'
  return exit === undefined || exit === 'zero' ? 'succeed' : `end with code ${exit}`
}

function evidenceWords({ toolCalled, gate = '', sinceEdit = false }: EvidenceGate): string {
  if (toolCalled === undefined) return `${gate} has passed on the present files`
  return `${toolCalled} was called${sinceEdit ? ' after the last edit' : ''}`
}

function filesWords(gate: Extract<Gate, { kind: 'files' }>): string {
  const { mustExist, mustChange, mustNotChange, onlyChange } = gate
  const words = [
    mustExist === undefined ? '' : `${mustExist.join(', ')} must exist`,
    mustChange === undefined ? '' : `something in ${mustChange.join(', ')} must change`,
    mustNotChange === undefined ? '' : `nothing in ${mustNotChange.join(', ')} may change`,
    onlyChange === undefined ? '' : `nothing outside of ${onlyChange.join(', ')} may change`,
  ]
  return words.filter((part) => part !== '').join('; ')
}
