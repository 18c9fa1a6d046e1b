#!/bin/sh
# Makes the certificates of the agent lab anew: a CA that signs exactly one certificate and whose key is then thrown
# away, so that trusting it trusts nothing else. The hosts are those that Claude Code and Gemini CLI ask with a login; the key of the
# one certificate is committed, being good for nothing but the loopback of the tests. Needs openssl; run by hand.
set -eu
cd "$(dirname "$0")/certificates"
# Past the life of this code: an expired fixture would fail every test on one day for no reason of perch.
days=36500
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

openssl ecparam -name prime256v1 -genkey -noout -out "$work/ca.key"
openssl req -x509 -new -key "$work/ca.key" -sha256 -days "$days" -out ca.pem \
  -subj '/CN=perch agent lab (test only)' \
  -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign'

openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out provider.key
openssl req -new -key provider.key -subj '/CN=agent lab provider' -out "$work/provider.csr"
cat >"$work/extensions" <<'EXTENSIONS'
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:api.anthropic.com,DNS:platform.claude.com,DNS:oauth2.googleapis.com,DNS:cloudcode-pa.googleapis.com,DNS:www.googleapis.com
EXTENSIONS
openssl x509 -req -in "$work/provider.csr" -CA ca.pem -CAkey "$work/ca.key" -CAcreateserial -CAserial "$work/serial" \
  -sha256 -days "$days" -extfile "$work/extensions" -out provider.pem
