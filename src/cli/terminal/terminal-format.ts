/** How a line of the log is shown on a terminal; undefined where nobody looks, and programs read it. */
export async function terminalFormat(): Promise<((line: string) => string) | undefined> {
  if (!process.stdout.isTTY) return undefined;
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({
    colorize: process.stdout.hasColors(),
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    ignore: 'pid',
  });
}
