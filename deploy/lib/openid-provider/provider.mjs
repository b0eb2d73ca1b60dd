// A public OpenID provider for tests: says its issuer, reads the address that it may lead back to, and serves until its input ends.
//   node provider.mjs SECONDS_A_TOKEN_HOLDS
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const server = createServer((request, response) => serve(request, response));
let serve = (_, response) => response.writeHead(503).end();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const input = createInterface({ input: process.stdin });
  input.once('line', address => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'preservation', client_secret: 'a secret of tests', redirect_uris: [address], response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post' }],
      pkce: { methods: ['S256'], required: () => true },
      ttl: { IdToken: Number(process.argv[2]) },
      cookies: { keys: ['a key of tests'] },
    });
    serve = provider.callback();
    console.log('serving');
  });
  input.once('close', () => process.exit(0));
  console.log(issuer);
});
