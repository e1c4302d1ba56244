import { realpathSync } from 'node:fs'

import { type AnswerForm, KeepupError } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

import { answerWords } from '../answer-words.ts'
import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { findApprovals, takenAnswer } from '../find-approvals.ts'
import { answerWait } from '../graph/answer-wait.ts'
import { type GraphWait, openGraphQuestions } from '../graph/find-graph.ts'
import { keepApproval } from '../permissions/keep-approval.ts'
import type { AnswerFlags } from '../routes/approval-routes.ts'
import { answeredAlready, type SaidAnswer, sendAnswer } from '../send-answer.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openExistingStore, placeOf, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** Answers a question of whichever thread asked it. The first answer counts; a later one is told whose that was. */
export async function approvalsAnswer(
  line: CommandLine,
  flags: AnswerFlags,
  id: string,
  verdict: string,
): Promise<ExitName> {
  const { environment, workingDirectory: here } = line.host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  await using store = await openExistingStore(placeOf(settings, environment))
  const asked = await findQuestion(store, id)
  if (asked !== undefined) return await answerQuestion(line, flags, store, asked, verdict)
  const found = await findApproval(store, id)
  const said = readVerdict(found, verdict, flags)
  const project = projectOf(line, flags, found)
  await sendAnswer(store, found, said)
  const kept = flags.always ? await keep(line, found, project) : undefined
  await tell(line, flags, { found, verdict, kept })
  return 'completed'
}

/** The question of a graph that begins so, where only one does. */
async function findQuestion(store: Store, id: string): Promise<GraphWait | undefined> {
  const matches: GraphWait[] = []
  if (id !== '')
    for await (const wait of openGraphQuestions(store)) if (wait.id.startsWith(id)) matches.push(wait)
  return matches.length === 1 ? matches[0] : undefined
}

async function answerQuestion(
  { host, terminal }: CommandLine,
  { json, message }: AnswerFlags,
  { checkpointer }: Store,
  wait: GraphWait,
  verdict: string,
): Promise<ExitName> {
  await checkpointer.signal([answerWait(wait, message ?? verdict, host.clock.now())], 'power')
  const { id, thread } = wait
  await terminal.out.write(
    json
      ? `${JSON.stringify({ approval: id, thread, answer: verdict })}\n`
      : safeText(`${verdict}: ${id} of ${thread}\n`),
  )
  await terminal.notes.write(
    safeText(`next: ${host.self.command} graph resume FILE ${thread}, unless it runs\n`),
  )
  return 'completed'
}

function readVerdict({ wants }: FoundApproval, verdict: string, flags: AnswerFlags): SaidAnswer {
  return wants === undefined ? readLeave(verdict, flags) : readWords(wants, verdict, flags)
}

function readLeave(verdict: string, { always, message }: AnswerFlags): SaidAnswer {
  if (verdict !== 'allow' && verdict !== 'deny') {
    throw usageError(`"${verdict}" is no answer`, 'write: keepup approvals answer ID allow|deny')
  }
  const allow = verdict === 'allow'
  if (always && !allow) throw usageError('--always is for what is allowed', 'deny by a rule instead')
  return { allow, ...(message === undefined ? {} : { message }) }
}

/** To a question of the agent, whatever is said answers it; only `deny`, where it is no option, refuses to. */
function readWords(wants: AnswerForm, verdict: string, { always, message }: AnswerFlags): SaidAnswer {
  if (always) throw usageError('--always is for calls, and this is a question', 'leave it out')
  if (verdict === 'deny' && wants.options?.includes(verdict) !== true) {
    return { allow: false, ...(message === undefined ? {} : { message }) }
  }
  return { allow: true, message: answerWords(message ?? chosenWords(verdict, wants), wants) }
}

/** Leave alone is no answer to a question, unless that is what there is to choose. */
function chosenWords(verdict: string, { options = [] }: AnswerForm): string {
  if (verdict !== 'allow' || options.includes(verdict)) return verdict
  throw usageError(
    'it is a question, and "allow" says nothing',
    'write: keepup approvals answer ID "your words"',
  )
}

async function findApproval(store: Store, id: string): Promise<FoundApproval> {
  const matches: FoundApproval[] = []
  for await (const found of findApprovals(store)) {
    if (id !== '' && found.approval.id.startsWith(id)) matches.push(found)
  }
  const [only] = matches
  if (only !== undefined && matches.length === 1) return only
  if (matches.length > 1) {
    throw usageError(
      `${matches.length} approvals begin with ${id}`,
      `name one: ${matches.map(({ approval }) => approval.id).join(', ')}`,
    )
  }
  const taken = id === '' ? undefined : await takenAnswer(store, id)
  if (taken !== undefined) throw answeredAlready(id, taken)
  throw usageError(`no approval ${id} is open in ${store.path}`, 'list those that are: keepup approvals list')
}

/** Keeps what was allowed for the project that the agent works in, wherever it is answered from. */
async function keep({ host }: CommandLine, found: FoundApproval, project: string): Promise<string> {
  try {
    return await keepApproval(project, found, host.environment)
  } catch (error) {
    if (!KeepupError.is(error)) throw error
    const message = `the call is allowed, but not for good: ${error.message}`
    throw new KeepupError(error.code, message, { cause: error, details: error.details })
  }
}

/** The project that something is allowed in for good: the agent's own, and no other. */
function projectOf(
  { host }: CommandLine,
  { cwd }: AnswerFlags,
  { workspace, thread }: FoundApproval,
): string {
  if (workspace === undefined) return workingFolder(host, cwd)
  if (cwd === undefined || isSameFolder(workingFolder(host, cwd), workspace)) return workspace
  throw usageError(
    `the agent of ${thread} works in ${workspace}, not in ${cwd}`,
    'leave --cwd out: what is allowed for good is allowed where the agent works',
  )
}

function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other)
  } catch {
    return false
  }
}

async function tell(
  { host, terminal }: CommandLine,
  { json }: AnswerFlags,
  {
    found: { approval, thread },
    verdict,
    kept,
  }: { found: FoundApproval; verdict: string; kept: string | undefined },
): Promise<void> {
  const always = kept === undefined ? {} : { always: kept }
  if (json) {
    await terminal.out.write(
      `${JSON.stringify({ approval: approval.id, thread, answer: verdict, ...always })}\n`,
    )
    return
  }
  const forget = kept === undefined ? '' : `allowed for good as ${kept}\n`
  await terminal.out.write(safeText(`${verdict}: ${approval.id} of ${thread}\n${forget}`))
  await terminal.notes.write(safeText(`next: ${host.self.command} resume ${thread}, unless it runs\n`))
}
