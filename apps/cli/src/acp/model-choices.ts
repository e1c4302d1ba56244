import type { AcpChoices } from '@keepup/acp'
import { catalogue, type CatalogueProvider } from '@keepup/models'

import type { Environment } from '../host.ts'
import { findModel } from '../model/choose-model.ts'

/** @limit How many models an editor is offered: a list of thousands is none. */
const mostOffered = 100

/** The name of the model that is taken where nobody chose: the one that was set, else the one that is found. Empty where there is none; opening it tells so. */
export async function findModelName(named: string | undefined, environment: Environment): Promise<string> {
  return named ?? (await findModel(environment))?.reference ?? ''
}

/** The models that can be chosen: the present one, and those of providers whose keys are set. Of what a thread ran with before, the same if it is among them. */
export async function modelChoices(
  named: string,
  environment: Environment,
  before: string | undefined,
): Promise<AcpChoices> {
  const isListed = /^[^:]+\//.test(named)
  const providers = isListed ? Object.values(await catalogue()) : []
  const offered = providers.filter((provider) => isReady(provider, environment)).flatMap(choicesOf)
  const others = offered.filter(({ id }) => id !== named).slice(0, mostOffered - 1)
  const options = [{ id: named, name: nameOf(named) }, ...others]
  const current = options.some(({ id }) => id === before) ? (before ?? named) : named
  return { current, options }
}

function isReady({ env }: CatalogueProvider, environment: Environment): boolean {
  return env.length > 0 && env.every((variable) => environment[variable])
}

function choicesOf({ id: provider, models }: CatalogueProvider) {
  return Object.values(models).flatMap(({ id, name, tool_call: usesTools }) =>
    usesTools ? [{ id: `${provider}/${id}`, name }] : [],
  )
}

/** Of a file or an address, its last part. */
function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf(reference.includes('#') ? '#' : '/') + 1)
}
