/** Folders whose whole contents are secret. */
const folders =
  /^(\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.azure|\.gcloud|gcloud|\.password-store|\.1password|\.terraform\.d|\.oci|\.snowsql|\.fly|\.netlify|\.expo|keychains|\.m2|\.subversion)$/

/** One expression of several: names are compared by the thousand. */
function anyOf(...expressions: readonly RegExp[]): RegExp {
  return new RegExp(expressions.map(({ source }) => `(?:${source})`).join('|'))
}

/** Words for what is secret, anywhere in a name. */
const named = anyOf(
  /(^|[^a-z])secrets?([^a-z]|$)/,
  /(^|[^a-z])(passwords?|passwd|htpasswd|api[-_]?keys?|private[-_]?keys?|access[-_]?tokens?|auth[-_]?tokens?)([^a-z]|$)/,
)

/** File names that hold secrets. Compared in lower case, since some file systems do not tell cases apart. */
const files = anyOf(
  /^\.env/,
  /\.env(\.[\w-]+)?$/,
  /^[._](npmrc|netrc|pypirc|pgpass|my\.cnf|mylogin\.cnf|git-credentials|gitconfig|dockercfg|dockerconfigjson|s3cfg|boto|htpasswd|terraformrc|vault-token|yarnrc\.yml|lesshst|rhosts|envrc|flaskenv|dev\.vars|vault[-_]pass|databrickscfg)/,
  /^\.?credentials?([^a-z]|$)/,
  /^\.?(token|tokens)(\.(json|txt|ya?ml|toml))?$/,
  /^\.(\w+_)?history$/,
  /sh_history$/,
  /^(g?shadow|sudoers|master\.passwd)(-|$)/,
  /^(deploy|ssh_host_\w+)_key(\.[\w-]+)?$|^vault\.ya?ml$/,
  /^id_(rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)/,
  /^(authorized_keys|known_hosts|wallet\.dat|\.viminfo|\.xauthority|\.iceauthority|pip\.conf|kubeconfig|login data|logins\.json|key[34]\.db|cookies(\.sqlite)?)/,
  /\.(pem|key|p12|pfx|p8|kdbx|jks|keystore|ppk|ovpn|gpg|asc|tfstate|tfvars|agekey)(\.[\w-]+)?$/,
  /^(service[-_]?account|gha-creds|application_default_credentials|auth)[\w-]*\.json$/,
)

/** Files of a version control folder that may hold a password or a token. */
const versionControl = /(^|\/)\.(git|hg|svn)\/(.*\/)?(config|config\.worktree|credentials|hgrc|auth)(\/|$)/

/**
 * Whether a path, or a folder on its way, has a name under which secrets are kept: `.env`, `id_rsa`, `credentials`, `*.pem`, anything in `.ssh`. Give
 * it the part below the workspace, so that the name of the workspace itself does not count.
 */
export function isSecretPath(path: string): boolean {
  const lower = path.toLowerCase()
  if (versionControl.test(lower) || /(^|\/)\.config\/(gh|hub|gcloud|op)(\/|$)/.test(lower)) return true
  return lower.split('/').some((part) => part !== '' && isSecretName(part))
}

/** A source file about secrets, which holds none: the word for them is followed by another one, or it is a test of them. */
const about =
  /(secrets?|passwords?|passwd|api[-_]?keys?|private[-_]?keys?|access[-_]?tokens?|auth[-_]?tokens?)([-_](?!(local|prod|production|dev|development|staging|stage|test|backup|bak|old|new|config|conf|settings|values|data|json|file|\d*)[-_.])[a-z][a-z\d]*)+(\.(test|spec|d|stories|bench))?\.([cm]?[jt]sx?|py|go|rs|java|kt|c|h|cc|cpp|hpp|cs|rb|php|swift|scala|vue|svelte|css|scss)$|^[a-z-]+\.(test|spec)\.[cm]?[jt]sx?$/

/** Whether one name of a path is one under which secrets are kept. */
export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase()
  if (folders.test(lower)) return true
  return files.test(lower) || (named.test(lower) && !about.test(lower))
}

/** Names that a pattern is tried on: one that fits any of these aims at secrets. */
export const secretSamples: readonly string[] = [
  '.env',
  '.env.local',
  'prod.env',
  '.npmrc',
  '.netrc',
  '.pypirc',
  '.pgpass',
  '.git-credentials',
  '.gitconfig',
  '.htpasswd',
  '.bash_history',
  '.ssh',
  '.aws',
  '.gnupg',
  '.kube',
  '.docker',
  'credentials',
  'credentials.json',
  'secret',
  'secrets.txt',
  'secrets.json',
  'id_rsa',
  'id_rsa.pub',
  'id_ed25519',
  'authorized_keys',
  'shadow',
  'passwd',
  'server.pem',
  'server.key',
  'server.p12',
  'server.pfx',
  'vault.kdbx',
]
