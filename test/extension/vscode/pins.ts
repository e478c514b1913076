/**
 * The npm package that carries VS Code's server and workbench ready-built; this one holds VS Code 1.139.1. Its hash pins
 * everything else too: version and hash of each package that the server runs with are in the shrinkwrap inside.
 */
export const codeServer = {
  version: '4.139.1',
  integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
}

/** Goes up when a list below or a stub changes. */
export const recipe = 1

/** What the server and its extension host import: about 60 MB of the 400 MB that the shrinkwrap lists. */
const serverPackages = [
  'cookie',
  'http-proxy-agent',
  'https-proxy-agent',
  'minimist',
  'undici',
  'vscode-regexpp',
  'ws',
  'yauzl',
  'yazl',
  '@vscode/fs-copyfile', // imported by the bundled git extension
  '@vscode/proxy-agent',
  // The three below contain native code and bring it prebuilt.
  '@parcel/watcher',
  '@vscode/ripgrep-universal', // findFiles and text search
  'node-pty',
  '@xterm/addon-serialize',
  '@xterm/addon-unicode11',
  '@xterm/headless',
]

/** What the page in the browser asks the server for. */
const pagePackages = [
  'jschardet',
  'tas-client',
  'vscode-oniguruma',
  'vscode-textmate',
  '@vscode/iconv-lite-umd',
  '@xterm/xterm',
]

export const packages = [...serverPackages, ...pagePackages]

/** Bundled extensions that no test uses: 100 of 128 MB. */
export const unusedExtensions = [
  'copilot',
  'github',
  'grunt',
  'gulp',
  'jake',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'php-language-features',
  'terminal-suggest',
  'tunnel-forwarding',
]
