import { KeepupError } from '@keepup/core'
import type { OriginDesk } from '@keepup/server'

import type { CommandLine } from '../command-line.ts'
import { openDefence } from '../defence/open-defence.ts'
import { findCall, followValue } from '../defence/value-path.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { threadFolder } from '../travel/thread-folder.ts'

/** What the defence of the settings makes of arguments, as `keepup why` tells it. */
export function originDesk(line: CommandLine, store: Store, settings: Settings): OriginDesk {
  return {
    async find(thread, call, argument) {
      const { entries } = await store.checkpointer.read(thread)
      const folder = await threadFolder(line, store, thread, undefined)
      const opened = await openDefence(settings, { folder, environment: line.host.environment })
      try {
        const { sources, decision, findings, policy } = followValue(
          opened,
          entries,
          findCall(entries, call),
          argument,
        )
        return { origins: sources, decision, findings: findings.map(({ text }) => text), policy }
      } catch (error) {
        // The defence may judge another call, which this one stands for, and that has no such argument.
        if (KeepupError.is(error, 'input-invalid')) return undefined
        throw error
      }
    },
  }
}
