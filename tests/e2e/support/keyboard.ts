import type { Page } from 'playwright-core';

export interface TabWalk {
  /** What can be worked with the mouse but was not come to. */
  unreached: string[];
  /** What had the focus without a sign of it. */
  unseen: string[];
  /** What had the focus, in that order. */
  stops: string[];
}

const MOST_STOPS = 200;

/** Presses Tab from the start of the page to its end. */
export async function tabWalk(page: Page): Promise<TabWalk> {
  await page.evaluate(prepare);
  const unseen = new Set<string>();
  const stops: string[] = [];
  for (let i = 0; i < MOST_STOPS; i += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(visit);
    if (stop.over) break;
    stops.push(stop.name);
    if (!stop.seen) unseen.add(stop.name);
  }
  return { unreached: await page.evaluate(unvisited), unseen: [...unseen], stops };
}

/** Notes how everything looks without focus. */
function prepare(): void {
  const name = (element: Element) =>
    element.getAttribute('aria-label') ??
    (element.id ? `#${element.id}` : `${element.tagName} ${element.textContent?.trim().slice(0, 40)}`);
  /**
   * Its looks and those of its neighbours, one of which may show the focus for it, as the track of a switch does, or
   * the active option of a list.
   */
  const looks = (element: Element) =>
    [
      element,
      element.nextElementSibling,
      element.parentElement,
      element.parentElement?.nextElementSibling,
      document.getElementById(element.getAttribute('aria-activedescendant') ?? ''),
    ]
      .filter((near) => near instanceof Element)
      .flatMap((near) => [getComputedStyle(near), getComputedStyle(near, '::after')])
      .map(({ outline, boxShadow, borderColor, background, clipPath }) =>
        [outline, boxShadow, borderColor, background, clipPath].join(),
      )
      .join('|');
  const shown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
  const workable = [
    ...document.querySelectorAll(
      'a[href], button, input, select, textarea, summary, [tabindex="0"], [role=slider]',
    ),
  ].filter((element) => shown(element) && !element.matches(':disabled, [tabindex="-1"], [type=hidden]'));
  (document.activeElement as HTMLElement | null)?.blur();
  // The next Tab goes on from where the focus was last: that shall be the beginning.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  const before = new Map(workable.map((element) => [element, looks(element)]));
  Object.assign(window, { walk: { name, looks, workable, before, visited: new Set<Element>() } });
}

interface Walk {
  name(element: Element): string;
  looks(element: Element): string;
  workable: Element[];
  before: Map<Element, string>;
  visited: Set<Element>;
}

function visit(): { over: boolean; seen: boolean; name: string } {
  const { walk } = window as unknown as { walk: Walk };
  const element = document.activeElement;
  if (!element || element === document.body || walk.visited.has(element))
    return { over: true, seen: true, name: '' };
  walk.visited.add(element);
  const before = walk.before.get(element);
  return {
    over: false,
    seen: before === undefined || before !== walk.looks(element),
    name: walk.name(element),
  };
}

/** Of a group of radio buttons one is a stop; arrow keys lead to the others. */
function unvisited(): string[] {
  const { walk } = window as unknown as { walk: Walk };
  const groups = new Set(
    [...walk.visited].map((element) => (element as HTMLInputElement).name).filter(Boolean),
  );
  return walk.workable
    .filter((element) => element.isConnected && !walk.visited.has(element))
    .filter(
      (element) =>
        !((element as HTMLInputElement).type === 'radio' && groups.has((element as HTMLInputElement).name)),
    )
    .map((element) => walk.name(element));
}
