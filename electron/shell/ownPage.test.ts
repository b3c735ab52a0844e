import { describe, expect, test } from 'vitest';
import { ownPage } from './ownPage.ts';
import { isWebLink } from './security.ts';

describe('our own page', () => {
  const page = ownPage();
  test.for(['minime://app/', 'minime://app/assets/index.js', 'minime://app/#/hosts'])('owns %s', (url) =>
    expect(page.owns(url)).toBe(true),
  );

  test.for([
    'minime://other/',
    'minime://app.example.org/',
    'minime://app@example.org/',
    'https://app/',
    'https://minime/',
    'http://minime//app/',
    'file:///app/',
    'data:text/html,minime://app/',
    'about:blank',
    'javascript:"minime://app/"',
    'null',
    '',
  ])('does not own %s', (url) => expect(page.owns(url)).toBe(false));

  test('is the development server where there is one, and nothing else then', () => {
    const served = ownPage('http://localhost:5173/');
    expect(served.owns('http://localhost:5173/src/main.tsx')).toBe(true);
    expect(served.owns('http://localhost:5174/')).toBe(false);
    expect(served.owns('minime://app/')).toBe(false);
  });
});

describe('links that go to the browser', () => {
  test('are those of the web over TLS', () => expect(isWebLink('https://example.org/docs?a#b')).toBe(true));
  test.for([
    'http://example.org/',
    'https://user@example.org/',
    'https://:password@example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ssh://host/',
    'minime://app/',
    'https//example.org',
    '',
  ])('are not %s', (url) => expect(isWebLink(url)).toBe(false));
});
