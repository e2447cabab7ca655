/** Which applications asked for which verb; requests are dealt to them in turn. */
export class RouteTable<Application> {
  readonly #routes = new Map<string, { applications: Application[]; next: number }>();

  /** `verb` is in lower case. Naming a verb twice changes nothing. */
  add(verb: string, application: Application): void {
    const route = this.#routes.get(verb) ?? { applications: [], next: 0 };
    if (!route.applications.includes(application)) route.applications.push(application);
    this.#routes.set(verb, route);
  }

  remove(verb: string, application: Application): void {
    const route = this.#routes.get(verb);
    if (!route) return;
    route.applications = route.applications.filter((other) => other !== application);
    if (route.applications.length === 0) this.#routes.delete(verb);
  }

  removeAll(application: Application): void {
    for (const verb of [...this.#routes.keys()]) this.remove(verb, application);
  }

  /** The application whose turn it is, undefined when nobody routed the verb. */
  next(verb: string): Application | undefined {
    const route = this.#routes.get(verb);
    if (!route) return undefined;
    const index = route.next % route.applications.length;
    route.next = index + 1;
    return route.applications[index];
  }
}
