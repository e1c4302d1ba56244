import { KeepupError, type RunRequest, trustedLabel } from '@keepup/core'

import { hasAnswered } from './graceful-recovery.ts'
import { runHooks } from './hook-moments.ts'
import { draft } from './journal.ts'
import { readMessage } from './read-signal.ts'
import { recoverRun } from './session-recovery.ts'
import type { Session } from './session.ts'
import type { SignalWatch } from './signal-watch.ts'

/** Puts the input of a request into the thread's mailbox: durable, and only once for one id. */
export async function sendInput(session: Session, { input, inputId, label }: RunRequest): Promise<void> {
  if (input === undefined) return
  const { parts, thread } = session
  const content = typeof input === 'string' ? [{ type: 'text', text: input }] : input
  const message = readMessage({ message: { role: 'user', content } })
  if (message === undefined) {
    throw new KeepupError(
      'input-invalid',
      `The input for thread ${thread.thread} says nothing: give a text, or parts of text and files that are not empty.`,
    )
  }
  await parts.checkpointer.signal(
    [
      {
        id: inputId ?? parts.newId(),
        thread: thread.thread,
        channel: 'messages',
        type: 'message',
        time: parts.clock.now(),
        // Whoever says where it came from speaks for a program.
        by: label === undefined ? 'user' : 'runtime',
        labels: { default: label ?? { ...trustedLabel, sources: ['user'] } },
        data: { message },
      },
    ],
    'process',
  )
}

/** Goes on with the run that did not end, or begins a new one. Fails `input-invalid` where there is nothing to do. */
export async function startRun(session: Session, signals: SignalWatch): Promise<void> {
  do {
    const { status } = session.journal.state
    if (status === 'running' || status === 'waiting') {
      await recoverRun(session)
      return runHooks(session, { type: 'session-started', source: 'resume' })
    }
    // A rewind may lead back into a run.
  } while ((await signals.take()) !== 'nothing')
  const { state } = session.journal
  if (state.messages.length === 0 || isDone(session)) {
    throw new KeepupError(
      'input-invalid',
      `Thread ${session.thread.thread} has nothing to go on with: there is no message to answer. Give it a new one.`,
    )
  }
  await beginRun(session)
  await runHooks(session, { type: 'session-started', source: 'startup' })
}

/** The last run ended with an answer and nothing was said since. */
function isDone({ journal }: Session): boolean {
  return hasAnswered(journal.state) && journal.state.run?.outcome?.type === 'completed'
}

async function beginRun(session: Session): Promise<void> {
  const { parts, journal, settings, thread } = session
  const begun = draft('run-started', {
    run: parts.newId(),
    token: thread.token,
    owner: thread.owner,
    settings,
  })
  // Providers refuse a conversation that ends with the model's own words.
  const goOn = draft(
    'system-warning',
    { text: 'Go on with the task.', about: 'answer' },
    { labels: session.labels.runtime },
  )
  await journal.append(hasAnswered(journal.state) ? [begun, goOn] : [begun])
}
