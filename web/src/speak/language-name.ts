const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

/** `English` for `en`; a tag that is none (RFC 5646) is given back as it is. */
export function languageName(tag: string): string {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) ? (names.of(tag) ?? tag) : tag;
}
