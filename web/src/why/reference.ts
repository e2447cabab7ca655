/** Where that section of an RFC can be read; null for text that names none. */
export function referenceUrl(reference: string): string | null {
  const [, number, section] = /^RFC (\d+) ([0-9A-Z.]+)$/.exec(reference) ?? [];
  if (!number || !section) return null;
  const anchor = /^\d/.test(section) ? `section-${section}` : `appendix-${section}`;
  return `https://www.rfc-editor.org/rfc/rfc${number}#${anchor}`;
}
