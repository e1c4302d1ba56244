import { RE2JS } from 're2js'

import type { CommandGate } from '../definition/gate.ts'
import { type Finding, findingKey, newFindings } from '../findings/finding.ts'
import { parseReport } from '../findings/parse-report.ts'
import { askPerson } from '../run/ask-person.ts'
import type { CommandEvidence } from '../run/evidence.ts'
import { digestOf, keyOf, type Session, sopOf } from '../run/session.ts'
import { type CommandCall, callCommand } from './command-call.ts'
import type { GateSite, Verdict } from './gate-site.ts'

/** What a command gate came to, and all findings of its output. */
export type CommandVerdict =
  | { readonly type: 'waiting' }
  | {
      readonly type: 'found'
      readonly key: string
      readonly verdict: Verdict
      readonly all: readonly Finding[]
    }

const mostKept = 50

/** Runs the command of a gate and holds its end against what the gate expects. */
export async function lookAtCommand(
  { session, moment }: GateSite,
  gate: CommandGate,
  path: string,
): Promise<CommandVerdict> {
  const once = gate.repeat === 'once'
  const key = once ? keyOf(session, 'once', path) : keyOf(session, 'gate', path, session.journal.head)
  if (once && session.journal.state.open[key] !== undefined) return askWhatHappened(session, path, key)
  const run = typeof gate.run === 'string' ? (sopOf(session).commands?.[gate.run] ?? []) : gate.run
  session.show({ type: 'gate-running', gate: path, moment, what: run.join(' ') })
  const called = await callCommand(session, { gate: path, key, run, asked: gate })
  if (called.type === 'waiting') return called
  const { verdict, all } = judgeCall(session, gate, path, called)
  return { type: 'found', key, verdict, all }
}

/** The process died while a command ran that must not run twice: only a person can tell what became of it. */
async function askWhatHappened(session: Session, path: string, key: string): Promise<CommandVerdict> {
  const digest = digestOf(['once', key])
  const answer = await askPerson(session, {
    approval: `once-${digest.slice(0, 20)}`,
    key,
    digest,
    question: `The command of the gate ${path} was running when the process died, and must not run twice. Look what it did: has it succeeded?`,
    reasons: [{ rule: 'once', text: 'It was begun, and its end was never recorded.' }],
    effects: [],
    tool: 'sop-gate',
    input: { gate: path },
  })
  if (answer.type === 'waiting') return answer
  const passed = answer.type === 'answered' && answer.allow
  const verdict: Verdict = {
    outcome: passed ? 'passed' : 'failed',
    reason: passed ? 'a person says that it succeeded' : 'a person says that it did not succeed',
    ...(answer.type === 'answered' ? { by: answer.by } : {}),
  }
  return { type: 'found', key, verdict, all: [] }
}

function judgeCall(
  session: Session,
  gate: CommandGate,
  path: string,
  called: Exclude<CommandCall, { type: 'waiting' }>,
): { readonly verdict: Verdict; readonly all: readonly Finding[] } {
  if (called.type === 'silent') {
    const { reason, command } = called
    return { verdict: { outcome: 'unknown', reason, ...(command === undefined ? {} : { command }) }, all: [] }
  }
  const { command, output } = called
  const read =
    gate.parser === undefined ? undefined : parseReport(output, gate.parser, session.parts.workspace.root)
  const all = read?.type === 'read' ? read.findings : []
  const baseline = gate.baseline === undefined ? undefined : (session.journal.state.baselines[path] ?? [])
  const counted = baseline === undefined ? all : newFindings(baseline, all)
  const decided = decide(gate, called, read, counted)
  const kept = counted.slice(0, mostKept)
  const verdict: Verdict = {
    ...decided,
    command,
    fingerprint: fingerprintOf(command, counted),
    ...(read === undefined ? {} : { findings: kept, found: counted.length }),
  }
  return { verdict, all }
}

function decide(
  gate: CommandGate,
  { command, output }: Extract<CommandCall, { type: 'ended' }>,
  read: ReturnType<typeof parseReport> | undefined,
  counted: readonly Finding[],
): Pick<Verdict, 'outcome' | 'reason'> {
  const { expect = {}, baseline } = gate
  const exit = command.exit ?? -1
  const silence = silenceOf(gate, exit, read)
  if (silence !== undefined) return { outcome: 'unknown', reason: silence }
  if (baseline !== undefined) {
    const outcome = counted.length === 0 ? 'passed' : 'failed'
    return { outcome, reason: `${counted.length} new findings` }
  }
  if (!fits(expect.exit, exit))
    return { outcome: 'failed', reason: `exit ${exit}, not ${expect.exit ?? 'zero'}` }
  if (expect.stdoutMatches !== undefined && !RE2JS.compile(expect.stdoutMatches).matcher(output).find()) {
    return { outcome: 'failed', reason: `what it printed does not match ${expect.stdoutMatches}` }
  }
  return { outcome: 'passed', reason: `exit ${exit}` }
}

/** Why a command said nothing about the project; nothing where it did. */
function silenceOf(
  { expect, baseline, parser = 'tap' }: CommandGate,
  exit: number,
  read: ReturnType<typeof parseReport> | undefined,
): string | undefined {
  // 126: not a program, 127: not found, above: killed. Whoever expects a failure expects one of the project.
  if (typeof expect?.exit !== 'number' && exit >= 126)
    return `its command could not be run, or was killed (exit ${exit})`
  if (read === undefined || (exit === 0 && (baseline === undefined || read.type === 'read'))) return undefined
  if (read.type === 'unreadable')
    return `what it printed cannot be read as ${parser}: ${read.reason} (exit ${exit})`
  const isMute = baseline !== undefined && read.findings.length === 0
  return isMute ? `it ended with exit ${exit} and told no finding` : undefined
}

function fits(expected: number | 'nonzero' | 'zero' | undefined, exit: number): boolean {
  if (typeof expected === 'number') return exit === expected
  return expected === 'nonzero' ? exit !== 0 : exit === 0
}

/** What tells two failures apart: the findings; else the words, without what changes from run to run. */
function fingerprintOf({ exit, tail }: CommandEvidence, findings: readonly Finding[]): string {
  if (findings.length > 0) return digestOf([exit, ...findings.map(findingKey).toSorted()])
  const words = tail
    .slice(-2_000)
    .replaceAll(/\b[0-9a-f]{7,}\b/gi, '#')
    .replaceAll(/\d+/g, '0')
  return digestOf([exit, words])
}
