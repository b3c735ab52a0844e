/** Undefined for what is no JSON; whether it is the right one a schema tells. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
