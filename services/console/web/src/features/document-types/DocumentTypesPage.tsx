/** The kinds of documents that are recognised: what each is asked, and the shape of its result. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, getApiDocumentTypes } from '@/shared/api/client';
import { capital, counted, words } from '@/shared/format/numbers';
import { Badge } from '@/shared/ui/Badge';
import { Card, Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/states';
import css from './DocumentTypes.module.css';

type Property = { type?: string | string[]; description?: string };

export function DocumentTypesPage() {
  const types = useQuery({ queryKey: ['document-types'], queryFn: ({ signal }) => answerOf(getApiDocumentTypes({ signal })), staleTime: 300_000 });
  return (
    <Page title="Document types" about="Under the strategy auto, a document’s type brings its prompt and the shape of its result.">
      {types.isPending && <Loading />}
      {types.isError && <Failed error={types.error} onRetry={() => types.refetch()} />}
      <div className={css.types}>
        {types.data?.items.map((type) => {
          const properties = Object.entries((type.json_schema.properties ?? {}) as Record<string, Property>);
          const wordings = Object.keys(type.keywords ?? {});
          return (
            <Card key={type.code} title={type.title} actions={<code>{type.code}</code>}>
              <p className={css.prompt}>{type.prompt}</p>
              <p className={css.fields}>
                {properties.map(([name, property]) => (
                  <Badge key={name} tone={[property.type].flat().includes('array') ? 'busy' : 'calm'}>
                    {capital(words(name))}
                  </Badge>
                ))}
              </p>
              <details>
                <summary>{wordings.length ? `Schema, and ${counted(wordings.length, 'wording')} that speak for it` : 'Schema'}</summary>
                {wordings.length > 0 && <p className="quiet">{wordings.join(' · ')}</p>}
                <pre className={css.schema}>{JSON.stringify(type.json_schema, null, 2)}</pre>
              </details>
            </Card>
          );
        })}
      </div>
    </Page>
  );
}
