/** Files of a project that programs outside of the sandbox take their orders from as soon as they are there: relative to the workspace. */
const obeyedAtOnce = [
  // Version control: git's programs and where it looks for them.
  '.git/hooks',
  '.git/config',
  '.husky',
  // What a shell reads on the way into a folder.
  '.envrc',
  // Agents and their tools.
  '.mcp.json',
  '.claude',
  '.codex',
  '.gemini',
  '.cursor',
  '.opencode',
  '.keepup',
  // Editors that have the folder open.
  '.vscode',
  '.idea',
  '.devcontainer',
  // Machines that build, as soon as it is pushed.
  '.github/workflows',
  '.gitlab-ci.yml',
  '.circleci',
]

/** The same for programs that must be started first, or that ask before they obey. */
const obeyedLater = [
  // Shells and git read these in a home alone.
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.gitconfig',
  '.lefthook.yml',
  'lefthook.yml',
  '.pre-commit-config.yaml',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.zlogin',
  '.zlogout',
  '.inputrc',
  '.ripgreprc',
  '.cursorrules',
  'opencode.json',
  '.roo',
  '.clinerules',
  '.continue',
  '.aider.conf.yml',
  'keepup.json',
  '.zed',
  '.fleet',
  '.nvim.lua',
  '.nvimrc',
  '.exrc',
  '.vimrc',
  '.dir-locals.el',
  '.devcontainer.json',
  '.travis.yml',
  '.buildkite',
  '.drone.yml',
  '.woodpecker',
  '.woodpecker.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'Jenkinsfile',
  '.ci',
]

/** Where a home is the workspace: what the system and its sessions start. */
const inHome = [
  '.config',
  '.local/bin',
  '.local/lib',
  '.local/share',
  'bin',
  '.pam_environment',
  '.xprofile',
  '.xsession',
  '.xinitrc',
  '.ssh',
  '.cargo/bin',
  '.npm-global',
  'Library/LaunchAgents',
]

const later = new Set(obeyedLater)

/** What no command may write in a workspace, absolute. */
export function protectedPaths(root: string, home: string): readonly string[] {
  const paths = [...obeyedAtOnce, ...obeyedLater, ...(root === home ? inHome : [])]
  return paths.map((path) => `${root.replace(/\/$/, '')}/${path}`)
}

/** Whether it is enough that a file of this name, which a command made, is taken away when the command has ended. */
export function isObeyedLater(name: string): boolean {
  return later.has(name)
}
