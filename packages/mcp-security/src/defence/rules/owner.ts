import { normalise } from '../matching/normalise.ts'

/** Who the agent works for. */
export interface Owner {
  readonly addresses?: readonly string[]
  /** The name as others see it. */
  readonly name?: string
}

/** Whether a value is the owner's own address or name. */
export function isOwner({ addresses = [], name }: Owner, value: string): boolean {
  const given = normalise(value)
  return [...addresses, ...(name === undefined ? [] : [name])].some((own) => normalise(own) === given)
}
