/**
 * Small modules in place of packages that would need a compiler (logger, watchdog, device id) or are 9 MB of telemetry.
 * VS Code imports them by name even where it never calls them.
 */
export const stubs: Record<string, string> = {
  '@microsoft/1ds-core-js': `
export class AppInsightsCore {
  pluginVersionStringArr = []
  initialize() {}
  track() {}
  unload() {}
  getPropertyManager() { return {} }
}`,
  '@microsoft/1ds-post-js': 'export class PostChannel {}',
  '@vscode/deviceid': "export const getDeviceId = async () => '00000000-0000-4000-8000-000000000000'",
  '@vscode/native-watchdog': 'export const start = () => {}\nexport default { start }',
  // Writes the log files that VS Code expects to find, without rotating them.
  '@vscode/spdlog': `
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical']

class Logger {
  level = 2
  constructor(file) {
    this.file = file
    mkdirSync(dirname(file), { recursive: true })
  }
  getLevel() { return this.level }
  setLevel(level) { this.level = level }
  setPattern() {}
  clearFormatters() {}
  flush() {}
  drop() {}
}
for (const [rank, name] of levels.entries())
  Logger.prototype[name] = function (text) {
    if (rank >= this.level) appendFileSync(this.file, new Date().toISOString() + ' [' + name + '] ' + text + '\\n')
  }

const create = async (name, file) => new Logger(file)
export { Logger, create as createAsyncRotatingLogger, create as createRotatingLogger }
export function setFlushOn() {}`,
}
