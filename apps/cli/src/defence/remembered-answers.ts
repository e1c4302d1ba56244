import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Hash } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'
import { shownDigest } from '@keepup/mcp-security/defence'
import { rememberedCalls } from '@keepup/permissions'

import type { Environment } from '../host.ts'
import { configurationFolder } from '../permissions/find-rules.ts'
import { openApprovedCalls } from '../permissions/open-permissions.ts'
import { stoodForCall } from '../stood-for-call.ts'

/** What a person allowed for good, as it was shown to them. */
function fileOf(environment: Environment): string {
  return join(configurationFolder(environment), 'defence', 'allowed.jsonl')
}

/** Whether exactly this was allowed for good in a folder, and shown as it is now. What is forgotten among the approved calls is forgotten here too. */
export function rememberedAnswers(
  folder: string,
  environment: Environment,
): (call: Parameters<ReturnType<typeof rememberedCalls>['allows']>[0], shown: Hash) => boolean {
  const approved = rememberedCalls(openApprovedCalls(folder, environment))
  return (call, shown) => approved.allows(call) && read(fileOf(environment)).includes(JSON.stringify(shown))
}

/** Remembers an answer to a question of the defence; nothing where it asked none. */
export function rememberAnswer(found: FoundApproval, environment: Environment): void {
  const { part, effects, folder, reasons = [] } = found
  if (!reasons.some(({ rule }) => rule.startsWith('defence '))) return
  const where = folder === undefined ? {} : { folder }
  const shown = shownDigest({ ...stoodForCall(part.name, part.input), effects, reasons, ...where })
  const file = fileOf(environment)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // One short line is written whole, also where two processes write.
  appendFileSync(file, `${JSON.stringify({ shown, tool: part.name })}\n`, { mode: 0o600 })
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Nothing was remembered, or it cannot be read, which allows nothing.
    return ''
  }
}
