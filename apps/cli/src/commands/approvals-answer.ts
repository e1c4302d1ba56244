import type { Actor, AnswerForm } from '@keepup/core'
import { answer } from '@keepup/runtime'

import { answerWords } from '../answer-words.ts'
import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import {
  type FoundApproval,
  type GivenAnswer,
  openApprovals,
  takenAnswer,
  waitingAnswer,
} from '../find-approvals.ts'
import { openApprovedCalls } from '../permissions/open-permissions.ts'
import type { AnswerFlags } from '../routes/approval-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openExistingStore, type Store } from '../store.ts'
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
  await using store = await openExistingStore(settings.store)
  const found = await findApproval(store, id)
  const said = readVerdict(found, verdict, flags)
  await send(store, found, said)
  const kept = flags.always ? await keep(line, flags, found) : undefined
  await tell(line, flags, { found, verdict, kept })
  return 'completed'
}

interface Said {
  readonly allow: boolean
  readonly message?: string
}

function readVerdict({ wants }: FoundApproval, verdict: string, flags: AnswerFlags): Said {
  return wants === undefined ? readLeave(verdict, flags) : readWords(wants, verdict, flags)
}

function readLeave(verdict: string, { always, message }: AnswerFlags): Said {
  if (verdict !== 'allow' && verdict !== 'deny') {
    throw usageError(`"${verdict}" is no answer`, 'write: keepup approvals answer ID allow|deny')
  }
  const allow = verdict === 'allow'
  if (always && !allow) throw usageError('--always is for what is allowed', 'deny by a rule instead')
  return { allow, ...(message === undefined ? {} : { message }) }
}

/** To a question of the agent, whatever is said answers it; only `deny`, where it is no option, refuses to. */
function readWords(wants: AnswerForm, verdict: string, { always, message }: AnswerFlags): Said {
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
  for await (const found of openApprovals(store)) {
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

/** Of answers that are sent at the same time too, the first one in the thread's own order counts. */
async function send(store: Store, { thread, approval }: FoundApproval, said: Said): Promise<void> {
  const before = await waitingAnswer(store, thread, approval.id)
  if (before !== undefined) throw answeredAlready(approval.id, before)
  const sent = answer(thread, { approval: approval.id, digest: approval.digest, ...said })
  await store.checkpointer.signal([sent], 'power')
  const first = await waitingAnswer(store, thread, approval.id)
  if (first !== undefined && first.id !== sent.id) throw answeredAlready(approval.id, first)
}

function answeredAlready(id: string, { by, time, allow }: GivenAnswer): Error {
  const when = new Date(time).toISOString()
  return usageError(
    `approval ${id} was answered already: ${by} said ${allow ? 'allow' : 'deny'} at ${when}`,
    'the first answer counts; see what came of it with: keepup threads',
  )
}

/** Keeps what was allowed, so that exactly this is not asked about again. */
async function keep(
  { host }: CommandLine,
  { cwd }: AnswerFlags,
  { part, effects }: FoundApproval,
): Promise<string> {
  const folder = workingFolder(host, cwd)
  const by: Actor = 'user'
  const { id } = await openApprovedCalls(folder, host.environment).add({
    tool: part.name,
    input: part.input,
    effects,
    by,
  })
  return id
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
