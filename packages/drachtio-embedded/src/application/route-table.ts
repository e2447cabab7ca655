interface Route<Application> {
  applications: Application[];
  /** Whose turn it is. */
  next: number;
}

/** Which applications asked for which verb; requests are dealt to them in turn. */
export class RouteTable<Application extends { readonly tags: readonly string[]; readonly closed: boolean }> {
  readonly #routes = new Map<string, Route<Application>>();

  /** `verb` is in lower case. Naming a verb twice changes nothing. */
  add(verb: string, application: Application): void {
    const route = this.#routes.get(verb) ?? { applications: [], next: 0 };
    if (!route.applications.includes(application)) route.applications.push(application);
    this.#routes.set(verb, route);
  }

  remove(verb: string, application: Application): void {
    const route = this.#routes.get(verb);
    if (!route) return;
    const index = route.applications.indexOf(application);
    if (index === -1) return;
    route.applications.splice(index, 1);
    // Who had the turn keeps it.
    if (index < route.next) route.next -= 1;
    if (route.applications.length === 0) this.#routes.delete(verb);
  }

  removeAll(application: Application): void {
    for (const verb of [...this.#routes.keys()]) this.remove(verb, application);
  }

  /** The application whose turn it is, of those with the tag if one is named; undefined when there is none. */
  next(verb: string, tag?: string): Application | undefined {
    const route = this.#routes.get(verb);
    if (!route) return undefined;
    const { applications } = route;
    for (let tried = 0; tried < applications.length; tried++) {
      const index = (route.next + tried) % applications.length;
      const application = applications[index]!;
      if (application.closed || (tag !== undefined && !application.tags.includes(tag))) continue;
      route.next = index + 1;
      return application;
    }
    return undefined;
  }
}
