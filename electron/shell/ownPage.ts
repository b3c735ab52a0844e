/** Scheme and host of the product's own page. A scheme of our own has none of the rights that file:// has. */
export const PAGE_SCHEME = 'minime';
export const PAGE_HOST = 'app';

/** The one page that may fill the window and talk to the core. */
export interface OwnPage {
  /** What the window loads. */
  url: string;
  owns(url: string): boolean;
}

/** @param devServer address of Vite's server, in development only. */
export function ownPage(devServer?: string): OwnPage {
  const url = devServer ?? `${PAGE_SCHEME}://${PAGE_HOST}/`;
  const { protocol, host } = new URL(url);
  return {
    url,
    owns(other) {
      if (!URL.canParse(other)) return false;
      const parsed = new URL(other);
      // Not `origin`: Node gives every scheme that is not the web's the origin "null".
      return parsed.protocol === protocol && parsed.host === host;
    },
  };
}
