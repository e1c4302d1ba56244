import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { MailPruneFlags } from '../mail/mail-prune.ts'
import type { MailRedriveFlags } from '../mail/mail-redrive.ts'
import type { MailSendFlags } from '../mail/mail-send.ts'
import { duration } from './duration-flag.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }
const address = { brief: 'The mailbox: writer, team/writer', parse: String, placeholder: 'address' }

const listRoute = buildCommand<StoreFlags, [], CommandLine>({
  loader: async () => performs((await import('../mail/mail-list.ts')).mailList),
  parameters: { flags: storeFlags },
  docs: { brief: 'List the mailboxes: what waits, what is being handled, what is dead, who serves them' },
})

const sendRoute = buildCommand<MailSendFlags, string[], CommandLine>({
  loader: async () => performs((await import('../mail/mail-send.ts')).mailSend),
  parameters: {
    flags: {
      ...storeFlags,
      id: textFlag('The same id twice is one message (default: a new one)', 'id'),
      body: jsonFlag('The words are JSON'),
      from: textFlag('The agent that sends it: its words are not trusted (default: you)', 'address'),
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'The mailbox, then the message', parse: String, placeholder: 'words' },
    },
  },
  docs: {
    brief: 'Send a message to a mailbox; nobody need serve it yet',
    customUsage: ['[flags] ADDRESS TEXT...', '[flags] --body ADDRESS JSON'],
  },
})

const deadRoute = buildCommand<StoreFlags, [string], CommandLine>({
  loader: async () => performs((await import('../mail/mail-dead.ts')).mailDead),
  parameters: { flags: storeFlags, positional: { kind: 'tuple', parameters: [address] } },
  docs: { brief: 'Show the messages that a mailbox gave up, and why' },
})

const redriveRoute = buildCommand<MailRedriveFlags, string[], CommandLine>({
  loader: async () => performs((await import('../mail/mail-redrive.ts')).mailRedrive),
  parameters: {
    flags: {
      ...storeFlags,
      all: jsonFlag('All dead messages of the mailbox'),
      discard: jsonFlag('Forget them instead'),
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'The mailbox, then ids of dead messages', parse: String, placeholder: 'words' },
    },
  },
  docs: {
    brief: 'Have dead messages handled again, after all that was received before',
    customUsage: ['ADDRESS ID...', '--all ADDRESS', '--discard ADDRESS ID...'],
  },
})

const pruneRoute = buildCommand<MailPruneFlags, string[], CommandLine>({
  loader: async () => performs((await import('../mail/mail-prune.ts')).mailPrune),
  parameters: {
    flags: {
      ...storeFlags,
      olderThan: {
        kind: 'parsed',
        parse: duration,
        placeholder: 'time',
        brief: 'What was done with longer ago goes: 720h',
      },
      dryRun: jsonFlag('Only say what would be done'),
    },
    positional: { kind: 'array', parameter: { ...address, brief: 'Mailboxes (default: all)' } },
  },
  docs: {
    brief: 'Replace what mailboxes handled long ago by its outcome, for good',
    fullDescription: [
      'What is not handled, and what is dead, stays whatever its age.',
      'A mailbox that is served is pruned by whoever serves it.',
      '',
      '  keepup mail prune --older-than 720h --dry-run',
    ].join('\n'),
  },
})

/** `keepup mail list|send|dead|redrive|prune` */
export const mailRoutes = buildRouteMap<'dead' | 'list' | 'prune' | 'redrive' | 'send', CommandLine>({
  routes: { list: listRoute, send: sendRoute, dead: deadRoute, redrive: redriveRoute, prune: pruneRoute },
  docs: { brief: 'Mailboxes of agents: durable, in order, with dead letters' },
})
