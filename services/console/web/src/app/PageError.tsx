/** What stands in place of a page that broke or could not be loaded; one that is gone with its release is loaded anew. */
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/states';
import { isOutdated, loadAnew } from './outdated';

export function PageError({ error, reset }: ErrorComponentProps) {
  const [asking, setAsking] = useState(true);
  useEffect(() => {
    void isOutdated().then((outdated) => setAsking(outdated && loadAnew()));
  }, []);
  if (asking) return <Loading />;
  return (
    <Page title="Not shown">
      <Failed error={error} onRetry={reset} />
    </Page>
  );
}
