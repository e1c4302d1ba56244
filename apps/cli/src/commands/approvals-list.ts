import type { FoundApproval } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findApprovals } from '../find-approvals.ts'
import { type GraphWait, openGraphQuestions } from '../graph/find-graph.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStoreIfAny, placeOf } from '../store.ts'
import { callSummary } from '../terminal/call-summary.ts'
import { optionLines } from '../terminal/option-lines.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'

/** Lists the questions of all threads that nobody has answered. */
export async function approvalsList({ host, terminal }: CommandLine, flags: StoreFlags): Promise<ExitName> {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  let count = 0
  await using store = await openStoreIfAny(placeOf(settings, environment))
  if (store !== undefined) {
    for await (const found of findApprovals(store)) {
      count += 1
      await terminal.out.write(
        flags.json ? `${JSON.stringify(record(found))}\n` : lines(found, terminal.outStyle, terminal.width),
      )
    }
  }
  if (store !== undefined) {
    for await (const wait of openGraphQuestions(store)) {
      count += 1
      await terminal.out.write(
        flags.json ? `${JSON.stringify(waitRecord(wait))}\n` : waitLines(wait, terminal.outStyle),
      )
    }
  }
  if (count > 0 && !flags.json) {
    await terminal.notes.write(
      `next: ${host.self.command} approvals answer ID allow|deny, or the words that answer\n`,
    )
  } else if (count === 0) await terminal.notes.write('no agent waits for an answer\n')
  return 'completed'
}

function waitRecord({ id, thread, node, question, since }: GraphWait): object {
  return {
    id,
    thread,
    node,
    question: question?.text ?? '',
    wants: question ?? {},
    since: new Date(since).toISOString(),
  }
}

function waitLines({ id, thread, node, question, since }: GraphWait, style: Style): string {
  const rows = [
    `${style.bold(id)} ${style.dim(safeLine(`node ${node} of graph thread ${thread}, since ${new Date(since).toISOString()}`))}`,
    `  ${safeLine(question?.text ?? '')}`,
  ]
  return `${[...rows, ...optionLines(question ?? {}, style)].join('\n')}\n`
}

function record({ thread, approval, part, effects, since, wants }: FoundApproval): object {
  return {
    id: approval.id,
    thread,
    tool: part.name,
    input: part.input,
    question: approval.question,
    effects: effects.map(({ kind, target }) => `${kind}:${target}`),
    since: new Date(since).toISOString(),
    ...(wants === undefined ? {} : { wants }),
  }
}

function lines(
  { thread, approval, part, effects, since, wants }: FoundApproval,
  style: Style,
  width: number,
): string {
  const about = `${part.name} ${callSummary(part.name, part.input)}`
  const options = optionLines(wants ?? {}, style)
  const touches = effects.map(({ kind, target }) => `${kind}:${target}`).join(' ')
  const cut = (text: string, before = 0): string =>
    fit(safeLine(text), Math.max(40, width) - before, style.marks.more)
  const rows = [
    `${style.bold(approval.id)} ${style.dim(cut(`thread ${thread}, since ${new Date(since).toISOString()}`, approval.id.length + 1))}`,
    `  ${cut(approval.question, 2)}`,
    ...(wants === undefined ? [`  ${cut(about, 2)}`, `  ${style.dim(cut(touches, 2))}`] : []),
  ]
  return `${[...rows, ...options].join('\n')}\n`
}
