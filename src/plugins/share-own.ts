import nodeModule from 'node:module';

const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
/** What a plug-in imports of countersign is that which runs, whatever is installed beside the plug-in. */
const OWN: ReadonlyMap<string, string> = new Map(
  ['plugin', 'index'].map((entry) => [
    entry === 'index' ? 'countersign' : `countersign/${entry}`,
    new URL(`../${entry}${ENDING}`, import.meta.url).href,
  ]),
);

let isShared = false;

/**
 * Lets the plug-ins of this process find countersign, and zod where none is installed beside them: a file next to the configuration has
 * no `node_modules`. Source: https://nodejs.org/api/module.html#moduleregisterhooksoptions
 */
export function shareOwn(): void {
  if (isShared) return;
  isShared = true;
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      const own = OWN.get(specifier);
      if (own !== undefined) return { url: own, shortCircuit: true };
      try {
        return next(specifier, context);
      } catch (error) {
        if (specifier !== 'zod') throw error;
        return { url: import.meta.resolve('zod'), shortCircuit: true };
      }
    },
  });
}
