import { startBrowser } from '../scenarios/browser.ts';
import { type FirefoxPage, findFirefox, startFirefox } from './firefox.ts';

/** The browser that the tests bring, as far as it is used here. */
async function startChromium(): Promise<FirefoxPage> {
  const { browser, stop } = await startBrowser();
  const page = await browser.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    run: async (expression) => String(await page.evaluate(expression)),
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key === ENTER ? 'Enter' : key);
    },
    stop,
  };
}

/** Enter, as WebDriver writes it. https://www.w3.org/TR/webdriver2/#keyboard-actions */
export const ENTER = '\uE007';
const firefox = findFirefox();
/** A real Chromium, with web security on, and the Firefox of this machine, where it has one. */
export const BROWSERS: readonly (readonly [string, () => Promise<FirefoxPage>])[] = [
  ['Chromium', startChromium],
  ...(firefox === undefined ? [] : [['the Firefox of this machine', () => startFirefox(firefox)] as const]),
];
