import type { Hash } from '@keepup/core'

import { type Gate, type SimpleGate, simpleGates } from '../definition/gate.ts'
import type { Evidence, GateMoment } from '../run/evidence.ts'
import { digestOf, type Place, type Session } from '../run/session.ts'
import { lookAtCommand } from './command-gate.ts'
import { lookAtEvidence } from './evidence-gate.ts'
import { lookAtFiles } from './files-gate.ts'
import { gatePath, type GateSite, type GatesResult, type Looked, type Verdict } from './gate-site.ts'
import { lookAtJudge } from './judge-gate.ts'
import { lookAtArtifact } from './look-at-artifact.ts'
import { lookAtPerson } from './look-at-person.ts'

type Found = Extract<GatesResult, { type: 'found' }>

/** How often files may change while gates run. */
const mostRounds = 3

/**
 * Looks at gates in their order, until one does not pass. All of their results are for one state of the files: where it changed meanwhile, they are looked at again, and where it
 * keeps changing, they do not pass.
 */
export async function lookAtGates(
  session: Session,
  place: Place,
  gates: readonly Gate[],
  moment: GateMoment,
  /** The snapshot of the files as they are, where it was just taken. */
  known?: Hash,
): Promise<GatesResult> {
  const { workspace } = session.parts
  let tree = known ?? (await workspace.snapshot()).id
  if (gates.length === 0) return { type: 'found', outcome: 'passed', evidence: [], tree }
  for (let round = 1; ; round += 1) {
    const result = await lookOnce({ session, place, moment, tree }, gates)
    if (result.type === 'waiting' || result.outcome !== 'passed' || tookNoTime(result.evidence)) return result
    const after = await workspace.treeHash()
    if (after === tree) return lookAgain({ session, place, moment, tree }, gates, result)
    if (round === mostRounds)
      return { ...result, outcome: 'failed', evidence: await restless(session, place, result, after) }
    ;({ id: tree } = await workspace.snapshot())
  }
}

/** What no snapshot covers may have changed while commands ran: gates that protect files are looked at once more, and recorded where they do not pass now. */
async function lookAgain(site: GateSite, gates: readonly Gate[], result: Found): Promise<GatesResult> {
  for (const gate of gates) {
    if (gate.kind !== 'files' || gate.mustNotChange === undefined) continue
    if ((await lookAtFiles(site, gate)).outcome === 'passed') continue
    const broken = await lookOnce(site, [gate])
    if (broken.type === 'waiting' || broken.outcome === 'passed') return result
    return { ...broken, evidence: [...result.evidence, ...broken.evidence] }
  }
  return result
}

/** Whether nothing but keepup itself looked: files have no time to change then. */
function tookNoTime(evidence: readonly Evidence[]): boolean {
  return evidence.every(({ kind }) => kind === 'files' || kind === 'schema' || kind === 'evidence')
}

/** The evidence with what says that files changed under it. */
async function restless(
  session: Session,
  place: Place,
  result: Found,
  after: string,
): Promise<readonly Evidence[]> {
  const changes = await session.parts.workspace.changes(result.tree)
  const names = changes.slice(0, 5).map(({ path }) => path)
  const verdict: Verdict = {
    outcome: 'failed',
    reason: `files change whenever the gates run: ${names.join(', ')}. Have commands write where git ignores it, or nowhere`,
  }
  const site = { session, place, moment: 'exit', tree: after } as const
  return [...result.evidence, evidenceOf(site, { id: 'files-at-rest', kind: 'files' }, verdict, 0)]
}

async function lookOnce(site: GateSite, gates: readonly Gate[]): Promise<GatesResult> {
  const all: Evidence[] = []
  for (const gate of gates) {
    const result = await lookAtGate(site, gate)
    if (result.type === 'waiting') return result
    all.push(...result.evidence)
    if (result.outcome !== 'passed') return { ...result, evidence: all }
  }
  return { type: 'found', outcome: 'passed', evidence: all, tree: site.tree }
}

async function lookAtGate(site: GateSite, gate: Gate): Promise<GatesResult> {
  switch (gate.kind) {
    case 'all':
      return lookOnce(site, gate.of)
    case 'any':
      return lookAtAny(site, gate.of)
    case 'not': {
      const result = await lookOnce(site, gate.of)
      if (result.type === 'waiting' || result.outcome === 'unknown') return result
      return { ...result, outcome: result.outcome === 'passed' ? 'failed' : 'passed' }
    }
    default: {
      const looked = await lookAtSimple(site, gate)
      if (looked.type === 'waiting') return { type: 'waiting', threads: looked.threads ?? [] }
      const { evidence } = looked
      return { type: 'found', outcome: evidence.outcome, evidence: [evidence], tree: site.tree }
    }
  }
}

async function lookAtAny(site: GateSite, gates: readonly Gate[]): Promise<GatesResult> {
  const all: Evidence[] = []
  let outcome: Evidence['outcome'] = 'failed'
  for (const gate of gates) {
    const result = await lookAtGate(site, gate)
    if (result.type === 'waiting') return result
    all.push(...result.evidence)
    if (result.outcome === 'passed') return { ...result, evidence: all }
    if (result.outcome === 'unknown') outcome = 'unknown'
  }
  return { type: 'found', outcome, evidence: all, tree: site.tree }
}

async function lookAtSimple(site: GateSite, gate: SimpleGate): Promise<Looked> {
  const { session } = site
  const path = gatePath(site, gate)
  const known = reusable(site, gate, path)
  if (known !== undefined) return { type: 'found', evidence: known }
  session.signal.throwIfAborted()
  const began = session.clock.now()
  const looked = await verdictOf(site, gate, path)
  if (looked.type === 'waiting') return looked
  const evidence = evidenceOf(site, { ...gate, id: gate.id }, looked.verdict, session.clock.now() - began)
  session.journal.stage(
    'gate-finished',
    { key: looked.key ?? path, evidence },
    { scope: path.slice(-200), labels: { default: labelOf(evidence, session) } },
  )
  await session.journal.flush(gate.kind === 'command' && gate.repeat === 'once' ? 'power' : 'process')
  return { type: 'found', evidence }
}

/** What a gate found before, where it still holds: of the same files, after the same work; and what may happen only once, once it has. */
function reusable({ session, moment, tree }: GateSite, gate: SimpleGate, path: string): Evidence | undefined {
  const { evidence, worked } = session.journal.state
  const known = evidence[path]
  if (known?.outcome !== 'passed') return undefined
  if (gate.kind === 'command' && gate.repeat === 'once') return known
  const slow = gate.kind === 'command' || gate.kind === 'judge' || gate.kind === 'human'
  const holds = known.moment === moment && known.tree === tree && known.at > worked
  return slow && holds ? known : undefined
}

type Simple =
  | { readonly type: 'waiting'; readonly threads?: readonly string[] }
  | { readonly type: 'found'; readonly key?: string; readonly verdict: Verdict }

async function verdictOf(site: GateSite, gate: SimpleGate, path: string): Promise<Simple> {
  switch (gate.kind) {
    case 'command': {
      const looked = await lookAtCommand(site, gate, path)
      if (looked.type === 'waiting' || site.moment !== 'baseline') return looked
      site.session.journal.stage('baseline-taken', { gate: path, findings: looked.all })
      return looked
    }
    case 'schema':
      return found(await lookAtArtifact(site, gate))
    case 'files':
      return found(await lookAtFiles(site, gate))
    case 'evidence':
      return found(lookAtEvidence(site, gate))
    case 'judge':
      return foundOrWaiting(await lookAtJudge(site, gate, path))
    case 'human':
      return foundOrWaiting(await lookAtPerson(site, gate, path))
  }
}

function found(verdict: Verdict): Simple {
  return { type: 'found', verdict }
}

function foundOrWaiting(
  looked: Verdict | { readonly type: 'waiting'; readonly threads?: readonly string[] },
): Simple {
  return 'type' in looked ? looked : found(looked)
}

function evidenceOf(
  site: Pick<GateSite, 'moment' | 'place' | 'tree'>,
  gate: Pick<SimpleGate, 'id' | 'kind'>,
  verdict: Verdict,
  took: number,
): Evidence {
  const path = gatePath(site, gate)
  const { fingerprint = digestOf(verdict.reason.replaceAll(/\d+/g, '0')), ...rest } = verdict
  return {
    ...rest,
    gate: path,
    kind: gate.kind,
    moment: site.moment,
    tree: site.tree,
    fingerprint: digestOf([path, verdict.outcome, fingerprint]),
    took: Math.max(0, took),
  }
}

/** What a command prints, a judge says or a file is called is anybody's. */
function labelOf({ kind, gate }: Evidence, { journal }: Session) {
  if (kind === 'human') return journal.state.label
  return {
    integrity: 'free-text',
    sources: [`gate:${gate.replaceAll(/[^\w./-]/g, '_')}`],
    readers: 'anyone',
    confidential: false,
  } as const
}

/** The gates with a baseline among some. */
export function baselineGates(gates: readonly Gate[]): readonly SimpleGate[] {
  return simpleGates(gates).filter((gate) => gate.kind === 'command' && gate.baseline !== undefined)
}
