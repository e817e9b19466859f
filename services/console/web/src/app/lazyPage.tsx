/** A page whose code is loaded when it is opened or about to be. What failed to load is tried again the next time it is shown. */
import { type ComponentType, useEffect, useState } from 'react';

type Loaded<N extends string> = Record<N, ComponentType>;

export function lazyPage<N extends string>(load: () => Promise<Loaded<N>>, name: N) {
  let page: ComponentType | undefined;
  const get = async () => {
    page = (await load())[name];
  };
  const LazyPage = () => {
    const [problem, setProblem] = useState<unknown>();
    const [, setReady] = useState(page !== undefined);
    useEffect(() => {
      if (!page) get().then(() => setReady(true), setProblem);
    }, []);
    if (problem) throw problem;
    const Page = page;
    return Page ? <Page /> : null;
  };
  return Object.assign(LazyPage, { preload: () => get().catch(() => undefined) });
}
