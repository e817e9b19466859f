/** The way in: the link that `ingestio up` prints, or a token. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '@/shared/api/problem';
import { sessionQuery, signIn } from '@/shared/session';
import { Button } from '@/shared/ui/Button';
import { TextField } from '@/shared/ui/Field';
import css from './SignInPage.module.css';

const linkFailed = () => new URLSearchParams(window.location.search).get('sign-in') === 'failed';

export function SignInPage() {
  const queryClient = useQueryClient();
  const [token, setToken] = useState('');
  const entering = useMutation({
    mutationFn: () => signIn(token.trim()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  const refused = entering.error instanceof Problem ? entering.error.message : undefined;
  return (
    <main className={css.page}>
      <form
        className={css.card}
        onSubmit={(event) => {
          event.preventDefault();
          entering.mutate();
        }}
      >
        <img src="/icon.svg" alt="" width={44} height={44} />
        <h1>Sign in to IngestIO</h1>
        {linkFailed() && (
          <p className={css.failed} role="alert">
            This link was used already, or is too old. Print a new one with <code>ingestio sign-in</code>, or use a token.
          </p>
        )}
        <p className="quiet">
          Open the link that <code>ingestio up</code> printed when it started. Or paste a token; it becomes a session of this browser and is stored
          nowhere.
        </p>
        <TextField
          label="Token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="igt_…"
          value={token}
          error={refused}
          onChange={(event) => setToken(event.target.value)}
        />
        <Button type="submit" look="primary" busy={entering.isPending} disabled={!token.trim()}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
