/** Whether an editor says that it can do something: it names it, with whatever details or none. */
export function offers(capability: object | null | undefined): boolean {
  return capability !== undefined && capability !== null
}
