/** The tokens of the tenant: who has which, made and revoked. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { answerOf, deleteApiTokensByTokenId, getApiTokens, type Token } from '@/shared/api/client';
import { shortDate } from '@/shared/format/dates';
import { useActing } from '@/shared/steering/acting';
import { Badge, StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { useConfirm } from '@/shared/ui/confirm';
import { Listing } from '@/shared/ui/Listing';
import { Card, Page } from '@/shared/ui/Page';
import { Empty } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { NewTokenDialog } from './NewTokenDialog';

const KEY = ['tokens'];
const COLUMNS = [{ name: 'User' }, { name: 'Role' }, { name: 'State' }, { name: 'Made', roomy: true }, { name: 'Ends', roomy: true }];

export function TokensPage() {
  const queryClient = useQueryClient();
  const [adding, setAdding] = useState(false);
  const tokens = useQuery({ queryKey: KEY, queryFn: ({ signal }) => answerOf(getApiTokens({ signal })) });
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
        <Listing
          query={tokens}
          items={tokens.data?.items}
          columns={COLUMNS}
          empty={<Empty icon={KeyRound} title="No tokens" />}
          renderRow={(token) => <Row token={token} />}
        />
      </Card>
      {adding && <NewTokenDialog onMade={() => queryClient.invalidateQueries({ queryKey: KEY })} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Row({ token }: { token: Token }) {
  const state = stateOf(token);
  return (
    <tr>
      <td>
        <span className={table.name}>{token.user}</span>
        <span className={table.sub}>made by {token.created_by}</span>
      </td>
      <td className={table.below}>
        <Badge>{token.role}</Badge>
      </td>
      <td className={table.below}>
        <StatusBadge status={state} />
      </td>
      <td className={table.roomy}>
        <When at={token.created_at} />
      </td>
      <td className={table.roomy}>{token.expires_at ? shortDate(token.expires_at) : 'never'}</td>
      <td>{state === 'active' && <Revoke token={token} />}</td>
    </tr>
  );
}

/** At once and for good, after a question: somebody who revokes a stolen token must not have to wait for a toast to go. */
function Revoke({ token }: { token: Token }) {
  const confirm = useConfirm();
  const { act } = useActing(KEY);
  const revoke = async () => {
    const text = 'Whatever uses it stops working within seconds. This cannot be taken back; a new token can be made.';
    if (await confirm({ title: `Revoke the token of ${token.user}?`, text, action: 'Revoke', danger: true })) {
      act(() => answerOf(deleteApiTokensByTokenId({ path: { token_id: token.id } })), 'Revoked: within seconds it works nowhere any more.');
    }
  };
  return <Button look="quiet" icon={<Trash2 />} aria-label={`Revoke the token of ${token.user}`} title="Revoke" onClick={revoke} />;
}

function stateOf(token: Token): string {
  if (token.revoked_at) return 'revoked';
  return token.expires_at && Date.parse(token.expires_at) < Date.now() ? 'expired' : 'active';
}
