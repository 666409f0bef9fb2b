/**
 * What the task gives; where that takes longer than so many milliseconds, what `late` gives or throws. The task goes on. With `ref: false`
 * the wait keeps no process from ending.
 */
export async function within<T>(
  timeMs: number,
  task: Promise<T>,
  late: () => T,
  { ref = true }: { readonly ref?: boolean } = {},
): Promise<T> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, timeMs));
  if (!ref) timer.unref();
  try {
    return await Promise.race([task, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
