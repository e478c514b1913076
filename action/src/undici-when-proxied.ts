import type * as Undici from 'undici'

/**
 * Stands in for `undici` in the bundle (build.ts). @actions/github loads it for its proxy agent alone, which costs every
 * run a quarter of its start; without a proxy Node's own fetch, which is undici too, does the same.
 */
const names = ['https_proxy', 'http_proxy', 'HTTPS_PROXY', 'HTTP_PROXY']
const real = names.some((name) => process.env[name]) ? await import('undici') : null

export const fetch = real?.fetch ?? globalThis.fetch
export const ProxyAgent = real?.ProxyAgent as typeof Undici.ProxyAgent
