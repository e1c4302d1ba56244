import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

import type { Clock, Milliseconds } from '@keepup/core'
import { abortable, withDeadline } from '@keepup/network'

import { webFailure } from '../net/web-failure.ts'
import type { PageAnswer, PageJob, PageText } from './page-job.ts'

/** Turns pages into text, apart from the event loop: a page that is made to be slow or huge ends its thread, and nothing else. */
export interface PageReader {
  /** Fails `page-too-complex` where the page takes too long, too much memory, or cannot be read; `type-refused` where a PDF cannot. */
  read(job: PageJob, when: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<PageText>
}

/** @limit In milliseconds: how long a page may take to be turned into text. */
const mostTime = 20_000
/** In megabytes. */
const mostMemory = 512
/** In milliseconds: how long the thread waits for another page. */
const idleTime: Milliseconds = 30_000

/** A reader with at most one thread, which is started when it is needed, and ends when nothing came for half a minute or the process does. */
export function createPageReader({ time = mostTime }: { readonly time?: Milliseconds } = {}): PageReader {
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()

  function end(): void {
    clearTimeout(idle)
    void thread?.terminate()
    thread = undefined
  }

  async function convert(job: PageJob, signal: AbortSignal): Promise<PageText> {
    clearTimeout(idle)
    signal.throwIfAborted()
    thread ??= startThread()
    const worker = thread
    worker.ref()
    try {
      const answer = await answerOf(worker, job, signal)
      if (answer.type === 'done') return answer.page
      throw unreadable(job, answer.reason)
    } catch (error) {
      // It may still be at work.
      if (thread === worker) end()
      throw error
    } finally {
      worker.unref()
      if (thread === worker) idle = setTimeout(end, idleTime).unref()
    }
  }

  return {
    async read(job, { clock, signal }) {
      const before = last
      const { promise, resolve } = Promise.withResolvers<void>()
      last = promise
      try {
        await abortable(before, signal)
        const late = (): Error => tooComplex(job, `it took more than ${time} ms`)
        return await withDeadline({ clock, signal, time }, late, (within) => convert(job, within))
      } finally {
        // Whoever waits next waits also for those before this one, where this one gave up.
        void before.then(resolve)
      }
    },
  }
}

function startThread(): Worker {
  const source = import.meta.url.endsWith('.ts')
  const module = source ? new URL('../convert-worker.ts', import.meta.url).href : builtWorker()
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData).then(({ convertPages }) => convertPages(parentPort))`
  const worker = new Worker(program, {
    eval: true,
    workerData: module,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: mostMemory },
    ...(source ? { execArgv: ['--conditions=@keepup/source'] } : {}),
  })
  // One that comes between two pages is the thread's end; the next page starts another.
  return worker.on('error', () => {})
}

/** Beside this file where a program was made of it, else in this package. */
function builtWorker(): string {
  const beside = new URL('convert-worker.js', import.meta.url)
  return existsSync(beside) ? beside.href : import.meta.resolve('@keepup/toolkit/web/convert-worker')
}

function answerOf(worker: Worker, job: PageJob, signal: AbortSignal): Promise<PageAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PageAnswer>()
  const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('Aborted'))
  const fail = (error: unknown): void => reject(tooComplex(job, reasonOf(error)))
  const gone = (): void => reject(tooComplex(job, 'its thread ended'))
  signal.addEventListener('abort', abort, { once: true })
  worker.once('message', resolve).once('error', fail).once('exit', gone)
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- A thread, no window.
  worker.postMessage(job)
  return promise.finally(() => {
    signal.removeEventListener('abort', abort)
    worker.off('message', resolve).off('error', fail).off('exit', gone)
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return outOfMemory ? `it took more than ${mostMemory} MB of memory` : error.message
}

function tooComplex({ url }: PageJob, why: string): Error {
  return webFailure(
    'page-too-complex',
    `The page ${url} cannot be turned into text: ${why}. Ask for it with format html, in parts, or use another source.`,
  )
}

function unreadable(job: PageJob, reason: string): Error {
  return job.type === 'pdf' ? webFailure('type-refused', reason) : tooComplex(job, reason)
}
