package lambda

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/server"
)

// TestTheArticleByAPIThroughLambda does what
// JumpCloud's guide to "Amazon IAM (Multiple Roles)" does in its console, from an empty deployment until two people have signed in to two accounts
// and the connectors are gone again, all by HTTP.
func TestTheArticleByAPIThroughLambda(t *testing.T) {
	t.Parallel()
	bootstrap(t, functions[0]) // so that nothing is started in vain
	t.Run("with a token for a role of IAM and keys in KMS", func(t *testing.T) {
		t.Parallel()
		moto := emulator.Moto(t, account)
		s := newEmptyStage(t, cloud{dynamodb: emulator.DynamoDBLocal(t), kms: emulator.LocalKMS(t), secrets: moto}, idp.CustodyKMS)
		a := &article{curl: s.with(s.iamToken("owner")), emulated: moto, custody: "kms", removal: "ScheduleKeyDeletion"}
		a.walk("arn:aws:sts::" + account + ":assumed-role/gatepost-owner/deploy")
	})
	t.Run("with a token that a session made and keys in Secrets Manager", func(t *testing.T) {
		t.Parallel()
		c := kumo(t)
		c.kms = nowhere
		s := newEmptyStage(t, c, idp.CustodySecrets)
		a := &article{curl: s.with(s.token(s.firstOwner(), "write")), emulated: emulator.Moto(t, account), custody: "secretsmanager", removal: "DeleteSecret"}
		a.walk(olive)
	})
}

// article is the administrator at work.
type article struct {
	curl
	emulated string // address of IAM and STS
	custody  string // of keys that are made
	removal  string // the call that removes one
}

func (a *article) walk(actor string) {
	a.Helper()
	a.connect()
	a.invite()
	metadata := map[string]string{}
	for _, c := range connectors {
		page := a.try("GET connectors/"+c.slug+"/metadata", "")
		if metadata[c.slug] = a.metadata(a, c.slug); page.Body != metadata[c.slug] {
			a.Errorf("the API's metadata of %s are others than those that everybody reads", c.slug)
		}
		a.setUpAccount(a.emulated, metadata[c.slug], c.provider, c.role)
		a.want(200, "POST connectors/"+c.slug+"/activate", "")
	}
	people := map[string]*server.Person{alice: a.signIn(alice), bob: a.signIn(bob)}
	for _, visit := range []struct {
		email string
		to    int
	}{{alice, 0}, {alice, 1}, {bob, 0}} {
		c := connectors[visit.to]
		response := people[visit.email].Launch(a, c.slug).Fields.Get("SAMLResponse")
		a.accepts(a.emulated, response, metadata[c.slug], c.provider, c.role, visit.email)
		a.announced(response, visit.email)
	}
	if page := people[bob].Get(a, "/sso/aws-b"); page.Status != http.StatusForbidden {
		a.Errorf("bob is answered %d at a connector of another group", page.Status)
	}
	a.recorded(actor)
	a.close(people[alice])
}

// connect makes the connectors: the first by the short form, with a key that is
// made, the second in full, with a key that is uploaded.
func (a *article) connect() {
	a.Helper()
	for _, c := range connectors {
		a.want(201, "POST groups", a.text(map[string]string{"name": c.group}))
	}
	one := a.want(201, "POST connectors", a.text(map[string]any{
		"label": "AWS A", "roles": []map[string]string{{"role_arn": roleARN("SAML-User"), "provider_arn": providerARN("Gatepost")}},
	}))
	if key := object(one, "key"); one["slug"] != "aws-a" || key["state"] != "ready" || key["custody"] != a.custody || key["source"] != "generated" || one["warnings"] != nil {
		a.Errorf("made %v", one)
	}
	two := a.want(201, "POST connectors", a.text(map[string]any{
		"slug": "aws-b", "label": "AWS B", "key": map[string]string{"source": "uploaded"},
		"roles": []map[string]string{{"role_arn": roleARN("SAML2-User"), "provider_arn": providerARN("Gatepost2")}},
	}))
	if object(two, "key")["state"] != "none" {
		a.Errorf("made %v", two)
	}
	a.want(404, "GET connectors/aws-b/metadata", "")
	refused := a.want(422, "POST connectors/aws-b/activate", "")
	if faults, _ := refused["errors"].([]any); len(faults) != 1 {
		a.Errorf("without a key told of %v", refused)
	}
	key := a.want(200, "PUT connectors/aws-b/key", a.uploadable("aws-b"))
	if key["state"] != "ready" || key["source"] != "uploaded" || key["custody"] != "secretsmanager" {
		a.Errorf("uploaded %v", key)
	}
}

// uploadable is a body with a private key and its certificate.
func (s *stage) uploadable(slug string) string {
	s.Helper()
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	s.must(err)
	issued, err := keys.Issue(signer, slug, time.Now())
	s.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	s.must(err)
	return s.text(map[string]string{
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"certificate": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued.Raw})),
	})
}

// invite makes the people, puts them into groups from either side, opens the
// connectors to the groups in either way, and has each person set a password.
func (a *article) invite() {
	a.Helper()
	a.want(201, "POST users", `{"email":"Alice@example.com","name":"Alice","groups":[{"name":"SSO-AWS-A"}]}`)
	a.want(201, "POST users", `{"email":"bob@example.com","name":"Bob"}`)
	a.want(204, "PUT groups/SSO-AWS-A/members/bob%40example.com", `{}`)
	a.want(204, "PUT groups/SSO-AWS-B/members/alice%40example.com", `{"expires_at":"2099-01-01T00:00:00Z"}`)
	a.want(204, "PUT connectors/aws-a/grants/SSO-AWS-A", `{}`)
	a.want(200, "PATCH connectors/aws-b", `{"groups":["SSO-AWS-B"]}`, a.etag("connectors/aws-b"))
	for _, c := range connectors {
		opened, _ := a.want(200, "GET groups/"+c.group+"/connectors", "")["items"].([]any)
		if !slices.Equal(opened, []any{c.slug}) {
			a.Errorf("group %s opens %v", c.group, opened)
		}
	}
	for _, email := range []string{alice, bob} {
		a.setsPassword(a.local(a.want(200, "POST users/"+email+"/password-link", "")["url"]))
	}
}

// recorded looks for the administrator in the events of a connector.
func (a *article) recorded(actor string) {
	a.Helper()
	seen := map[any]bool{}
	for _, e := range items(a.want(200, "GET events?connector=aws-a&limit=100", "")) {
		if e["actor"] == actor && e["source_ip"] == "127.0.0.1" && e["request_id"] != "" {
			seen[e["action"]] = true
		}
	}
	for _, action := range []idp.Action{idp.ActionConnectorCreate, idp.ActionKeyCreate, idp.ActionGrant, idp.ActionConnectorActivate} {
		if !seen[string(action)] {
			a.Errorf("no event says that %s did %s: %v", actor, action, seen)
		}
	}
}

// close closes the connectors again, which takes effect at the next request.
func (a *article) close(p *server.Person) {
	a.Helper()
	p.Launch(a, "aws-a")
	a.want(200, "POST connectors/aws-a/deactivate", "")
	if page := p.Get(a, "/sso/aws-a"); page.Status != http.StatusNotFound || strings.Contains(page.Body, "SAMLResponse") {
		a.Errorf("the first launch after the deactivation is answered %d", page.Status)
	}
	old := a.etag("connectors/aws-b")
	a.want(409, "DELETE connectors/aws-b", "", old)
	p.Launch(a, "aws-b")
	a.want(200, "POST connectors/aws-b/deactivate", "")
	a.want(412, "DELETE connectors/aws-b", "", old)
	a.want(428, "DELETE connectors/aws-b", "")
	a.keys.Forget()
	for _, c := range connectors {
		a.want(204, "DELETE connectors/"+c.slug, "", a.etag("connectors/"+c.slug))
		a.want(404, "GET connectors/"+c.slug, "")
		if page := p.Get(a, "/metadata/"+c.slug); page.Status != http.StatusNotFound {
			a.Errorf("the metadata of %s are answered %d after it is gone", c.slug, page.Status)
		}
	}
	if calls := a.keys.Calls(); !slices.Contains(calls, a.removal) {
		a.Errorf("the key was not removed: %q", calls)
	}
	if left := items(a.want(200, "GET connectors", "")); len(left) != 0 {
		a.Errorf("there are still %v", left)
	}
}
