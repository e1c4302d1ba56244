/** The oldest Node that every part works on. */
const oldest = { major: 22, minor: 18 }

/** What to tell a person whose Node is too old, or nothing. `version` is spelled as in `process.versions.node`. */
export function nodeComplaint(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined
  return (
    `error: keepup needs Node ${oldest.major}.${oldest.minor} or newer, and this is Node ${version}\n` +
    'fix: install a current Node from https://nodejs.org (or: nvm install --lts), then try again\n'
  )
}
