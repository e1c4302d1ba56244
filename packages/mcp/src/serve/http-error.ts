/** A refusal in the shape of MCP's streamable HTTP: a status, and an error of JSON-RPC that belongs to no request. */
export function httpError(status: number, message: string, code = -32_000): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
}
