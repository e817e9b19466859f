/** The tokens of the tenant: who has which, made and revoked. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { answerOf, deleteApiTokensByTokenId, getApiTokens, type Token } from '@/shared/api/client';
import { shortDate } from '@/shared/format/dates';
import { Badge, StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { useConfirm } from '@/shared/ui/confirm';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { useToasts } from '@/shared/ui/toasts';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { NewTokenDialog } from './NewTokenDialog';

const KEY = ['tokens'];

export function TokensPage() {
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const tell = useToasts();
  const [adding, setAdding] = useState(false);
  const tokens = useQuery({ queryKey: KEY, queryFn: ({ signal }) => answerOf(getApiTokens({ signal })) });
  const fresh = () => queryClient.invalidateQueries({ queryKey: KEY });
  const revoking = useMutation({
    mutationFn: (token: Token) => answerOf(deleteApiTokensByTokenId({ path: { token_id: token.id } })),
    onSuccess: () => {
      tell.done('Revoked: within seconds it works nowhere any more.');
      return fresh();
    },
    onError: tell.failed,
  });
  const revoke = async (token: Token) => {
    const question = { title: `Revoke the token of ${token.user}?`, text: 'Whatever uses it stops working within seconds.', action: 'Revoke', danger: true };
    if (await confirm(question)) revoking.mutate(token);
  };
  return (
    <Page
      title="Tokens"
      about="Programs sign in with a token; its role says what it may do."
      actions={
        <Button look="primary" icon={<Plus />} onClick={() => setAdding(true)}>
          New token
        </Button>
      }
    >
      <Card flush>
        {tokens.isPending && <Loading />}
        {tokens.isError && <Failed error={tokens.error} onRetry={() => tokens.refetch()} />}
        {tokens.data?.items.length === 0 && <Empty icon={KeyRound} title="No tokens" />}
        {tokens.data && tokens.data.items.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th>User</th>
                  <th>Role</th>
                  <th>State</th>
                  <th className={table.roomy}>Made</th>
                  <th className={table.roomy}>Ends</th>
                  <th className={table.tight}>
                    <span className="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {tokens.data.items.map((token) => (
                  <tr key={token.id}>
                    <td>
                      <span className={table.name}>{token.user}</span>
                      <span className={table.sub}>made by {token.created_by}</span>
                    </td>
                    <td>
                      <Badge>{token.role}</Badge>
                    </td>
                    <td>
                      <StatusBadge status={stateOf(token)} />
                    </td>
                    <td className={table.roomy}>
                      <When at={token.created_at} />
                    </td>
                    <td className={table.roomy}>{token.expires_at ? shortDate(token.expires_at) : 'never'}</td>
                    <td>
                      {stateOf(token) === 'active' && (
                        <Button look="quiet" icon={<Trash2 />} aria-label={`Revoke the token of ${token.user}`} onClick={() => revoke(token)} />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      {adding && <NewTokenDialog onMade={fresh} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function stateOf(token: Token): string {
  if (token.revoked_at) return 'revoked';
  return token.expires_at && Date.parse(token.expires_at) < Date.now() ? 'expired' : 'active';
}
