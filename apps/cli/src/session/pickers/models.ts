import { catalogue, type CatalogueModel, type CatalogueProvider, discoverLocalModels } from '@keepup/models'

import type { Environment } from '../../host.ts'
import { localServers } from '../../model/local-servers.ts'
import type { SessionHandle } from '../session-handle.ts'
import { type PickerItem, pickerOf } from './picker.ts'

/** Lets a person choose among the models whose key is set, and those of servers on this machine. */
export async function openModels(session: SessionHandle): Promise<void> {
  const { line, conversation } = session
  const items = await usableModels(line.host.environment)
  const present = conversation.place.settings.model
  if (items.length === 0) {
    const text = `no key and no server on this machine was found; name a model: /model provider/name`
    return session.tell({ type: 'note', tone: 'quiet', text })
  }
  const chosen = Math.max(
    0,
    items.findIndex(({ value }) => value === present),
  )
  session.pick('model', pickerOf('Answers from here on', items, chosen))
}

async function usableModels(environment: Environment): Promise<readonly PickerItem[]> {
  const [providers, local] = await Promise.all([
    catalogue(),
    discoverLocalModels({ timeout: 500, servers: localServers(environment) }),
  ])
  const keyed = Object.values(providers).filter(({ env }) => env.some((name) => environment[name]))
  return [
    ...local.map(({ reference, baseUrl }) => ({ value: reference, label: reference, detail: baseUrl })),
    ...keyed.flatMap((provider) => Object.values(provider.models).map((model) => itemOf(provider, model))),
  ]
}

function itemOf({ id: provider }: CatalogueProvider, { id, cost, limit }: CatalogueModel): PickerItem {
  const facts = [
    ...(limit === undefined ? [] : [`${Math.round(limit.context / 1000)}k`]),
    cost === undefined ? 'no known price' : `$${cost.input} in, $${cost.output} out`,
  ]
  return { value: `${provider}/${id}`, label: `${provider}/${id}`, detail: facts.join(', ') }
}
