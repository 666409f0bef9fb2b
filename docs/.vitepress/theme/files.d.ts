/** What Vite makes of files that are no TypeScript. */
declare module '*.css';
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  // biome-ignore lint/style/noDefaultExport: that is how a component is exported
  export default component;
}
