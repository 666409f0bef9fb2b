/** How this machine reaches a registry: by a proxy, by certificates of its own, from what was fetched before. */
const MACHINE =
  /^(?:.*_proxy|npm_config_(?:cache|registry|userconfig|cafile)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

/**
 * For an npm that a test starts in an environment of its own. What was fetched before is used, and a registry that stands still is asked again after
 * a minute: by itself npm waits for five, and no test does. Source: npm-config(7).
 */
export function npmSettings(): Readonly<Record<string, string>> {
  const machine = Object.entries(process.env).flatMap(
    ([name, value]): readonly (readonly [string, string])[] =>
      value !== undefined && MACHINE.test(name) ? [[name, value]] : [],
  );
  return {
    ...Object.fromEntries(machine),
    npm_config_prefer_offline: 'true',
    npm_config_fetch_timeout: '60000',
    npm_config_fetch_retries: '4',
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000',
  };
}
