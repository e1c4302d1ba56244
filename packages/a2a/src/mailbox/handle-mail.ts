import { KeepupError, type LabelTable, type StandardSchemaV1, startAlarm } from '@keepup/core'

import { createMailContext, type Outbox } from './mail-context.ts'
import { labelsOfArrived } from './mail-labels.ts'
import type { MailMessage } from './mail.ts'
import { mailboxEntry } from './mailbox-entries.ts'
import type { OpenMail } from './mailbox-fold.ts'
import { replySignals } from './reply-signal.ts'
import type { Settlement } from './settle-mail.ts'
import { ensureShared } from './shared-thread.ts'
import type { Tenure } from './tenure.ts'

/** What became of one attempt. `again`: it failed and will be repeated. `left`: it was broken off by who stops the mailbox. */
export type Attempted = 'settled' | 'again' | 'left'

/** Hands a message to the handler, once, and writes down what came of it. Fails where the mailbox is lost or the store cannot be written. */
export async function handleMail(tenure: Tenure, mail: OpenMail): Promise<Attempted> {
  const ended = endBefore(tenure, mail)
  if (ended !== undefined) return settle(tenure, mail, ended)
  const attempt = await beginAttempt(tenure, mail)
  const labels = labelsOfArrived(mail.labels, mail.from)
  const deadline = startDeadline(tenure, mail)
  const { context, outbox } = createMailContext(tenure, mail, labels, deadline.signal)
  try {
    const body = await validated(tenure.settings.schema, mail.body)
    const message = messageOf(tenure, mail, { body, labels, attempt })
    const answer = await timed(tenure, () => tenure.settings.handle(message, context))
    return await succeed(tenure, mail, { attempt, answer, labels, outbox })
  } catch (error) {
    tenure.thread.lost.throwIfAborted()
    if (tenure.orders.abandon.aborted) return 'left'
    return await fail(tenure, mail, attempt, labels, error)
  } finally {
    deadline.stop()
  }
}

/** Why a message is not handed over at all. */
function endBefore({ parts, settings, fresh }: Tenure, mail: OpenMail): Settlement['message'] | undefined {
  const { id, attempts, forgiven, reply } = mail
  if (reply !== undefined && reply.until <= parts.clock.now()) return { id, outcome: 'expired', attempts }
  if (fresh.has(id) || attempts - forgiven < settings.attempts) return undefined
  const error = `The process that handled it ended each time, ${attempts - forgiven} times.`
  return { id, outcome: 'dead', attempts, error }
}

/** The attempt's number, recorded before anybody sees the message. */
async function beginAttempt({ fresh, thread, parts }: Tenure, mail: OpenMail): Promise<number> {
  if (fresh.delete(mail.id)) return mail.attempts
  const attempt = mail.attempts + 1
  const entry = mailboxEntry('mail/attempted', parts.clock.now(), { id: mail.id, attempt })
  await thread.append([entry], { flush: parts.flush })
  return attempt
}

async function timed(tenure: Tenure, handle: () => unknown): Promise<unknown> {
  const begun = tenure.parts.clock.now()
  try {
    return await handle()
  } finally {
    tenure.spent += tenure.parts.clock.now() - begun
    tenure.handled += 1
  }
}

function messageOf(
  { settings }: Tenure,
  mail: OpenMail,
  more: Pick<MailMessage, 'attempt' | 'body' | 'labels'>,
): MailMessage {
  const { id, from, sent, redriven, topic, reply } = mail
  return {
    id,
    to: settings.address,
    sent,
    redriven,
    ...(from === undefined ? {} : { from }),
    ...(topic === undefined ? {} : { topic }),
    ...(reply === undefined ? {} : { deadline: reply.until }),
    ...more,
  }
}

async function validated(schema: StandardSchemaV1 | undefined, body: unknown): Promise<unknown> {
  if (schema === undefined) return body
  const result = await schema['~standard'].validate(body)
  if (result.issues === undefined) return result.value
  const issues = result.issues.map(({ message, path = [] }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
    return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
  })
  throw new KeepupError('input-invalid', `The body is not what this mailbox takes: ${issues.join('; ')}`, {
    details: { unreadable: true },
  })
}

async function succeed(
  tenure: Tenure,
  mail: OpenMail,
  done: {
    readonly attempt: number
    readonly answer: unknown
    readonly labels: LabelTable
    readonly outbox: Outbox
  },
): Promise<Attempted> {
  const { attempt, answer, labels, outbox } = done
  const sent = outbox.signals.map(({ id, thread }) => ({ id, to: thread }))
  const reply = replySignals(tenure, mail, { body: answer === undefined ? null : answer }, labels)
  const settlement: Settlement = {
    message: {
      id: mail.id,
      outcome: 'handled',
      attempts: attempt,
      ...(sent.length === 0 ? {} : { sent }),
    },
    signals: [...outbox.signals, ...reply],
    also: outbox.also,
  }
  if (outbox.signals.length + outbox.also.length === 0) {
    tenure.settler.add(settlement)
    return 'settled'
  }
  // What must find room elsewhere is written before the next message begins: it may have to be done again.
  for (const { thread } of outbox.also) await ensureShared(tenure.parts, thread)
  await tenure.settler.write(settlement, tenure.settings.patience)
  return 'settled'
}

async function fail(
  tenure: Tenure,
  mail: OpenMail,
  attempt: number,
  labels: LabelTable,
  thrown: unknown,
): Promise<Attempted> {
  const { settings, parts, thread } = tenure
  const error = textOf(thrown)
  const isUnreadable = KeepupError.is(thrown, 'input-invalid') && thrown.details['unreadable'] === true
  if (isUnreadable || attempt - mail.forgiven >= settings.attempts) {
    return settle(tenure, mail, { id: mail.id, outcome: 'dead', attempts: attempt, error }, labels)
  }
  const again = parts.clock.now() + settings.backoff(attempt - mail.forgiven)
  const failed = mailboxEntry(
    'mail/failed',
    parts.clock.now(),
    { id: mail.id, attempt, error, again },
    { labels, until: again },
  )
  await tenure.settler.settled()
  await thread.append([failed], { flush: parts.flush })
  return 'again'
}

/** Writes down the end of a message that was not handled; who asked is told. */
async function settle(
  tenure: Tenure,
  mail: OpenMail,
  message: Settlement['message'],
  labels: LabelTable = labelsOfArrived(mail.labels, mail.from),
): Promise<Attempted> {
  const { error = 'it came too late' } = message
  const failure = { code: message.outcome, message: error }
  tenure.settler.add({
    message,
    labels,
    signals: message.outcome === 'dead' ? replySignals(tenure, mail, { failure }, labels) : [],
    also: [],
  })
  // Whether the mailbox may go on depends on how many are dead.
  if (message.outcome === 'dead') await tenure.settler.settled()
  return 'settled'
}

/** A signal that is aborted with the mailbox, with who stops it, and with the deadline of a question. */
function startDeadline(tenure: Tenure, mail: OpenMail): { readonly signal: AbortSignal; stop(): void } {
  const { parts } = tenure
  if (mail.reply === undefined) return { signal: tenure.ended, stop: () => {} }
  const over = new AbortController()
  const stop = startAlarm(parts.clock, mail.reply.until - parts.clock.now(), () =>
    over.abort(new KeepupError('deadline-passed', 'Nobody waits for the answer any more.')),
  )
  return { signal: AbortSignal.any([tenure.ended, over.signal]), stop }
}

const longestError = 2_000

function textOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : ''
  return (text === '' ? 'It failed without a message' : text).toWellFormed().slice(0, longestError)
}
