import { buildCommand, buildRouteMap } from '@stricli/core'

import type { ClusterDrainFlags } from '../cluster/cluster-drain.ts'
import type { ClusterRetryFlags } from '../cluster/cluster-retry.ts'
import type { SubmitFlags } from '../cluster/submit.ts'
import type { WorkerFlags } from '../cluster/work.ts'
import { type CommandLine, performs } from '../command-line.ts'
import { parseDuration } from '../settings/duration.ts'
import { jsonFlag, runFlags, storePlaceFlags, textFlag, threadFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }
const { unattended: _unattended, json: _json, ...workingFlags } = runFlags

function count(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('a whole number above 0')
  return number
}

function priority(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || Math.abs(number) > 100) throw new Error('a whole number from -100 to 100')
  return number
}

function duration(text: string): number {
  const found = parseDuration(text)
  if (found === undefined) throw new Error('a duration such as 30s or 5m')
  return found
}

const countFlag = { kind: 'parsed', parse: count, placeholder: 'number' } as const

/** `keepup worker` */
export const workerRoute = buildCommand<WorkerFlags, [], CommandLine>({
  loader: async () => performs((await import('../cluster/work.ts')).work),
  parameters: {
    flags: {
      ...workingFlags,
      concurrency: { ...countFlag, brief: 'How many threads it runs at a time', default: '4' },
      tenantConcurrency: {
        ...countFlag,
        optional: true,
        brief: 'How many threads of one tenant run at a time, in all workers',
      },
      tenantRate: {
        ...countFlag,
        optional: true,
        brief: 'How many runs of one tenant begin in a minute, in all workers',
      },
      grace: {
        kind: 'parsed',
        parse: duration,
        placeholder: 'duration',
        brief: 'How long runs may go on once it is to end, before others take them over',
        default: '30s',
      },
      json: jsonFlag('Print what it does as lines of JSON'),
    },
    aliases: { m: 'model', C: 'cwd' },
  },
  docs: {
    brief: 'Run the threads that were submitted, beside other workers on the same store',
    fullDescription: [
      'Takes threads from the queue of the store and runs each as keepup run would in',
      'this folder. A thread that waits for an answer holds no place; it goes on, on any',
      'worker, once it is answered. A worker that is killed loses nothing: others go on.',
      'SIGTERM: it takes no more, lets runs end, and hands over the rest.',
      '',
      '  keepup worker --concurrency 8',
      '  keepup worker --store postgres://keepup@db.example/keepup',
    ].join('\n'),
  },
})

/** `keepup submit [prompt...]` */
export const submitRoute = buildCommand<SubmitFlags, string[], CommandLine>({
  loader: async () => performs((await import('../cluster/submit.ts')).submit),
  parameters: {
    flags: {
      ...storeFlags,
      thread: threadFlag('Thread to begin or to go on with (default: a new one)'),
      id: textFlag('The same id twice is one message (default: a new one)', 'id'),
      tenant: textFlag('On whose behalf; limits count by it', 'name'),
      priority: {
        kind: 'parsed',
        parse: priority,
        placeholder: 'number',
        optional: true,
        brief: 'From -100 to 100; higher ones run first (default: 0)',
      },
    },
    positional: {
      kind: 'array',
      parameter: {
        brief: 'What the agent is to do; - reads it from standard input',
        parse: String,
        placeholder: 'prompt',
      },
    },
  },
  docs: {
    brief: 'Give a prompt to the workers, and go on at once',
    customUsage: ['[flags] prompt...'],
    fullDescription: [
      'Begins a thread, or says something to one, and prints its name. A worker runs it:',
      'keepup worker, now or later, here or on another machine with the same store.',
    ].join('\n'),
  },
})

/** `keepup watch THREAD` */
export const watchRoute = buildCommand<StoreFlags, [string], CommandLine>({
  loader: async () => performs((await import('../cluster/watch.ts')).watch),
  parameters: {
    flags: storeFlags,
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
      ],
    },
  },
  docs: {
    brief: 'Follow a thread until it has finished or waits, whoever runs it',
    fullDescription: 'Exits as keepup run would. Ending it ends the watching alone.',
  },
})

const statusRoute = buildCommand<StoreFlags, [], CommandLine>({
  loader: async () => performs((await import('../cluster/cluster-status.ts')).clusterStatus),
  parameters: { flags: storeFlags },
  docs: { brief: 'Show what waits, what runs, and which workers live' },
})

const drainRoute = buildCommand<ClusterDrainFlags, [], CommandLine>({
  loader: async () => performs((await import('../cluster/cluster-drain.ts')).clusterDrain),
  parameters: {
    flags: {
      ...storeFlags,
      undo: jsonFlag('Let workers take threads again'),
      wait: jsonFlag('Wait until nothing runs'),
    },
  },
  docs: { brief: 'Have workers finish what they run and take nothing more' },
})

const deadRoute = buildCommand<StoreFlags, [], CommandLine>({
  loader: async () => performs((await import('../cluster/cluster-dead.ts')).clusterDead),
  parameters: { flags: storeFlags },
  docs: { brief: 'List the threads that workers gave up, and why' },
})

const retryRoute = buildCommand<ClusterRetryFlags, string[], CommandLine>({
  loader: async () => performs((await import('../cluster/cluster-retry.ts')).clusterRetry),
  parameters: {
    flags: {
      ...storeFlags,
      all: jsonFlag('Every one that was given up'),
      discard: jsonFlag('Forget them instead'),
    },
    positional: {
      kind: 'array',
      parameter: { brief: 'Threads that were given up', parse: String, placeholder: 'thread' },
    },
  },
  docs: {
    brief: 'Have threads run again that workers gave up',
    customUsage: ['THREAD...', '--all', '--discard THREAD...'],
  },
})

/** `keepup cluster status|drain|dead|retry` */
export const clusterRoutes = buildRouteMap<'dead' | 'drain' | 'retry' | 'status', CommandLine>({
  routes: { status: statusRoute, drain: drainRoute, dead: deadRoute, retry: retryRoute },
  docs: { brief: 'The queue of runs and its workers' },
})
