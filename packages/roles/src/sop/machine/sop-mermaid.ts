import { endOf, type Sop } from '../definition/sop.ts'
import type { MachineState } from './sop-machine.ts'

/** A procedure as a state diagram of Mermaid; with a state, the present phase is painted. */
export function sopMermaid(sop: Sop, state?: Pick<MachineState, 'phase'>): string {
  const names = Object.keys(sop.phases)
  // Ids are numbered: names of phases may be words of Mermaid's language.
  const id = (name: string): string => `p${names.indexOf(name)}`
  const lines = ['stateDiagram-v2', `  [*] --> ${id(sop.initial)}`]
  for (const [name, phase] of Object.entries(sop.phases)) {
    const parallel = Object.keys(phase.parallel ?? {})
    lines.push(
      `  state "${escape(parallel.length === 0 ? name : `${name}: ${parallel.join(' + ')}`)}" as ${id(name)}`,
    )
    const edge = (to: string | undefined, words: string): void => {
      if (to !== undefined) lines.push(`  ${id(name)} --> ${id(to)}: ${escape(words)}`)
    }
    const end = endOf(phase)
    if (end !== undefined) lines.push(`  ${id(name)} --> [*]: ${end}`)
    if (phase.on === undefined) continue
    edge(phase.on.pass, `pass${gateNames(phase.exit)}`)
    edge(phase.on.fail?.goto ?? name, `fail${rollbackWords(phase.on.fail?.rollback)}`)
    edge(phase.on.exhausted, 'exhausted')
    edge(phase.on.needsInput, 'needs input')
    edge(phase.on.conflict, 'conflict')
  }
  if (state !== undefined && names.includes(state.phase)) {
    lines.push(
      '  classDef present fill:#d6e6fb,stroke:#2563a8,color:#10263f',
      `  class ${id(state.phase)} present`,
    )
  }
  return `${lines.join('\n')}\n`
}

function gateNames(gates: Sop['invariants'] = []): string {
  const names = gates.map((gate) => ('of' in gate ? gate.kind : gate.id))
  return names.length === 0 ? '' : ` if ${names.join(', ')}`
}

function rollbackWords(rollback: string | { readonly to: string } | undefined): string {
  if (rollback === undefined || rollback === 'none') return ''
  return typeof rollback === 'string' ? `, undo ${rollback}` : `, back to ${rollback.to}`
}

/** Words that Mermaid shows as they are. */
function escape(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text
  return short
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[#"<>&;:`\\]/g, (letter) => `#${letter.codePointAt(0) ?? 63};`)
}
