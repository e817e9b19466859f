/** A page whose code is loaded when it is opened or about to be. What failed to load is tried again the next time it is shown. */
import { type ComponentType, use } from 'react';

type Loaded<N extends string> = Record<N, ComponentType>;

export function lazyPage<N extends string>(load: () => Promise<Loaded<N>>, name: N) {
  let loading: Promise<ComponentType> | undefined;
  const get = () => {
    loading ??= load().then(
      (loaded) => loaded[name],
      (error: unknown) => {
        setTimeout(() => (loading = undefined));
        throw error;
      },
    );
    return loading;
  };
  const LazyPage = () => {
    const Page = use(get());
    return <Page />;
  };
  return Object.assign(LazyPage, { preload: () => get().then(() => undefined, () => undefined) });
}
