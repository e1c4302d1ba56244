import type { SopState } from '@keepup/roles/sop'

import type { CommandLine } from '../command-line.ts'
import { errorExit, type ExitName } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { SopOrder } from './drive-sop.ts'

/** Tells where a procedure stands after a run, what may be done next, and how the program exits. */
export async function tellSopEnd(
  { terminal, host }: CommandLine,
  { thread, flags }: SopOrder,
  state: SopState,
  asked: ExitName | undefined,
): Promise<ExitName> {
  const { status, machine, evidence, spent, sop } = state
  if (flags.json) {
    const record = {
      type: 'sop-result',
      thread,
      sop: sop?.id,
      status,
      phase: machine.phase,
      end: machine.end ?? null,
      spent,
      evidence: Object.values(evidence),
      artifacts: state.artifacts,
    }
    await terminal.out.write(`${JSON.stringify(record)}\n`)
  } else await terminal.out.write(`${resultLine(state)}\n`)
  const { command } = host.self
  const next = followUp(command, thread, flagTexts(flags), flags.cwd)
  const resume = next.resume().replace(`${command} resume `, `${command} sop resume `)
  const open = Object.values(state.asked).filter(
    ({ answer, expired }) => answer === undefined && expired === undefined,
  )
  const isOfAgent = status === 'waiting' && open.length === 0
  const lines = [
    ...(isOfAgent ? [`answer ${command} approvals list`] : []),
    ...(status === 'waiting'
      ? open.map(({ approval }) => `answer ${command} approvals answer ${approval} allow|deny`)
      : []),
    ...(status === 'finished' ? [] : [`then   ${resume}`]),
  ]
  if (lines.length > 0) await terminal.notes.write(`${lines.map((text) => safeLine(text)).join('\n')}\n`)
  return exitOf(state, asked)
}

/** Where it stands, in one line. */
function resultLine({ sop, machine, status, halted, evidence }: SopState): string {
  const name = sop?.id ?? ''
  const passed = Object.values(evidence).filter(({ outcome }) => outcome === 'passed').length
  if (status === 'waiting') return safeLine(`${name} waits in ${machine.phase}`)
  if (status === 'halted') return safeLine(`${name} halted in ${machine.phase}: ${halted?.reason ?? ''}`)
  const { end } = machine
  if (end === undefined) return safeLine(`${name} stands in ${machine.phase}`)
  if (end.type === 'completed') return safeLine(`${name} completed: ${passed} gates passed`)
  return safeLine(`${name} failed in ${end.phase} (${end.reason})`)
}

function exitOf({ status, machine, halted }: SopState, asked: ExitName | undefined): ExitName {
  if (status === 'waiting') return 'waiting'
  if (status === 'halted') return asked ?? errorExit(halted?.code ?? '')
  if (machine.end?.type === 'completed') return 'completed'
  return machine.end?.type === 'failed' && machine.end.reason === 'over-budget' ? 'limit-turns' : 'failed'
}
