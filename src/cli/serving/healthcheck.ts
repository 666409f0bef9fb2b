import { CONFIG_OPTION, type Command, needUsable, refuseWords, Stop } from '../command.ts';

const TIMEOUT_MS = 2_000;
const ANYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Asks the gateway of this configuration, on this machine, how it is. */
export const healthcheck: Command = {
  summary: 'ask the running gateway whether it is alive (for containers)',
  help: `Usage: countersign healthcheck [-c FILE] [--ready]

Asks /livez on the admin listener that the configuration names. Exits with 0 where the answer is 200, else with 1.

Options
  -c, --config FILE   the configuration
  --ready             ask /readyz: whether guarded saves can be judged

Example
  countersign healthcheck -c countersign.yaml`,
  options: { ...CONFIG_OPTION, ready: { type: 'boolean' } },
  async run(words) {
    refuseWords(words);
    const { admin } = await needUsable(words);
    if (!admin) throw new Stop(1, 'there is no admin listener: "admin" is false');
    const name = ANYWHERE[admin.host] ?? admin.host;
    const path = words.values['ready'] === true ? '/readyz' : '/livez';
    const url = `http://${name.includes(':') ? `[${name}]` : name}:${admin.port}${path}`;
    try {
      const { status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (status === 200) return 0;
      throw new Stop(1, `${url} answers ${status}`);
    } catch (error) {
      if (error instanceof Stop) throw error;
      throw new Stop(1, `${url} does not answer`);
    }
  },
};
