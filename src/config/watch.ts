import { realpath, stat } from 'node:fs/promises';

/**
 * Calls `changed` when the file is another one than before: written anew, replaced, or behind a symbolic link that leads
 * elsewhere, as Kubernetes swaps its ConfigMaps. It looks every `intervalMs`, and waits until two looks see the same, so that a
 * file is not read while it is written. Gives the call that ends it.
 * Source: https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export function watchFile(path: string, intervalMs: number, changed: () => void): () => void {
  let known: string | undefined;
  let last: string | undefined;
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    const seen = await signatureOf(path);
    isLooking = false;
    known ??= seen;
    if (seen !== known && seen === last) {
      known = seen;
      changed();
    }
    last = seen;
  };
  void look();
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** A file that is not there is another one than any that is. */
async function signatureOf(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const { ino, size, mtimeNs, ctimeNs } = await stat(real, { bigint: true });
    return [real, ino, size, mtimeNs, ctimeNs].join('\n');
  } catch {
    return 'missing';
  }
}
