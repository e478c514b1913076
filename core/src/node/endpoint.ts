import { adapters } from '../eval/providers/index.ts'
import type { Provider } from '../eval/providers/provider.ts'
import type { Config } from '../registry/config.ts'
import { providerSettings, type ProviderSettings } from '../registry/presets.ts'

/** The provider of a prompt as a run sees it: how it is keyed, whether it can be asked, and why not. */
export type Endpoint = {
  settings: ProviderSettings
  /** null: nothing can be asked. */
  provider: Provider | null
  /** For people, when `provider` is null. */
  missing: string
  /** The key, to be scrubbed from every text. */
  secret: string | null
}

/**
 * Finds out how a provider is reached, from assay.yaml of the base commit and the environment. A key that no planned
 * call needs is not read. An endpoint without a key (a model on this machine) is asked only when the run says so, so that
 * recorded answers of a stopped server still replay.
 */
export function findEndpoint(
  providerId: string,
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  o: { ask: 'never' | 'if-key' | 'always' },
): Endpoint {
  const block = { ...config.providers[providerId] } as Partial<ProviderSettings>
  const variable = `${providerId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_BASE_URL`
  if (block.base_url === 'env') block.base_url = env[variable] ?? null
  const settings = providerSettings(providerId, block)
  const key = settings.api_key_env === null ? null : (env[settings.api_key_env] ?? '').trim() || null
  const problem = whyNot(settings, key, o.ask)
  return {
    settings,
    provider: problem === null ? adapters[settings.adapter]({ settings, apiKey: key }) : null,
    missing: problem ?? '',
    secret: key,
  }
}

// Short, because it ends in the first line of a comment: "25 of 50 answers are missing: OPENAI_API_KEY is not set".
function whyNot(settings: ProviderSettings, key: string | null, ask: 'never' | 'if-key' | 'always'): string | null {
  if (ask === 'never') return 'mode replay asks nothing'
  if (settings.base_url === null) return `providers.${settings.id}.base_url is not set in assay.yaml`
  if (settings.api_key_env !== null) return key === null ? `${settings.api_key_env} is not set` : null
  return ask === 'always' ? null : `"${settings.id}" takes no key, so only "record" and --mode record-missing ask it`
}
