import { type Gate, gateWords, type Sop, type SopPhase, type SopState } from '@keepup/roles/sop'

import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'

/** A procedure as a person reads it; with a state, where it stands and what its gates came to. */
export function sopTable(sop: Sop, style: Style, state: SopState | undefined): string {
  const about = sop.description === undefined ? '' : ` ${safeLine(sop.description)}`
  const invariants = (sop.invariants ?? []).map((gate) => `  always ${safeLine(gateWords(gate))}`)
  const phases = Object.entries(sop.phases).flatMap(([name, phase]) => {
    const here = state?.machine.phase === name ? ` ${style.marks.active} here` : ''
    const first = state === undefined && name === sop.initial ? style.dim(' (first)') : ''
    return phaseLines(name, phase, style, state).map((text, index) =>
      index === 0 ? `${text}${here}${first}` : text,
    )
  })
  return `${[`${style.bold(safeLine(sop.id))}${about}`, ...invariants, ...phases].join('\n')}\n`
}

function phaseLines(
  name: string,
  phase: SopPhase,
  style: Style,
  state: SopState | undefined,
): readonly string[] {
  const { bold, dim } = style
  const { on, final, entry = [], onEdit, exit = [] } = phase
  const title = bold(safeLine(name))
  if (on === undefined)
    return [`${title} ${dim(final === 'failed' ? 'ends as failed' : 'ends as completed')}`]
  const gates = (kind: string, list: readonly Gate[]): readonly string[] =>
    list.map((gate) => `  ${kind} ${safeLine(gateWords(gate))}${resultOf(name, gate, style, state)}`)
  const bounds = boundsOf(phase)
  const givenUp = on.exhausted === undefined ? '' : `, gives up to ${on.exhausted}`
  return [
    bounds === '' ? title : `${title} ${dim(safeLine(bounds))}`,
    ...gates('enter', entry),
    ...gates('edit', onEdit?.gates ?? []),
    ...gates('leave', exit),
    dim(`  passes to ${on.pass}, fails to ${on.fail?.goto ?? name}${givenUp}`),
  ]
}

function boundsOf({ tools, parallel = {} }: SopPhase): string {
  const branches = Object.keys(parallel)
  return [
    tools?.edit === undefined ? '' : `edits ${tools.edit.length === 0 ? 'nothing' : tools.edit.join(', ')}`,
    tools?.allow === undefined ? '' : `uses ${tools.allow.join(', ')}`,
    branches.length === 0 ? '' : `${branches.join(', ')} at once`,
  ]
    .filter((words) => words !== '')
    .join('; ')
}

function resultOf(phase: string, gate: Gate, { dim }: Style, state: SopState | undefined): string {
  const found = state === undefined || 'of' in gate ? undefined : state.evidence[`${phase}/${gate.id}`]
  return found === undefined ? '' : dim(` [${found.outcome}: ${safeLine(found.reason)}]`)
}
