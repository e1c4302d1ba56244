import type { Milliseconds } from '@keepup/core'

import { handleMail } from './handle-mail.ts'
import { heedControls } from './heed-controls.ts'
import { mailboxEntry } from './mailbox-entries.ts'
import type { OpenMail } from './mailbox-fold.ts'
import { isRefusal } from './prune-mailboxes.ts'
import { pruneStep } from './prune-step.ts'
import { receiveMail } from './receive-mail.ts'
import type { Tenure } from './tenure.ts'

/** What is taken at once should be handled within this. */
const soon: Milliseconds = 100

/** Handles one message after the other until it is told to stop, or has nothing more to drain. Fails where the mailbox is lost or the store fails. */
export async function holdMailbox(tenure: Tenure): Promise<void> {
  const { orders, source, thread, settler, ended } = tenure
  const stop = AbortSignal.any([orders.stop, ended])
  const pace = createPace(tenure)
  source.follow(thread.state.topics)
  while (!orders.stop.aborted) {
    thread.lost.throwIfAborted()
    await heedControls(tenure)
    await takeLate(tenure)
    await pruneSome(tenure)
    const next = isStuck(tenure) ? undefined : nextOpen(tenure)
    if (next !== undefined) await handleInTime(tenure, next, stop)
    else if (isStuck(tenure) || !(await receiveMail(tenure, pace()))) {
      await settler.settled()
      if (orders.isDraining && (isStuck(tenure) || (await isEmpty(tenure)))) break
      if (tenure.pruneBefore === undefined) await source.changed(stop)
    }
  }
  await settler.settled()
}

/** One step between two messages, so that none waits for all of it. */
async function pruneSome(tenure: Tenure): Promise<void> {
  const { parts, thread: held, pruneBefore: before } = tenure
  if (before === undefined) return
  const { checkpointer, clock } = parts
  const { thread, token: lease } = held
  try {
    if ((await pruneStep({ checkpointer, thread, lease, before, now: clock.now() })) > 0) return
  } catch (error) {
    // What has to stay stays. Whoever lost the mailbox learns of it with the next message.
    if (!isRefusal(error)) throw error
  }
  delete tenure.pruneBefore
}

/** As many messages at once as the handler is done with soon, going by those before: a crash then puts few in doubt. */
function createPace(tenure: Tenure): () => number {
  const { batch } = tenure.settings
  let size = 1
  return () => {
    const each = tenure.spent / Math.max(1, tenure.handled)
    size = each * size * 2 <= soon ? Math.min(size * 2, batch) : Math.max(1, Math.floor(soon / (each * 2)))
    tenure.spent = 0
    tenure.handled = 0
    return size
  }
}

/** The first message that is not done with. */
function nextOpen({ thread, done }: Tenure): OpenMail | undefined {
  return thread.state.open.find(({ id }) => !done.has(id))
}

/** A mailbox that held more dead letters than it may would lose some. */
function isStuck({ thread, settings }: Tenure): boolean {
  return thread.state.dead.length >= settings.mostDead
}

async function handleInTime(tenure: Tenure, mail: OpenMail, stop: AbortSignal): Promise<void> {
  const { parts, source, settler } = tenure
  const pause = (mail.again ?? 0) - parts.clock.now()
  if (pause <= 0) {
    await handleMail(tenure, mail)
    return
  }
  await settler.settled()
  const woken = new AbortController()
  const either = AbortSignal.any([stop, woken.signal])
  // Whoever redrives or discards need not wait for it.
  await Promise.race([parts.clock.sleep(pause, either), source.changed(either)]).catch((error: unknown) => {
    if (!either.aborted) throw error
  })
  woken.abort()
}

/** Whether nothing waits, not even what was not seen yet. */
async function isEmpty({ thread, source }: Tenure): Promise<boolean> {
  if (source.messages.length + source.notices.length + source.controls.length > 0) return false
  const pending = await thread.pending()
  return !pending.some(({ channel }) => channel === 'messages' || channel === 'control')
}

/** Answers that nobody waits for any more are taken out of the way. */
async function takeLate({ source, thread, parts }: Tenure): Promise<void> {
  const late = source.others.splice(0)
  if (late.length === 0) return
  const reason = 'Nobody waited for it any more'
  const entries = late.map(({ id }) =>
    mailboxEntry('mail/declined', parts.clock.now(), { id, reason }, { cause: id }),
  )
  await thread.append(entries, { flush: parts.flush, takes: late.map(({ id }) => id) })
}
