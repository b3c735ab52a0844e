/** Debian packages that the browser and Electron suites need: the browser, and a font for it to paint with. */
export const chromiumPackages: readonly string[] = ['chromium', 'fonts-dejavu-core'];

export const chromiumPath = process.env.MINIME_CHROMIUM ?? '/usr/bin/chromium';
