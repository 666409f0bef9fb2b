/**
 * `npx countersign` runs it in a shell, and the shell that npm ends does not pass the signal on: a gateway that was started so ends when its
 * shell has. What `npm start` runs takes the place of the shell, and gets the signal itself.
 */
export function whenShellOfNpmEnds(end: () => void): void {
  if (process.env['npm_command'] === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    end();
  }, SHELL_INTERVAL_MS);
  watch.unref();
}

const SHELL_INTERVAL_MS = 200;
