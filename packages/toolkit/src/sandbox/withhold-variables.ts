/** Variables that hold secrets, or lead to those who have them, by name. */
export const secretVariables: readonly string[] = [
  '*API_KEY*',
  '*APIKEY*',
  '*ACCESS_KEY*',
  '*PRIVATE_KEY*',
  '*SECRET*',
  '*TOKEN*',
  '*PASSWORD*',
  '*PASSWD*',
  '*PASSPHRASE*',
  '*CREDENTIAL*',
  '*_AUTH',
  '*DATABASE_URL*',
  '*_DSN',
  'AWS_*',
  'AZURE_*',
  'PGPASS*',
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'GPG_AGENT_INFO',
  'DBUS_SESSION_BUS_ADDRESS',
  'DOCKER_HOST',
  'KUBECONFIG',
  'NPM_CONFIG_USERCONFIG',
]

/** An environment without the variables that are withheld. Names are compared without regard to case. */
export function withholdVariables(
  environment: Readonly<Record<string, string>>,
  withheld: readonly string[],
): Record<string, string> {
  const patterns = withheld.map(patternOf)
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !patterns.some((pattern) => pattern.test(name))),
  )
}

function patternOf(name: string): RegExp {
  const literal = name.split('*').map((piece) => piece.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`))
  return new RegExp(`^${literal.join('.*')}$`, 'i')
}
