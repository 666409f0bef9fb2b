const scripts = new Map<string, Promise<void>>();

/** Loads a script into the page, once. */
export function loadScript(address: string): Promise<void> {
  const loading = scripts.get(address) ?? begin(address);
  scripts.set(address, loading);
  return loading;
}

function begin(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${address} cannot be loaded`));
    document.head.append(script);
  });
}
