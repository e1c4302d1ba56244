import { type Channel, KeepupError, type NewSignal, type PendingSignal } from '@keepup/core'
import type { SignalId, SignalReceipt, ThreadId } from '@keepup/core'

import { checkSignal } from '../check-header.ts'
import { decodeValue } from '../decode-value.ts'
import { encodeValue } from '../encode-value.ts'

/** A signal at rest. */
export interface StoredSignal {
  readonly header: Omit<NewSignal, 'data'>
  readonly bytes: Uint8Array
}

/** What signals a commit would take and send, checked but not yet done. */
export interface SignalPlan {
  /** Fails `checkpoint-conflict` unless the signal is the head of its channel once those taken before it in this plan are gone. */
  take(thread: ThreadId, id: SignalId): void
  /** Fails `database-busy` where the channel is full. */
  send(signal: StoredSignal): void
  /** Does it. Cannot fail. The threads that got signals. */
  apply(): readonly ThreadId[]
}

/** Signals of all threads. */
export interface MemorySignals {
  send(signal: StoredSignal): SignalReceipt
  pending(thread: ThreadId, after?: number): readonly PendingSignal[]
  count(thread: ThreadId): number
  plan(): SignalPlan
  /** Forgets a thread's signals, also those taken. */
  erase(thread: ThreadId): void
}

interface Box {
  position: number
  /** In order of arrival. */
  readonly waiting: Map<SignalId, StoredSignal & { readonly position: number }>
  readonly channels: Map<Channel, SignalId[]>
  /** Every id ever accepted. */
  readonly known: Set<SignalId>
}

/** A checked, encoded copy of a signal. */
export function storeSignal(signal: NewSignal): StoredSignal {
  checkSignal(signal)
  const { data, ...header } = signal
  return { header: structuredClone(header), bytes: encodeValue(data) }
}

/** Signals in this process; `capacity` bounds each channel that may be full. */
export function memorySignals(capacity: number): MemorySignals {
  const boxes = new Map<ThreadId, Box>()

  function boxOf(thread: ThreadId): Box {
    const found = boxes.get(thread)
    if (found !== undefined) return found
    const box: Box = { position: 0, waiting: new Map(), channels: new Map(), known: new Set() }
    boxes.set(thread, box)
    return box
  }

  function send(signal: StoredSignal): SignalReceipt {
    const { thread, id, channel } = signal.header
    const box = boxOf(thread)
    if (box.known.has(id)) return 'duplicate'
    const queue = queueOf(box, channel)
    if (isBounded(channel) && queue.length >= capacity) return 'full'
    box.position += 1
    box.known.add(id)
    box.waiting.set(id, { ...signal, position: box.position })
    queue.push(id)
    return 'accepted'
  }

  return {
    send,
    pending: (thread, after = 0) => {
      const waiting = [...(boxes.get(thread)?.waiting.values() ?? [])]
      return waiting.filter(({ position }) => position > after).map(loadSignal)
    },
    count: (thread) => boxes.get(thread)?.waiting.size ?? 0,
    plan: () => planSignals(boxOf, send, capacity),
    erase: (thread) => {
      boxes.delete(thread)
    },
  }
}

function planSignals(
  boxOf: (thread: ThreadId) => Box,
  send: (signal: StoredSignal) => SignalReceipt,
  capacity: number,
): SignalPlan {
  const taken = new Map<SignalId[], number>()
  const takes: (() => void)[] = []
  const sends: StoredSignal[] = []

  return {
    take(thread, id) {
      const box = boxOf(thread)
      const signal = box.waiting.get(id)
      const queue = signal === undefined ? [] : queueOf(box, signal.header.channel)
      const before = taken.get(queue) ?? 0
      if (queue[before] !== id) throw notTheHead(thread, id, queue[before])
      taken.set(queue, before + 1)
      takes.push(() => {
        queue.shift()
        box.waiting.delete(id)
        if (queue.length === 0 && signal !== undefined) box.channels.delete(signal.header.channel)
      })
    },
    send(signal) {
      const { thread, id, channel } = signal.header
      const box = boxOf(thread)
      if (box.known.has(id)) return
      const same = sends.filter((other) => other.header.thread === thread)
      if (same.some((other) => other.header.id === id)) return
      const queue = queueOf(box, channel)
      const before = same.filter((other) => other.header.channel === channel).length - (taken.get(queue) ?? 0)
      if (isBounded(channel) && queue.length + before >= capacity)
        throw channelFull(thread, channel, capacity)
      sends.push(signal)
    },
    apply() {
      for (const take of takes) take()
      for (const signal of sends) send(signal)
      return sends.map((signal) => signal.header.thread)
    },
  }
}

function queueOf(box: Box, channel: Channel): SignalId[] {
  const found = box.channels.get(channel)
  if (found !== undefined) return found
  const queue: SignalId[] = []
  box.channels.set(channel, queue)
  return queue
}

function loadSignal(stored: StoredSignal & { readonly position: number }): PendingSignal {
  return {
    ...structuredClone(stored.header),
    data: decodeValue(stored.bytes),
    position: stored.position,
  }
}

/** Answers and control must always get through. */
function isBounded(channel: Channel): boolean {
  return channel !== 'control' && !channel.startsWith('answers:')
}

function notTheHead(thread: ThreadId, id: SignalId, head: SignalId | undefined): KeepupError {
  const found = head === undefined ? 'it does not wait (any more)' : `${head} comes before it`
  const message = `Signal ${id} is not the head of its channel in thread ${thread}: ${found}. Read the pending signals again.`
  return new KeepupError('checkpoint-conflict', message, { details: { thread, signal: id, head } })
}

function channelFull(thread: ThreadId, channel: Channel, capacity: number): KeepupError {
  const message = `Channel ${channel} of thread ${thread} holds ${capacity} signals, as many as it may. Try again once some were taken.`
  return new KeepupError('database-busy', message, { details: { thread, channel, capacity } })
}
