import type { ThreadId } from '@keepup/core'

import type { ExitName } from '../exit-code.ts'
import { home } from '../settings/user-file.ts'
import { version } from '../version.ts'
import { suggestionsOf } from './commands/slash-command.ts'
import { slashCommands } from './commands/slash-commands.ts'
import { historyFile } from './composer/history-file.ts'
import { readKeys } from './composer/read-keys.ts'
import { openConversation } from './conversation.ts'
import { composerWidth } from './draw.ts'
import { drawnHandle } from './drawn-handle.ts'
import { drawnListener } from './drawn-listener.ts'
import { createFileSource } from './file-source.ts'
import { lookForModel } from './look-for-model.ts'
import { paintOf } from './markdown/paint.ts'
import { createPainter } from './painter.ts'
import { press } from './press.ts'
import { screenAnswers } from './screen-answers.ts'
import { openScreen } from './screen/screen.ts'
import type { SessionOrder } from './session-order.ts'
import { emptySession, type SessionState } from './session-state.ts'
import { goTo } from './travel/go-to.ts'
import { createWishes } from './wishes.ts'
import { withNotes } from './with-notes.ts'

/** In milliseconds: how often somebody looks whether a question was answered elsewhere, and how long a run may take to end when the session is left. */
const looks = 700
const longestEnd = 3_000

/** A session that is drawn at the bottom of a terminal, what is over above it. Gives the terminal back however it ends. */
export async function drawnSession(order: SessionOrder): Promise<ExitName> {
  const { line, store, flags, place } = order
  const { host, terminal } = line
  const paint = paintOf(terminal.outStyle)
  const history = historyFile(place.folder, host.environment)
  using screen = openScreen(host)
  using painter = createPainter(screen, host.clock, paint, firstState(order, history.read()))
  const left = Promise.withResolvers<ExitName>()
  const leave = (): void => left.resolve('completed')
  const listener = drawnListener(painter, host, () => conversation.place.folder)
  const answers = screenAnswers(line, screen, painter, (text) => listener.noted(text))
  // What is noted elsewhere would be written into the live region.
  const heard = withNotes(line, (text) => listener.noted(text))
  const conversation = openConversation({ line: heard, store, flags, answers, listener }, place)
  const parts = { order: { ...order, line: heard }, conversation, listener, painter, screen, paint, leave }
  const session = drawnHandle(parts)
  const wishes = createWishes(parts, session, history)

  const stopped = host.onStop((signal) => {
    if (signal === 'SIGINT') return wishes.act({ type: 'interrupt' })
    left.resolve(signal === 'SIGTERM' ? 'terminated' : 'hung-up')
  })
  // Agents below this one ask in threads of their own, and questions may be answered elsewhere.
  const mayBeAsked = (): boolean => listener.open.length > 0 || painter.state.view.agents.length > 0
  const files = createFileSource(painter, host.clock, () => conversation.place.folder)
  const resized = (): void => painter.paint()
  host.stdout.on('resize', resized)
  // The terminal is gone.
  host.stdin.once('end', leave)
  const unread = readKeys(host.stdin, (key) => {
    // Somebody else asks: what is typed is theirs.
    if (!screen.entered) return
    const { state, wish } = press(painter.state, key, {
      now: host.clock.now(),
      width: composerWidth(screen.columns),
    })
    painter.update(() => state)
    if (wish !== undefined) wishes.act(wish)
    painter.paint()
    if (state.composer.text.includes('@')) files.refresh()
  })
  const timer = setInterval(() => void (mayBeAsked() && conversation.look()), looks)
  try {
    screen.enter()
    listener.noted(`keepup ${version} · thread ${place.thread} · /help shows commands and keys`)
    painter.paint()
    void wishes.attempt(() => lookForModel(session, painter))
    if (order.resumed) await wishes.attempt(() => goTo(session, place.thread))
    return await left.promise
  } finally {
    clearInterval(timer)
    conversation.interrupt('the session was left')
    await within(longestEnd, conversation.idle())
    unread()
    host.stdout.off('resize', resized)
    host.stdin.off('end', leave)
    stopped()
    painter.paint()
    screen[Symbol.dispose]()
    await farewell(order, conversation.place.thread)
    // What tools and servers have open may take its time; the thread is safe without it.
    await within(longestEnd, conversation[Symbol.asyncDispose]())
    host.stdin.pause()
  }
}

function firstState(
  { line: { host }, place: { folder, settings } }: SessionOrder,
  texts: readonly string[],
): SessionState {
  const above = home(host.environment)
  const facts = {
    model: settings.model ?? 'no model yet',
    mode: settings.mode,
    folder: folder === above || folder.startsWith(`${above}/`) ? `~${folder.slice(above.length)}` : folder,
  }
  return {
    ...emptySession(facts, { texts, draft: '' }),
    sources: { commands: suggestionsOf(slashCommands), files: [] },
  }
}

/** How to go on, where anything was said. */
async function farewell({ line: { host, terminal }, store }: SessionOrder, thread: ThreadId): Promise<void> {
  const { head } = await store.checkpointer.read(thread, { at: 0 })
  if (head === 0) return
  const { dim } = terminal.notesStyle
  await terminal.notes.write(`${dim('go on with')} ${host.self.command} --thread ${thread}\n`)
}

async function within(longest: number, work: PromiseLike<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, longest)))
  await Promise.race([work, over]).finally(() => clearTimeout(timer))
}
