/** What the suite hands to a client for some scenarios. */
export interface ScenarioContext {
  readonly name?: string
  readonly client_id?: string
  readonly client_secret?: string
  readonly issuer?: string
  readonly private_key_pem?: string
  readonly signing_algorithm?: string
  readonly idp_client_id?: string
  readonly idp_client_secret?: string
  readonly idp_id_token?: string
  readonly idp_token_endpoint?: string
  readonly valid_jwt?: string
  readonly toolCalls?: readonly {
    readonly name: string
    readonly arguments: Readonly<Record<string, unknown>>
  }[]
}

/** Reads it from the environment, where the suite puts it. */
export function scenarioContext(): ScenarioContext {
  const text = process.env['MCP_CONFORMANCE_CONTEXT']
  // The suite's own, of which every field is looked at before it is used.
  return text === undefined || text === '' ? {} : (JSON.parse(text) as ScenarioContext)
}
