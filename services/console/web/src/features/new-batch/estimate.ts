/** How long a batch will take: never less than one document alone. */
export function expectedSeconds(atYourPace: number | null | undefined, oneDocument: number | null | undefined): number | undefined {
  const known = [atYourPace, oneDocument].filter((value) => typeof value === 'number');
  return known.length ? Math.max(...known) : undefined;
}
