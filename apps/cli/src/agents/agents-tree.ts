import { readTree, type TreeAgent } from '@keepup/agents'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { showMoney } from '../settings/money.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf } from '../store.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'

/** Shows an agent and all below it. */
export async function agentsTree(
  { host, terminal }: CommandLine,
  flags: StoreFlags,
  name: string,
): Promise<ExitName> {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  await using store = await openExistingStore(placeOf(settings, environment))
  const tree = await readTree(store.checkpointer, await findThread(store, name))
  const text = flags.json ? `${JSON.stringify(tree)}\n` : linesOf(tree, 0, terminal.outStyle)
  await terminal.out.write(text)
  return 'completed'
}

function linesOf(agent: TreeAgent, depth: number, style: Style): string {
  const below = agent.agents.map((one) => linesOf(one, depth + 1, style)).join('')
  return `${'  '.repeat(depth)}${lineOf(agent, style)}\n${below}`
}

function lineOf(agent: TreeAgent, style: Style): string {
  const { role, spent } = agent
  const tokens = spent.usage.input + spent.usage.output
  const used = [
    `${spent.turns} ${spent.turns === 1 ? 'turn' : 'turns'}`,
    `${groupedDigits(tokens)} tokens`,
    ...(spent.cost === 0 ? [] : [showMoney(spent.cost)]),
  ].join(' · ')
  const name = role === undefined ? agent.agent : `${role} ${agent.agent}`
  return [style.bold(safeText(name)), standing(agent, style), style.dim(used), ...notes(agent, style)].join(
    '  ',
  )
}

function standing({ status, outcome }: TreeAgent, style: Style): string {
  const word = outcome ?? status
  if (word === 'completed') return style.green(word)
  return word === 'running' ? style.cyan(word) : style.yellow(word)
}

function notes({ approvals, background, inControl, folder }: TreeAgent, style: Style): readonly string[] {
  const told = [
    ...(approvals.length === 0 ? [] : [`waits for ${approvals.join(', ')}`]),
    ...(background ? ['in the background'] : []),
    ...(inControl ? ['in control'] : []),
    ...(folder === undefined ? [] : [`in ${folder}`]),
  ]
  return told.map((note) => style.dim(safeText(note)))
}
