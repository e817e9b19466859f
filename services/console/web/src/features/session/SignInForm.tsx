/** A token that becomes a session of this browser. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '@/shared/api/keys';
import { messageOf } from '@/shared/api/problem';
import { signIn } from '@/shared/session';
import { Button } from '@/shared/ui/Button';
import { TextField } from '@/shared/ui/Field';
import css from './SignInPage.module.css';

export function SignInForm() {
  const queryClient = useQueryClient();
  const [token, setToken] = useState('');
  const entering = useMutation({
    mutationKey: keys.session,
    mutationFn: () => signIn(token.trim()),
    // What failed for want of a session is asked again too.
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        entering.mutate();
      }}
    >
      <TextField
        label="Token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="igt_…"
        value={token}
        error={entering.isError ? messageOf(entering.error) : undefined}
        onChange={(event) => setToken(event.target.value)}
      />
      <Button type="submit" look="primary" busy={entering.isPending} disabled={!token.trim()}>
        Sign in
      </Button>
    </form>
  );
}
